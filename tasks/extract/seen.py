"""A set of 64-bit numbers that takes 16 bytes a number, where Python's own takes a hundred: a run may see millions."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

#: What is never a member: it marks an empty place. The number itself counts as 1, as good as any other.
EMPTY = 0
FIRST_PLACES = 1024


class Seen:
    """Open addressing in one array, at most half full."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._places = array("Q", bytes(8 * FIRST_PLACES))
        self._count = 0
        for number in numbers:
            self.add(number)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int) -> bool:
        return self._places[self._place(self._places, number or 1)] != EMPTY

    def add(self, number: int) -> bool:
        """Take a number in; says whether it was new."""
        number = number or 1
        place = self._place(self._places, number)
        if self._places[place] != EMPTY:
            return False
        self._places[place] = number
        self._count += 1
        if 2 * self._count > len(self._places):
            self._grow()
        return True

    @staticmethod
    def _place(places: array[int], number: int) -> int:
        """Where it is, or would be."""
        last = len(places) - 1
        place = number & last
        while places[place] not in (EMPTY, number):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        larger = array("Q", bytes(16 * len(self._places)))
        for number in self._places:
            if number != EMPTY:
                larger[self._place(larger, number)] = number
        self._places = larger
