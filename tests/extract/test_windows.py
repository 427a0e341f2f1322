"""Fetch windows: no moment is counted twice, and what came later takes the place of what failed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.extract import landing, windows

MIDNIGHT = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))


def note(start: float, end: float, status: str = "complete", reason: str = "") -> None:
    windows.note("s", "m", MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end), status, reason)


def told() -> list[tuple[float, float, str]]:
    hour = timedelta(hours=1)
    return [
        *(
            (
                (datetime.fromisoformat(one.start) - MIDNIGHT) / hour,
                (datetime.fromisoformat(one.end) - MIDNIGHT) / hour,
                one.status,
            )
            for one in landing.windows("s")
        )
    ]


def test_hours_of_a_day_become_one_window_and_days_stay_apart() -> None:
    for hour in range(22, 51):
        note(hour, hour + 1)
    assert told() == [(22, 24, "complete"), (24, 48, "complete"), (48, 51, "complete")]


def test_what_failed_is_replaced_by_what_came() -> None:
    note(0, 1)
    note(1, 2, "failed", "down")
    note(1, 3, "partial", "half of it")
    assert told() == [(0, 1, "complete"), (1, 3, "partial")]
    note(1, 4)
    assert told() == [(0, 4, "complete")]


def test_the_same_failure_again_is_still_a_failure() -> None:
    note(1, 2, "failed", "down")
    note(1, 2, "failed", "down")
    assert told() == [(1, 2, "failed")]


def test_a_backfill_mends_the_part_that_it_asked_for() -> None:
    note(0, 6)
    note(6, 12, "failed")
    note(12, 18)
    note(4, 8)  # as a week that ends in the middle of the failure
    assert told() == [(0, 8, "complete"), (8, 12, "failed"), (12, 18, "complete")]
    assert windows.missing("s", "m", MIDNIGHT, MIDNIGHT + timedelta(hours=20)) == [
        (MIDNIGHT + timedelta(hours=8), MIDNIGHT + timedelta(hours=12)),
        (MIDNIGHT + timedelta(hours=18), MIDNIGHT + timedelta(hours=20)),
    ]


def test_whatever_is_noted_no_moment_is_told_twice_and_complete_stays() -> None:
    chance = random.Random(9)  # noqa: S311 repeatable
    whole: set[int] = set()
    for _ in range(60):
        start = chance.randrange(60)
        end = start + chance.randrange(1, 9)
        status = chance.choice(["complete", "failed", "partial"])
        note(start, end, status)
        whole |= set(range(start, end)) if status == "complete" else set()
        seen = [hour for first, last, _ in told() for hour in range(int(first), int(last))]
        assert len(seen) == len(set(seen))
        assert {h for a, b, how in told() if how == "complete" for h in range(int(a), int(b))} == whole
