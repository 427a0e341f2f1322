"""Cursors in SQLite and in PostgreSQL: they move forwards, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.deliver.ledger import Ledger
from tasks.extract.cursor import Cursor, Cursors
from tests import postgres

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with postgres.cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite"
    name = "cursor_" + request.node.originalname[5:45]
    return postgres.database(request.getfixturevalue("cluster"), name)


def test_a_cursor_is_what_was_committed(url: str) -> None:
    cursors = Cursors(url, lambda: NOON)
    assert cursors.read("school", "masto") == Cursor()
    there = Cursor({"streams": {"tag:é": [["2026", "12"]]}}, NOON, NOON + timedelta(minutes=9), NOON)
    assert cursors.move("school", "masto", there)
    assert Cursors(url, lambda: NOON).read("school", "masto") == replace(there, asked_at=NOON)
    assert cursors.read("school", "reddit") == cursors.read("other", "masto") == Cursor()
    assert Ledger(url, lambda: NOON).entries("school", "2026-W47") == []


def test_what_a_source_goes_on_from_may_be_forgotten_and_the_moment_stays(url: str) -> None:
    cursors = Cursors(url, lambda: NOON)
    cursors.forget_position("school", "masto")  # of which nothing is known: nothing happens
    cursors.move("school", "masto", Cursor({"streams": {"tag:é": [["2026", "12"]]}}, NOON))
    cursors.forget_position("school", "reddit")
    cursors.forget_position("school", "masto")
    assert cursors.read("school", "masto") == Cursor({}, NOON, asked_at=NOON)
    assert cursors.read("school", "reddit") == Cursor()


def test_a_cursor_never_moves_back(url: str) -> None:
    cursors = Cursors(url, lambda: NOON)
    assert cursors.move("school", "masto", Cursor({"at": "noon"}, NOON))
    assert not cursors.move("school", "masto", Cursor({"at": "before"}, NOON - timedelta(hours=1)))
    assert not cursors.move("school", "masto", Cursor({"at": "the beginning"}))
    assert cursors.read("school", "masto").position == {"at": "noon"}
    assert cursors.move("school", "masto", Cursor({"at": "noon, further"}, NOON))
    assert cursors.move("school", "masto", Cursor({"at": "after"}, NOON + timedelta(hours=1)))
    assert cursors.read("school", "masto").position == {"at": "after"}


def test_of_many_at_once_the_furthest_stays(url: str) -> None:
    cursors = Cursors(url, lambda: NOON)
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda n: cursors.move("s", "m", Cursor({"n": n}, NOON + timedelta(hours=n))), range(24)))
    assert cursors.read("s", "m").position == {"n": 23}
