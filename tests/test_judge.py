"""The verdicts in a document: which rows get one, and by which clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks import settings, steps
from tasks.extract import files
from tasks.measure import contract, document, judge
from tasks.period import Week
from tests.world import INSTITUTION, item, jsonl, settle

WEEKS = ("2026-W33", "2026-W34", "2026-W35", "2026-W36", "2026-W37")


def conversation(week: str, at: int, hours: float | None) -> list[dict[str, Any]]:
    """A question on Monday at eleven, local time, and its answer after so many hours."""
    asked = datetime.fromisoformat(f"{week}-1T09:00") + timedelta(minutes=at)
    question = item(f"{week}_{at}", f"{asked:%Y-%m-%dT%H:%M}", needs_reply=True)
    if hours is None:
        return [question]
    answer = item(f"{week}_{at}_a", f"{asked + timedelta(hours=hours):%Y-%m-%dT%H:%M}", author_kind="own")
    return [question, answer | {"in_reply_to": question["id"]}]


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def of(respond: str = "") -> dict[str, Any]:
        slug = settle(monkeypatch, tmp_path, respond + INSTITUTION)
        institution = settings.load(slug)
        rows = [
            one
            for week in WEEKS
            for at in range(40)
            # Always within the hour; this week half of them a day and a half later, and a quarter never.
            for one in conversation(week, at, (0.5, 36, 36, None)[at % 4] if week == WEEKS[-1] else 0.5)
        ]
        files.receive(institution, jsonl(tmp_path / "in.jsonl", *rows), fetched_at=datetime.now(UTC))
        steps.stage(slug, WEEKS[-1])
        week = Week.parse(WEEKS[-1], institution.zone)
        return document.build(institution, week, week.cutoff)

    return of


def rows(made: dict[str, Any], metric: str, week: str, dimension: str = "all") -> list[dict[str, Any]]:
    return [row for row in made["metrics"][metric]["rows"] if (row["week"], row["dimension"]) == (week, dimension)]


def test_every_figure_with_an_interval_is_judged_and_no_other(measured: Any) -> None:
    made = measured()
    (late,) = rows(made, "sla_attainment", WEEKS[-1])
    assert (late["change"], late["verdict"]) == (-75, "worse")
    assert late["change_low"] < -75 < late["change_high"] < 0
    (source,) = rows(made, "sla_attainment", WEEKS[-1], "source")
    assert source["verdict"] == "worse"
    (unread,) = rows(made, "loop_closure", WEEKS[-1])
    assert (unread["n"], unread["change"], unread["verdict"]) == (0, None, "too_few")
    for metric in ("mention_volume", "backlog", "answer_curve"):
        assert all(not {*judge.OUTCOME} & {*row} for row in made["metrics"][metric]["rows"]), metric
    for week in (*WEEKS[:-1], "base"):
        assert all("verdict" not in row for row in rows(made, "sla_attainment", week)), week


@pytest.mark.parametrize("clock", ["open", "always"])
def test_a_duration_is_judged_on_the_clock_of_the_promise(measured: Any, clock: str) -> None:
    made = measured(f'[respond]\nclock = "{clock}"\n')
    shown = made["metrics"]["first_response_time"]["contract"]
    name = {"open": "open", "always": "calendar"}[clock]
    assert shown["headline"] == f"median_{name}_seconds"
    assert (shown["low"], shown["high"]) == (f"median_{name}_low_seconds", f"median_{name}_high_seconds")
    (now,), (base,) = rows(made, "first_response_time", WEEKS[-1]), rows(made, "first_response_time", "base")
    assert now["change"] == now[shown["headline"]] - base[shown["headline"]] > 0
    assert now["verdict"] == "worse"


def test_the_tiles_of_page_one_are_metrics_with_an_interval() -> None:
    for name in contract.TILES:
        show = contract.load(name).contract.show
        assert show.low and show.high and {"report", "base"} <= {*show.only}
