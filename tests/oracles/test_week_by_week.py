"""The lake is filled week by week; its turns must be those of all items taken together, and of any range of weeks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks import home, lake, settings, steps, warehouse
from tasks.extract import files
from tasks.measure import contract, document, model
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition, weeks
from tests.oracles import threads
from tests.world import jsonl, settle

FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
FIRST, LAST = "2026-W36", "2026-W43"
TURN = "thread_key, item_id, author, turn_no, source, department, asked_at, acknowledged_at, answered_at, answered_by"
MESSAGE = "item_id, thread_key, author, direction, role, exchange_no, we_started, eligibility, template, created_at"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with the made world, handed in as three files."""
    made = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        slug = settle(patch, made)
        home.key_file(slug).parent.mkdir(parents=True)
        home.key_file(slug).write_bytes(b"the same key, so the same order of ids")
        items = threads.world(seed=8, threads=350)
        for part in range(3):
            path = jsonl(made / f"{part}.jsonl", *items[part::3])
            files.receive(settings.load(slug), path, fetched_at=FETCHED)
        steps.stage(slug, LAST)
    return made


@pytest.fixture
def school(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Institution:
    return settings.load(settle(monkeypatch, folder))


@contextmanager
def week_by_week(of: Institution) -> Iterator[warehouse.Connection]:
    """The promised tables over the lake, as a metric over all eight weeks would read it."""
    first, last = (Week.parse(name, of.zone) for name in (FIRST, LAST))
    with model.tables(of, first, last, [model.Period.of("all", "pooled", first, last)], ["all"]) as db:
        yield db


@contextmanager
def all_at_once(of: Institution) -> Iterator[warehouse.Connection]:
    """The same tables, from every mention of the lake in one go."""
    first, last = (Week.parse(name, of.zone) for name in (FIRST, LAST))
    with warehouse.connect(of.zone) as db:
        weeks.blank(db)
        warehouse.put(db, "staging.fetch_windows", partition.WINDOWS.empty_table())
        every = lake.existing("mentions", of.slug, [str(week) for week in first.until(last.shift(1))])
        db.from_parquet(every, hive_partitioning=False).create_view("mentions")
        db.execute("INSERT INTO staging.mention BY NAME SELECT * FROM mentions")
        weeks.converse(db, *weeks.ALWAYS)
        model.build(db, of, [model.Period.of("all", "pooled", first, last)], ["all"])
        yield db


def rows(db: warehouse.Connection, query: str) -> list[dict[str, Any]]:
    return db.sql(query).to_arrow_table().to_pylist()


def test_week_by_week_gives_the_turns_of_all_at_once(school: Institution) -> None:
    query = f"SELECT {TURN} FROM core.turn ORDER BY item_id"
    with week_by_week(school) as by_week, all_at_once(school) as together:
        found, expected = rows(by_week, query), rows(together, query)
    assert len(found) > 300
    assert sum(row["answered_at"] is not None for row in found) > 150
    # A department is what was known of it in the turn's own week; a later case may name one where nobody was.
    for row, one in zip(found, expected, strict=True):
        assert row.pop("department") in (one.pop("department"), "nobody")
    assert found == expected


def test_week_by_week_gives_the_messages_of_all_at_once(school: Institution) -> None:
    query = f"SELECT {MESSAGE} FROM core.message ORDER BY item_id"
    with week_by_week(school) as by_week, all_at_once(school) as together:
        found, expected = rows(by_week, query), rows(together, query)
    assert len(found) > 1000
    assert found == expected


@pytest.mark.parametrize("name", ["first_response_time", "backlog"])
def test_a_week_by_itself_says_what_it_says_in_a_range(school: Institution, name: str) -> None:
    metric = contract.load(name)
    first, last = (Week.parse(text, school.zone) for text in (FIRST, LAST))
    of_range = [row for row in document.for_range(school, metric, first, last, "department") if row["week"] != "all"]
    for week in (first.shift(4), last):
        alone = [row for row in document.for_range(school, metric, week, week, "department") if row["week"] != "all"]
        assert alone == [row for row in of_range if row["week"] == str(week)]
        assert sum(row["n"] for row in alone) > 20
