"""The benchmark of staging stages what it says, and staging ahead writes the same bytes as one week after another."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from tasks import home, lake
from tasks.bench import mentions, stage, world
from tasks.stage import ahead
from tasks.stage import weeks as staging

WEEKS, ITEMS = 3, 300


def whole_lake() -> dict[str, str]:
    found = sorted(home.lake().rglob("*.parquet"))
    return {str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_staging_ahead_writes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = world.weeks(WEEKS)
    assert mentions.land(weeks, ITEMS) == WEEKS * ITEMS
    one_by_one = staging.refresh(world.institution(), weeks[-1])
    before = whole_lake()
    shutil.rmtree(home.lake())
    monkeypatch.setattr(ahead, "FEWEST_LINES", 1)
    assert staging.refresh(world.institution(), weeks[-1]) == one_by_one
    assert sum(one_by_one.values()) == WEEKS * ITEMS
    assert whole_lake() == before
    assert staging.refresh(world.institution(), weeks[-1]) == {}


def test_a_failure_ahead_is_raised_and_leaves_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = world.weeks(WEEKS)
    mentions.land(weeks, ITEMS)
    monkeypatch.setattr(ahead, "FEWEST_LINES", 1)
    replace = lake.replace

    def full(table: str, slug: str, week: str, *rest: object) -> None:
        if (table, week) == ("mentions", str(weeks[1])):
            raise OSError("the disk is full")
        replace(table, slug, week, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(lake, "replace", full)
        with pytest.raises(OSError, match="the disk is full"):
            staging.refresh(world.institution(), weeks[-1])
    assert lake.inputs("mentions", world.SLUG, str(weeks[1])) is None
    staging.refresh(world.institution(), weeks[-1])
    staged = whole_lake()
    shutil.rmtree(home.lake())
    staging.refresh(world.institution(), weeks[-1])
    assert whole_lake() == staged


def test_no_two_texts_are_alike_and_people_ask_and_are_answered() -> None:
    week = world.weeks(1)[0]
    mentions.land([week], ITEMS)
    staging.refresh(world.institution(), week)
    tables = [lake.read("mentions", world.SLUG, str(one)) for one in (week, week.shift(1))]
    rows = [row for table in tables if table is not None for row in table.to_pylist()]
    assert len({row["text"] for row in rows}) == len(rows) == ITEMS
    asked = [row for row in rows if row["eligibility"] == "eligible"]
    answers = [row for row in rows if row["direction"] == "outbound"]
    assert 0.2 < len(asked) / ITEMS < 0.6
    assert 0.1 < len(answers) / ITEMS < 0.4
    assert {row["language"] for row in rows} >= {"nl", "en"}


@pytest.mark.parametrize("seconds", [1.0, 10.0])
def test_the_exit_code_tells_whether_the_goal_was_met(
    seconds: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tasks.cli import main

    found = stage.Staged(20_000, seconds, 2.0, {"10_item": 0.5})
    monkeypatch.setattr(stage, "run", lambda *_: found)
    assert main(["bench", "stage"]) == (0 if seconds == 1.0 else 1)
    assert ("MISSED" in capsys.readouterr().out) is (seconds != 1.0)
    main(["bench", "stage", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["mentions_per_second"] == 20_000 / seconds


@pytest.mark.slow
def test_it_measures_what_it_landed(capsys: pytest.CaptureFixture[str]) -> None:
    from tasks.cli import main

    arguments = ["bench", "stage", "--weeks", "2", "--items-a-week", "200", "--rounds", "1", "--format", "json"]
    main(arguments)
    told = json.loads(capsys.readouterr().out)
    assert told["mentions"] == 400
    assert {"pages to rows", "10_item", "language", "20_sentiment", "30_mention", "write mentions"} <= set(
        told["steps"]
    )
    assert min(told["steps"].values()) >= 0
