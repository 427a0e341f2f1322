"""From a figure back to what it was made of, on an edition that was really drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tasks import cli, settings
from tasks.errors import UsageError
from tasks.render import edition
from tests import shared
from tests.render import sample

WEEK = "2026-W47"


@pytest.fixture(scope="module")
def home_of_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with one edition of the sample week."""
    state = tmp_path_factory.mktemp("explain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEERKLANK_HOME", str(state))
        shared.work_here(patch)
        sources = {"sql": {"metrics/sla_attainment.sql": b"SELECT 1\n"}}
        edition.build(sample.institution(), sample.normal(), sources=sources)
    return state


@pytest.fixture
def ask(home_of_one: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("WEERKLANK_HOME", str(home_of_one))
    monkeypatch.setattr(settings, "load", lambda slug: sample.institution())

    def asked(*arguments: str) -> str:
        assert cli.main(["explain", "voorbeeld/2026-W47/r1", *arguments]) == 0
        return capsys.readouterr().out

    return asked


def row(metric: str, dimension: str = "all", group: str = "all") -> dict[str, Any]:
    rows = sample.normal()["metrics"][metric]["rows"]
    found: dict[str, Any] = next(
        one for one in rows if (one["week"], one["dimension"], one["group"]) == (WEEK, dimension, group)
    )
    return found


def test_without_a_figure_every_headline_is_listed(ask: Any) -> None:
    lines = dict(line.split(maxsplit=1) for line in ask().splitlines())
    assert lines["sla_attainment.on_time_pct"] == str(row("sla_attainment")["on_time_pct"])
    assert len(lines) >= 6


def test_a_metric_is_explained_to_its_row_sql_calendar_and_version(ask: Any) -> None:
    (told,) = json.loads(ask("sla_attainment", "--format", "json"))
    assert told["value"] == row("sla_attainment")["on_time_pct"]
    assert told["row"]["n"] == row("sla_attainment")["n"]
    assert told["sql"]["same_today"] is False  # SELECT 1 is not today's file
    assert told["calendar"]["from"].startswith("2026-11-16T00:00:00")
    assert told["edition"]["damaged"] == []
    assert told["edition"]["same_code_today"]
    assert not told["today"]["same"]  # there is no lake to measure again
    text = ask("sla_attainment")
    assert "all as they were made" in text
    assert "today's is another" in text


def test_a_text_on_a_page_leads_to_its_metric(ask: Any, home_of_one: Path) -> None:
    from tasks.explain import printed

    pdf = home_of_one / "reports" / "voorbeeld" / WEEK / "r1" / "report.nl.pdf"
    text = next(
        text
        for text, origins in printed.origins(pdf).items()
        if f"sla_attainment.on_time_pct {WEEK} all all" in origins
    )
    told = json.loads(ask(text.replace("\u00a0", " "), "--format", "json"))
    assert "sla_attainment.on_time_pct" in {one["figure"] for one in told}


def test_a_part_is_explained_too(ask: Any) -> None:
    groups = {
        one["group"] for one in sample.normal()["metrics"]["sla_attainment"]["rows"] if one["dimension"] == "department"
    }
    group = sorted(groups)[0]
    (told,) = json.loads(ask("sla_attainment.n", "--by", f"department={group}", "--format", "json"))
    assert told["value"] == row("sla_attainment", "department", group)["n"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (("sla_atainment",), "Did you mean sla_attainment"),
        (("sla_attainment.nn",), "has no column nn"),
        (("sla_attainment", "--by", "department=nowhere"), "no row for department=nowhere"),
        (("97531 people",), "stands on none of its pages"),
    ],
)
def test_what_is_not_there_is_said(
    ask: Any, capsys: pytest.CaptureFixture[str], wanted: tuple[str, ...], message: str
) -> None:
    assert cli.main(["explain", "voorbeeld/2026-W47/r1", *wanted]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_was_changed_is_named(ask: Any, home_of_one: Path) -> None:
    page = home_of_one / "reports" / "voorbeeld" / WEEK / "r1" / "report.nl.html"
    before = page.read_bytes()
    page.write_bytes(before + b" ")
    try:
        assert "DAMAGED: report.nl.html" in ask("sla_attainment")
    finally:
        page.write_bytes(before)


def test_no_such_edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="There is no edition"):
        edition.named("voorbeeld/2026-W47/r1")
