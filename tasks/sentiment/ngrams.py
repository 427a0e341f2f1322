"""Texts as numbers of hashed pieces: words, pairs of words and runs of 2 to 5 characters; numpy does all of a batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Buckets of a table. The first table is of words and pairs, the second of runs of characters.
BUCKETS = 1 << 17
SHORTEST, LONGEST = 2, 5
TOKEN = re.compile(r"\w+|[^\w\s]")
DIGIT = re.compile(r"\d")
LONG_RUN = re.compile(r"(.)\1{2,}")
#: Between texts; no token holds it.
END = "\n"
MULTIPLIER, MIXER = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


@dataclass(frozen=True, slots=True)
class Pieces:
    """Piece numbers, all texts after each other: text i has ``numbers[starts[i]:starts[i + 1]]``; no text has none.

    Numbers below BUCKETS are words and pairs, those from BUCKETS runs of characters.
    """

    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]


def pieces(texts: Sequence[str]) -> Pieces:
    """Of cleaned texts. Case, digits and how long a vowel is drawn out make no difference."""
    import numpy as np

    if not texts:
        return Pieces(np.zeros(0, np.int64), np.zeros(1, np.int64))
    lines = [" " + " ".join(TOKEN.findall(_plain(text))) + " " for text in texts]
    sizes = np.array([len(line) + 1 for line in lines], np.int64)
    signs = np.frombuffer((END.join(lines) + END).encode("utf-32-le"), np.uint32).astype(np.uint64)
    text_of = np.repeat(np.arange(len(lines)), sizes)
    found = [*_words(signs, text_of), *_runs(signs, text_of)]
    numbers = np.concatenate([one[0] for one in found])
    owners = np.concatenate([one[1] for one in found])
    order = np.argsort(owners, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(lines)))])
    return Pieces(numbers[order], starts)


def _plain(text: str) -> str:
    return LONG_RUN.sub(r"\1\1", DIGIT.sub("0", text.lower()))


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Bucket numbers."""
    import numpy as np

    spread = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(MIXER)
    return ((spread >> np.uint64(40)) % np.uint64(BUCKETS)).astype(np.int64)


Found = list[tuple["NDArray[np.int64]", "NDArray[np.int64]"]]


def _words(signs: NDArray[np.uint64], text_of: NDArray[np.int64]) -> Found:
    """Every word, and every pair of neighbours in one text."""
    import numpy as np

    letter = (signs != ord(" ")) & (signs != ord(END))
    first = np.flatnonzero(letter & ~np.concatenate([[False], letter[:-1]]))
    if not len(first):
        return []
    place = np.arange(len(signs))
    word_of = np.cumsum(np.isin(place, first)) - 1
    depth = (place - first[np.maximum(word_of, 0)]).astype(np.uint64)
    weight = np.where(letter, (signs + np.uint64(1)) * _power(depth), np.uint64(0))
    hashes = np.add.reduceat(weight, first)
    owner = text_of[first]
    pair = owner[1:] == owner[:-1]
    pairs = hashes[:-1] * np.uint64(MULTIPLIER) + hashes[1:]
    return [(_mixed(hashes), owner), (_mixed(pairs[pair]), owner[1:][pair])]


def _power(depth: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """An odd number that depends on a character's place in its word."""
    import numpy as np

    return (depth * np.uint64(2) + np.uint64(1)) * np.uint64(MULTIPLIER) | np.uint64(1)


def _runs(signs: NDArray[np.uint64], text_of: NDArray[np.int64]) -> Found:
    """Every run of characters, spaces and all, that does not reach into the next text."""
    import numpy as np

    found: Found = []
    hashes = signs.copy()
    inside = signs != ord(END)
    for size in range(2, LONGEST + 1):
        hashes = hashes[:-1] * np.uint64(MULTIPLIER) + signs[size - 1 :]
        inside = inside[:-1] & (signs[size - 1 :] != ord(END))
        if size >= SHORTEST:
            found.append((_mixed(hashes[inside]) + BUCKETS, text_of[: len(hashes)][inside]))
    return found
