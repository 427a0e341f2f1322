"""Where names and handles end: keyed hashes instead of ids, masks instead of handles in texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks.stage.keys import Chain

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
#: A quick look (RE2) for what may have to be masked, before the careful one: most texts have nothing of it.
SUSPECT = r"[@＠/]|http|www\.|\p{Nd}[\p{Nd} ()-]{5}"
#: What SHA-256 takes at a time.
BLOCK_BYTES = 64


def pseudonyms(keys: Chain, sources: Sequence[str], natives: Sequence[str | None]) -> list[str | None]:
    """24 hex digits that stand for a native id or handle of a source: the same for the same keys, not reversible."""
    named = [None if native is None else f"{source}:{native}" for source, native in zip(sources, natives, strict=True)]
    return rekeyed(keys[1:], _hashed(keys[0], named))


def rekeyed(keys: Chain, stored: Sequence[str | None]) -> list[str | None]:
    """Pseudonyms made anew with keys that came since, one after the other."""
    found = list(stored)
    for key in keys:
        found = _hashed(key, found)
    return found


def _hashed(secret: bytes, texts: Sequence[str | None]) -> list[str | None]:
    short = secret if len(secret) <= BLOCK_BYTES else hashlib.sha256(secret).digest()
    block = short.ljust(BLOCK_BYTES, b"\0")
    # HMAC-SHA-256 (RFC 2104) with its two keyed beginnings made once: half the time of hmac.digest.
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def one(text: str) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(text.encode())
        around.update(within.digest())
        return around.hexdigest()[:24]

    return [None if text is None else one(text) for text in texts]


def masked(texts: Sequence[str | None]) -> list[str | None]:
    """Texts without handles, profile links, e-mail addresses and telephone or student numbers."""
    found = list(texts)
    if found.count(None) == len(found):
        return found
    suspect = pc.match_substring_regex(pa.array(found, pa.string()), SUSPECT, ignore_case=True)
    for place in pc.indices_nonzero(suspect).to_pylist():
        found[place] = _mask(texts[place])
    return found


def _mask(text: str) -> str:
    lower = text.lower()
    for pattern, instead, needed in MASKS:
        if any(part in lower for part in needed):
            text = pattern.sub(instead, text)
    return NUMBER.sub("[number]", text)
