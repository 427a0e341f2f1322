"""./weerklank sql: what somebody asks, at once or at a prompt, and what they are told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tasks import period, settings
from tasks.cli import main
from tasks.extract import files
from tests import world

CLOCK = 'name      = "Test School"\nclock = 2026-09-21T08:00:00+02:00'
COUNT = "SELECT week, count(*) AS n FROM core.heard WHERE dimension = 'all' GROUP BY ALL ORDER BY ALL"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two messages in 2026-W37; it is the Monday after W38."""
    slug = world.settle(monkeypatch, tmp_path, world.INSTITUTION.replace('name      = "Test School"', CLOCK))
    rows = [world.item("p", "2026-09-08T10:00"), world.item("q", "2026-09-09T10:00")]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    return slug


def test_one_query_in_three_forms(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", school, COUNT, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"week": "2026-W37", "n": 2}]
    assert main(["sql", school, COUNT, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "week,n\n2026-W37,2\n"
    assert main(["sql", school, COUNT]) == 0
    assert capsys.readouterr().out.split() == ["week", "n", "2026-W37", "2"]


def test_what_a_spreadsheet_would_run_is_written_as_text(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", school, "SELECT '=1+1' AS a, -2 AS b", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "a,b\n'=1+1,-2\n"


def test_more_rows_than_wanted_are_counted(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", school, "SELECT item_id FROM core.heard WHERE dimension = 'all'", "--rows", "1"]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    assert "2 rows; --rows 2 prints them all." in told.err


def test_what_a_metric_may_not_is_refused_here_too(
    school: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for query in (f"COPY core.heard TO '{tmp_path}/out.csv'", "SELECT text FROM staging.mention", "SELECT now()"):
        assert main(["sql", school, query]) == 1
        assert "weerklank: your query" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
    assert main(["sql", school, COUNT, "--weeks", "0"]) == 2


def test_at_the_prompt_a_mistake_is_told_and_the_next_query_asked(
    school: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = f".tables\nSELECT wek\nFROM core.heard;\n{COUNT};\nexit\n{COUNT};\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["sql", school]) == 0
    told = capsys.readouterr()
    assert "core.period: week ENUM, role VARCHAR, start_at TIMESTAMP WITH TIME ZONE" in told.out
    assert "your query, line 1, column 8: there is no column wek here" in told.err
    assert told.out.count("2026-W37") == 1  # nothing after exit
