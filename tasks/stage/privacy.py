"""Where names and handles end: keyed hashes instead of ids, masks instead of handles in texts."""

from __future__ import annotations

import hmac
import os
import re

from tasks import durable, home
from tasks.settings import Institution

#: What to look for, what to put there, and what such a text cannot be without (lower case): looking for that takes a
#: hundredth of the time, and most texts have none of it.
MASKS = (
    # @anna@mastodon.example is a handle, not an address
    (re.compile(r"(?<![\w.+-])[@＠][\w.-]*\w@[\w.-]+\w"), "@…", ("@",)),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]", ("@",)),
    # Any address may be a profile page, and that is a handle in another coat.
    (re.compile(r"(?:https?:/?/?\s?|www\.)[^\s,;)]+", re.IGNORECASE), "[link]", ("http", "www.")),
    (re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,6}/[^\s,;)]+", re.IGNORECASE), "[link]", ("/",)),
    (re.compile(r"(?<![\w/])/?u/[\w-]{3,}"), "@…", ("u/",)),
    (re.compile(r"(?<!\w)[@＠][\w.-]*\w"), "@…", ("@", "＠")),
)
NUMBER = re.compile(r"(?<!\w)\+?\d[\d ()-]{5,}\d")
#: A quick look for something like a number, before the careful one.
DIGITS = re.compile(r"\d[\d ()-]{5}")
DEMO_KEY = b"Hogeschool Overbrugge does not exist, and neither do its students."


def key(institution: Institution) -> bytes:
    """The institution's secret, made at first need. The demo's is public, so that its lake is the same everywhere."""
    if all(source.type == "demo" for source in institution.source):
        return DEMO_KEY
    path = home.key_file(institution.slug)
    if not path.exists():
        durable.create_once(path, os.urandom(32), mode=0o600)
    return path.read_bytes()


def pseudonym(secret: bytes, source: str, native: str | None) -> str | None:
    """24 hex digits that stand for a native id or handle of a source; the same for the same key, and not reversible."""
    if native is None:
        return None
    return hmac.digest(secret, f"{source}:{native}".encode(), "sha256").hex()[:24]


def mask(text: str | None) -> str | None:
    """A text without handles, profile links, e-mail addresses and telephone or student numbers."""
    if text is None:
        return None
    lower = text.lower()
    for pattern, instead, needed in MASKS:
        if any(part in lower for part in needed):
            text = pattern.sub(instead, text)
    return NUMBER.sub("[number]", text) if DIGITS.search(text) else text
