"""What may be said: the rules, at their edges."""

from __future__ import annotations

import pytest

from tasks.render.verdict import Change, Reading, Target, against, rose, stands_out


def reading(
    low: float | None, high: float | None, n: int = 100, value: float | None = None, followed: float | None = None
) -> Reading:
    middle = value if value is not None or low is None or high is None else (low + high) / 2
    return Reading(middle, low, high, n, followed)


@pytest.mark.parametrize(
    ("verdict", "good", "expected"),
    [
        ("better", "up", True),
        ("worse", "up", False),
        ("better", "down", False),
        ("worse", "down", True),
        ("higher", "none", True),
        ("lower", "none", False),
        ("no_reliable_change", "up", None),
        ("too_few", "down", None),
    ],
)
def test_the_arrow_follows_the_verdict(verdict: Change, good: str, expected: bool | None) -> None:
    assert rose(verdict, good) is expected


@pytest.mark.parametrize(
    ("low", "high", "good", "expected"),
    [
        (85, 92, "up", "met"),
        (84.9, 92, "up", "unclear"),
        (70, 84.9, "up", "missed"),
        (70, 85, "up", "unclear"),
        (70, 85, "down", "met"),
        (85.1, 90, "down", "missed"),
        (80, 90, "down", "unclear"),
        (80, 90, "none", "absent"),
        (None, None, "up", "unclear"),
    ],
)
def test_a_target_needs_the_whole_interval(low: float | None, high: float | None, good: str, expected: Target) -> None:
    assert against(reading(low, high), 85, good, 10) == expected


def test_no_target_and_too_few_cases_have_no_verdict() -> None:
    assert against(reading(90, 95), None, "up", 10) == "absent"
    assert against(reading(90, 95, n=9), 85, "up", 10) == "few"
    assert against(reading(90, 95, n=0), 85, "up", 0) == "few"


def test_a_quantile_never_reached_is_open_to_infinity() -> None:
    slow = reading(9000, None, followed=20000)
    assert against(slow, 7200, "down", 10) == "missed"
    assert against(slow, 10000, "down", 10) == "unclear"


def test_one_of_many_must_be_further_off_before_it_is_named() -> None:
    department = reading(60, 84, n=50)
    assert stands_out(department, 85, 1) == "below"
    assert stands_out(department, 85, 8) is None
    assert stands_out(reading(50, 70, n=50), 85, 8) == "below"
    assert stands_out(reading(5, 25, n=50), 0, 8) == "above"
    assert stands_out(reading(50, 70, n=29), 85, 1) is None
