"""Airflow's own database as SQLite: what begins with a savepoint waits for its turn instead of failing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.orm import Session

WRITE = sqlalchemy.text("UPDATE runs SET state = state + 1")


@pytest.fixture
def plugin() -> Any:
    """Imported only now, as it imports Airflow."""
    import sqlite_savepoints

    return sqlite_savepoints


def database(path: Path) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}?timeout=30")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS runs AS SELECT 0 AS state")
    return engine


def read_then_write_in_a_savepoint(path: Path) -> int:
    """What Airflow does for a backfill, while another process writes between its reading and its writing."""
    mine, other = database(path), database(path)
    written = threading.Event()

    def write() -> None:
        with other.begin() as connection:
            connection.execute(WRITE)
        written.set()

    with Session(mine) as session, session.begin_nested():
        session.execute(sqlalchemy.text("SELECT state FROM runs")).scalar_one()
        thread = threading.Thread(target=write)
        thread.start()
        written.wait(1)  # with the fix it cannot come before us
        session.execute(WRITE)
        session.commit()
    thread.join()
    with mine.connect() as connection:
        return int(connection.execute(sqlalchemy.text("SELECT state FROM runs")).scalar_one())


def test_a_savepoint_waits_for_its_turn(tmp_path: Path, plugin: Any) -> None:
    assert read_then_write_in_a_savepoint(tmp_path / "airflow.db") == 2


def test_without_the_plugin_it_fails_at_once(tmp_path: Path, plugin: Any) -> None:
    """The reason for the plugin: when this no longer fails, the plugin can go."""
    event = (sqlalchemy.Engine, "savepoint", plugin.begin_for_writing)
    sqlalchemy.event.remove(*event)
    try:
        path = tmp_path / "airflow.db"
        try:
            read_then_write_in_a_savepoint(path)
        except sqlalchemy.exc.OperationalError as error:
            assert "locked" in str(error)
        else:
            raise AssertionError("a savepoint that reads first can write after somebody else wrote")
    finally:
        sqlalchemy.event.listen(*event)
