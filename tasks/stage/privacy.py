"""Where names and handles end: keyed hashes instead of ids, masks instead of handles in texts."""

from __future__ import annotations

import hashlib
import hmac
import os
import re

from tasks import durable, home
from tasks.settings import Institution

MASKS = (
    (re.compile(r"(?<![\w.+-])[@＠][\w.-]*\w@[\w.-]+\w"), "@…"),  # @anna@mastodon.example is a handle, not an address
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    # Any address may be a profile page, and that is a handle in another coat.
    (re.compile(r"(?:https?:/?/?\s?|www\.)[^\s,;)]+", re.IGNORECASE), "[link]"),
    (re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,6}/[^\s,;)]+", re.IGNORECASE), "[link]"),
    (re.compile(r"(?<![\w/])/?u/[\w-]{3,}"), "@…"),
    (re.compile(r"(?<!\w)[@＠][\w.-]*\w"), "@…"),
    (re.compile(r"(?<!\w)\+?\d[\d ()-]{5,}\d"), "[number]"),
)
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
    return hmac.new(secret, f"{source}:{native}".encode(), hashlib.sha256).hexdigest()[:24]


def mask(text: str | None) -> str | None:
    """A text without handles, profile links, e-mail addresses and telephone or student numbers."""
    if text is None:
        return None
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text
