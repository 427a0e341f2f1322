"""Luck that falls the same way on every machine and every Python.

Only ``random.Random.random()`` is used: its stream for a text seed is promised to stay the same, whereas
``choice``, ``shuffle`` and ``gauss`` may change between versions. No logarithms or exponentials either, because
their last digit depends on the C library.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TypeVar

T = TypeVar("T")

#: Quantiles of a log-normal (sigma 1) in thousandths of its median: the shape of human response times.
SKEWED = (
    (0, 80), (20, 128), (50, 193), (100, 278), (200, 430), (300, 592), (400, 776), (500, 1000), (600, 1288),
    (700, 1690), (800, 2320), (900, 3600), (950, 5180), (980, 7800), (1000, 13500),
)  # fmt: skip


class Chance:
    """A stream of decisions, named by what it decides about."""

    def __init__(self, *name: str) -> None:
        self._random = Random("/".join(name))  # noqa: S311 (no secret depends on it)

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, ``limit``."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` up to and including ``high``."""
        return low + self.below(high - low + 1)

    def yes(self, share_pct: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(10_000) < share_pct * 100

    def pick(self, things: Sequence[T]) -> T:
        """One of them, all equally likely."""
        return things[self.below(len(things))]

    def weighted(self, things: Sequence[tuple[T, int]]) -> T:
        """One of them, by whole-number weight."""
        ticket = self.below(sum(weight for _, weight in things))
        for thing, weight in things:
            ticket -= weight
            if ticket < 0:
                return thing
        return things[-1][0]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in a new order (Fisher-Yates)."""
        deck = list(things)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck

    def skewed(self, median_seconds: int) -> int:
        """A waiting time in seconds: half under the median, a few very long."""
        place = self.below(1000)
        for (low_p, low), (high_p, high) in pairwise(SKEWED):
            if place < high_p:
                factor = low * 1000 + (high - low) * 1000 * (place - low_p) // (high_p - low_p)
                return median_seconds * factor // 1_000_000
        return median_seconds
