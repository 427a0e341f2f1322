"""The set of numbers is a set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.seen import Seen

NUMBERS = st.lists(st.integers(0, 2**64 - 1) | st.integers(1000, 1040), max_size=3000)


@given(NUMBERS, NUMBERS)
def test_it_knows_what_it_was_given_and_nothing_else(given_numbers: list[int], others: list[int]) -> None:
    members, seen = set(), Seen()
    for number in given_numbers:
        assert seen.add(number) == ((number or 1) not in members)
        members.add(number or 1)
    assert len(seen) == len(members)
    for number in (*given_numbers, *others):
        assert (number in seen) == ((number or 1) in members)
