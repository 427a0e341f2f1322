"""Patterns that analysts write, as regular expressions for RE2.

A pattern is a word or phrase; ``*`` stands for the rest of a word, ``..`` for at most four words between, ``a/b`` and
``(a b/c)`` for one or the other, and ``re:`` marks a regular expression that is taken as it is. All of them are held
against *plain words*: small letters and digits without accents, one space between words and at both ends
(``sql/staging/25_topic.sql`` makes them; ``plain`` does the same here).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

RAW = "re:"
REST = "[^ ]*"
GAP = "(?:[^ ]+ ){0,4}"
_PIECE = re.compile(r"\([^()]*\)|[^ ()]+")
_NEITHER = re.compile(r"[\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
#: What in an expression is no letter of a text: \\p{Lu}, \\W, (?P<name>.
_SPECIAL = re.compile(r"\\[pP](?:\{\^?\w+\}|\w)|\\.|\(\?P?<\w+>|\[:\^?\w+:\]")
_OTHER = re.compile(r"[^\w*/]+|_+")
#: Fewer letters than this, beside a ``*``, match half of the language.
LEAST_LETTERS = 2


def plain(text: str) -> str:
    """The words of a text as patterns see them."""
    return f" {_NEITHER.sub(' ', unaccented(text)).strip()} "


def unaccented(text: str) -> str:
    """Small letters without their accents."""
    small = text.lower()
    return small if small.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", small))


@functools.cache
def regex(pattern: str) -> str:
    """One pattern as RE2. Raises ValueError with what is wrong with it."""
    if pattern.startswith(RAW):
        return _checked(pattern.removeprefix(RAW).strip(" "))
    if pattern.count("(") != pattern.count(")"):
        raise ValueError("has a bracket that is not closed, or one too many")
    found = _phrase(pattern)
    if not found:
        raise ValueError("has no word in it")
    return found


def union(patterns: Iterable[str]) -> str | None:
    """One expression that finds any of the patterns as whole words; None without patterns."""
    each = [regex(pattern) for pattern in patterns]
    return f" (?:{'|'.join(each)}) " if each else None


def either(unions: Iterable[str]) -> str:
    """One expression that finds whatever any of several from ``union`` finds."""
    return f" (?:{'|'.join(one[1:-1] for one in unions)}) "


@functools.lru_cache(maxsize=4096)
def needed(pattern: str) -> str:
    """Letters without which a pattern finds nothing, as many as there are; none where it takes one or the other."""
    if pattern.startswith(RAW):
        return ""
    pieces = (piece for piece in _PIECE.findall(pattern) if not piece.startswith("(") and "/" not in piece)
    runs = [run for piece in pieces for run in _OTHER.sub(" ", unaccented(piece).replace("*", " ")).split()]
    return max(runs, key=len, default="")


def _phrase(text: str) -> str:
    """A phrase without spaces around it."""
    made, gap = "", False
    for piece in _PIECE.findall(text):
        if piece == "..":
            gap = True
            continue
        part = _group(piece[1:-1]) if piece.startswith("(") else _word(piece)
        if part:
            made += (" " + (GAP if gap else "") if made else "") + part
            gap = False
    return made


def _group(inside: str) -> str:
    parts = [part for part in (_phrase(one) for one in inside.split("/")) if part]
    return f"(?:{'|'.join(parts)})" if parts else ""


def _word(piece: str) -> str:
    """``bel/bellen`` or ``rooster*``; what is neither letter nor digit parts words, as it does in the texts."""
    options = []
    for option in unaccented(piece).split("/"):
        words = _OTHER.sub(" ", option).split()
        if any("*" in word and len(word.replace("*", "")) < LEAST_LETTERS for word in words):
            raise ValueError(f"needs at least {LEAST_LETTERS} letters beside a *")
        if words:
            options.append(" ".join(words).replace("*", REST))
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})" if options else ""


def _checked(expression: str) -> str:
    """A raw expression, if RE2 takes it and it can find something, but not everything."""
    import duckdb

    if (said := _SPECIAL.sub("", expression)) != unaccented(said):
        raise ValueError("can never fit: texts are held against it in small letters without accents")
    try:
        ((fits_all,),) = duckdb.execute(
            "SELECT regexp_full_match('', $expression)", {"expression": expression}
        ).fetchall()
    except duckdb.Error as error:
        raise ValueError(f"is not a regular expression that RE2 knows: {str(error).splitlines()[0]}") from None
    if fits_all:
        raise ValueError("fits every text: even nothing at all is enough for it")
    return f"(?:{expression})"
