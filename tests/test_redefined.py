"""A definition that changes: the report says so for four weeks, with what the old one would have said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks import home, period, settings, steps
from tasks.extract import files
from tasks.measure import document
from tasks.period import Week
from tests import world

WEEKS = [f"2026-W{number}" for number in range(37, 44)]
METRIC = "mention_volume"
pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Two messages a week, one of which is a reply; measure a week, and see what is told of one metric."""
    slug = world.settle(monkeypatch, tmp_path)
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    rows = []
    for week in WEEKS:
        day = Week.parse(week, settings.load(slug).zone).monday
        rows += [world.item(f"{week}a", f"{day}T10:00"), world.item(f"{week}b", f"{day}T11:00")]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    steps.stage(slug, WEEKS[-1])

    def measure(week: str, metric: str = METRIC) -> dict[str, Any]:
        cutoff = Week.parse(week, settings.load(slug).zone).cutoff.isoformat()
        steps.measure(slug, week, cutoff)
        made: dict[str, Any] = document.stored(slug, week, cutoff)["metrics"][metric]
        return made

    return measure


def double() -> None:
    """From now on everything counts twice."""
    path = home.SQL / "metrics" / f"{METRIC}.sql"
    text = path.read_text(encoding="utf-8")
    head, close, sql = text.partition("+++ */")
    path.write_text(f"{head}{close}\nSELECT * REPLACE (n * 2 AS n) FROM ({sql.rstrip()}\n)\n", encoding="utf-8")


def test_both_are_told_for_four_weeks(measured: Callable[..., dict[str, Any]]) -> None:
    for week in WEEKS[:2]:
        assert "earlier" not in measured(week)
    double()
    for week in WEEKS[2:6]:
        found = measured(week)
        assert found["earlier"]["since"] == WEEKS[2]
        now = next(row for row in found["rows"] if (row["week"], row["dimension"]) == (week, "all"))
        before = next(row for row in found["earlier"]["rows"] if row["week"] == week)
        assert (now["n"], before["n"], before["value"]) == (4, 2, 2)
    assert "earlier" not in measured(WEEKS[6])
    assert measured(WEEKS[3])["earlier"]["since"] == WEEKS[2]  # and a rerun says the same


def test_a_curve_is_said_to_be_drawn_otherwise(measured: Callable[..., dict[str, Any]]) -> None:
    path = home.SQL / "metrics" / "answer_curve.sql"
    measured(WEEKS[0])
    text = path.read_text(encoding="utf-8")
    head, close, sql = text.partition("+++ */")
    path.write_text(f"{head}{close}\nSELECT * FROM ({sql.rstrip()}\n) WHERE clock = 'open'\n", encoding="utf-8")
    assert measured(WEEKS[1], "answer_curve")["earlier"] == {"since": WEEKS[1], "rows": [], "several": True}
    assert "earlier" not in measured(WEEKS[1])


def test_words_and_comments_are_no_definition(measured: Callable[..., dict[str, Any]]) -> None:
    measured(WEEKS[0])
    path = home.SQL / "metrics" / f"{METRIC}.sql"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n-- a remark\n", encoding="utf-8")
    assert "earlier" not in measured(WEEKS[1])


def test_an_old_file_that_runs_no_more_is_said_to(measured: Callable[..., dict[str, Any]]) -> None:
    path = home.SQL / "metrics" / f"{METRIC}.sql"
    good = path.read_text(encoding="utf-8")
    core = home.SQL / "core" / "macros.sql"
    was = core.read_text(encoding="utf-8")
    core.write_text(was + "\nCREATE MACRO core.as_it_was(x) AS x;\n", encoding="utf-8")
    head, close, sql = good.partition("+++ */")
    odd = f"SELECT * REPLACE (core.as_it_was(n) AS n) FROM ({sql.rstrip()}\n)\n"
    path.write_text(f"{head}{close}\n{odd}", encoding="utf-8")
    measured(WEEKS[0])
    core.write_text(was, encoding="utf-8")
    path.write_text(good, encoding="utf-8")
    assert measured(WEEKS[1])["earlier"] == {"since": WEEKS[1], "rows": []}
