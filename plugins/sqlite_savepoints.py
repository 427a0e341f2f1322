"""Airflow on SQLite, several processes at once: take the write lock before a savepoint, and wait for it.

Python's sqlite3 begins a transaction only before a write. A SAVEPOINT that comes first opens one that reads; when
another process commits before its first write, SQLite refuses at once ("database is locked"), whatever the timeout.
Airflow creates backfills in just that way, answers 503 and leaves half of one behind. Beginning the transaction for
writing makes it wait its turn instead (SQLAlchemy's documentation: "SAVEPOINT support" of the pysqlite dialect).

Nothing changes on PostgreSQL, which production uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.plugins_manager import AirflowPlugin
from sqlalchemy import event  # noqa: TID253 Airflow has loaded it before any plugin
from sqlalchemy.engine import Engine  # noqa: TID253

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@event.listens_for(Engine, "savepoint")
def begin_for_writing(connection: Connection, name: str) -> None:
    """Runs before every SAVEPOINT of this process."""
    if connection.dialect.name != "sqlite":
        return
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class SqliteSavepoints(AirflowPlugin):
    """Nothing to register but the event above."""

    name = "sqlite_savepoints"
