"""Dutch adjectives: Pattern lists stems ("traag"), people write forms ("trage", "trager", "traagste")."""

from __future__ import annotations

import re

#: A long vowel before one consonant is written once in an open syllable: traag, trage.
LONG = re.compile(r"(.*)([aeou])\2([bdfgklmnprst])")
#: A short vowel before one consonant doubles it: dom, domme. Only where the stress is sure: one syllable.
SHORT = re.compile(r"([^aeiouy]*)([aeiou])([bdfgklmnprst])")
#: Spelled as it sounds at the end of a syllable: boos, boze; lief, lieve.
VOICED = {"s": "z", "f": "v"}
#: No forms are made of what ends like this: -e has them already, -en ("houten") and "lila" have none.
BARE = re.compile(r".*(?:e|en|[aiouy])")
#: -isch, -ig, -lijk and so on take endings as they are; "oo" is not written with one o in "mooie".
DIPHTHONG = re.compile(r".*(?:ie|eu|oe|ou|au|ij|ei|ui)([fs])")


def adjective(stem: str) -> tuple[str, ...]:
    """The forms of an adjective beside its stem: attributive, comparative and superlative, as Dutch is spelled.

    A form that nobody writes does no harm: it meets no text.
    """
    if stem.endswith(("aai", "ooi", "oei")):
        base = stem
    elif BARE.fullmatch(stem) or len(stem) < 3:
        return ()
    else:
        base = _open(stem)
    more = f"{stem}der" if stem.endswith("r") else f"{base}er"
    most = f"{stem}te" if stem.endswith("s") else f"{stem}ste"
    return tuple(dict.fromkeys((f"{base}e", more, f"{more}e", most.removesuffix("e"), most)))


def _open(stem: str) -> str:
    """The stem as it is written before -e."""
    if long := LONG.fullmatch(stem):
        return f"{long[1]}{long[2]}{VOICED.get(long[3], long[3])}"
    if short := SHORT.fullmatch(stem):
        return f"{stem}{short[3]}"
    if diphthong := DIPHTHONG.fullmatch(stem):
        return stem[:-1] + VOICED[diphthong[1]]
    return stem
