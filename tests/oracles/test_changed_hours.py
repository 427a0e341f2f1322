"""Other hours, another promise, one more closing day: all from a date on, and no figure of before it moves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from tasks.measure import contract, model, run
from tasks.period import Week
from tasks.settings import Institution
from tests.oracles import desk

METRICS = ("first_response_time", "sla_attainment", "answer_curve", "backlog")
WEEKS = ("2026-W35", "2026-W36", "2026-W37", "2026-W38", "2026-W39")
#: The first Monday of the new hours, and the weeks before it.
CHANGE, HISTORY = date(2026, 9, 14), WEEKS[:3]
BEFORE = desk.institution(desk.NINE_TO_FIVE)
AFTER = desk.institution(
    desk.NINE_TO_FIVE | {"valid_to": CHANGE - timedelta(days=1)},
    {"days": desk.EVERY_DAY, "from": "08:00", "until": "20:30", "valid_from": CHANGE},
    closed={"days": [date(2026, 9, 16)]},
    respond={"target_hours": 2},
    earlier_promise=[{"until": CHANGE - timedelta(days=1), "target_hours": 4}],
)


def turns() -> list[dict[str, Any]]:
    """Forty people a week, of whom one in five is never answered and some only weeks later."""
    chance = np.random.default_rng(11)
    start = Week.parse(WEEKS[0], BEFORE.zone).start
    found: list[dict[str, Any]] = []
    for _ in range(200):
        asked = start + timedelta(seconds=int(chance.integers(35 * 86_400)))
        waited = timedelta(seconds=int(chance.lognormal(10.5, 1.5)))
        found.append({"asked_at": asked, "answered_at": None if chance.random() < 0.2 else asked + waited})
    return found


def figures(of: Institution, made: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The rows of every metric and week."""
    periods = [model.Period.of(name, "trend", week, week) for name in WEEKS for week in [Week.parse(name, of.zone)]]
    with desk.measured(of, made, periods) as db:
        rows = {name: run.records(run.run(db, contract.load(name))) for name in METRICS}
    return {(name, week): [row for row in rows[name] if row["week"] == week] for name in METRICS for week in WEEKS}


def test_other_hours_from_a_date_on_leave_every_figure_of_before_it_alone() -> None:
    made = turns()
    before, after = figures(BEFORE, made), figures(AFTER, made)
    moved = {key for key in before if before[key] != after[key]}
    assert moved == {(name, week) for name in METRICS for week in WEEKS if week not in HISTORY}


def test_a_wait_across_the_change_is_counted_by_the_hours_of_each_day() -> None:
    """Asked on the last Friday of the old hours at 16:00, answered on the first Tuesday of the new at 09:00."""
    friday, tuesday = (datetime.fromisoformat(f"2026-09-{day}:00+02:00") for day in ("11T16:00", "15T09:00"))
    old_hours, new_monday, new_tuesday = 1, 12.5, 1
    found = desk.open_seconds(AFTER, [(friday, tuesday)], WEEKS[0], WEEKS[-1])
    assert found == [(old_hours + new_monday + new_tuesday) * 3600]
