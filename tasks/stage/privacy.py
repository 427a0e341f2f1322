"""Where names and handles end: keyed hashes instead of ids, masks instead of handles and names in texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks.stage.keys import Chain
from tasks.stage.people import People

#: What to look for, what to put there, and what such a text cannot be without (lower case): looking for that takes a
#: hundredth of the time, and most texts have none of it.
MASKS = (
    (
        re.compile(
            r"\b((?:wachtwoord|password|passwd|pincode|pin|token|api[ -]?key|secret)\b(?:\s+(?:is|was))?\s*[:=]?\s*)"
            r"(?=\S*\d)\S{4,}",
            re.IGNORECASE,
        ),
        r"\1[secret]",
        ("wachtwoord", "passw", "pin", "token", "key", "secret"),
    ),
    # @anna@mastodon.example is a handle, not an address
    (re.compile(r"(?<![\w.+-])[@＠][\w.-]*\w@[\w.-]+\w"), "@…", ("@",)),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]", ("@",)),
    # Any address may be a profile page, and that is a handle in another coat.
    (re.compile(r"(?:https?:/?/?\s?|www\.)[^\s,;)]+", re.IGNORECASE), "[link]", ("http", "www.")),
    (re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,24}/[^\s,;)]+", re.IGNORECASE), "[link]", ("/",)),
    (re.compile(r"(?<![\w/])/?u/[\w-]{3,}"), "@…", ("u/",)),
    (re.compile(r"(?<!\w)[@＠][\w.-]*\w"), "@…", ("@", "＠")),
)
NUMBER = re.compile(r"(?<!\w)\+?\d[\d ()-]{5,}\d")
#: A quick look (RE2) for what may have to be masked, before the careful one: most texts have nothing of it.
SUSPECT = r"[@＠/]|http|www\.|\p{Nd}[\p{Nd} ()-]{5}|(wachtwoord|passw|pin|token|key|secret)\P{Nd}*\p{Nd}"
#: What SHA-256 takes at a time.
BLOCK_BYTES = 64


def pseudonyms(keys: Chain, sources: Sequence[str], natives: pa.Array) -> pa.Array:
    """24 hex digits that stand for a native id or handle of a source: the same for the same keys, not reversible."""
    if natives.null_count == len(natives):
        return natives
    told = zip(sources, natives.to_pylist(), strict=True)
    named = [None if native is None else f"{source}:{native}" for source, native in told]
    return pa.array(rekeyed(keys[1:], _hashed(keys[0], named)), pa.string())


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


def masked(texts: pa.Array, people: People, accounts: frozenset[str] = frozenset()) -> pa.Array:
    """Texts without handles, profile links, e-mail addresses, telephone or student numbers, and names that a rule can
    tell; ``accounts`` as `People.accounts_of` gives them.
    """
    if texts.null_count == len(texts):
        return texts
    suspect = pc.match_substring_regex(texts, SUSPECT, ignore_case=True)
    changed = [_mask(text, people) for text in texts.filter(suspect).to_pylist()]
    without = pc.replace_with_mask(texts, suspect.fill_null(False), pa.array(changed, pa.string()))
    return pa.array(people.masked(without.to_pylist(), accounts), pa.string())


def _mask(text: str, people: People) -> str:
    text = people.shown(text)  # before its handle is gone
    lower = text.lower()
    for pattern, instead, needed in MASKS:
        if any(part in lower for part in needed):
            text = pattern.sub(instead, text)
            lower = text.lower()
    return NUMBER.sub("[number]", text)
