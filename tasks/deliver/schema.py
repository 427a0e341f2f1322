"""The ledger's tables, the same on SQLite and PostgreSQL, and how to connect to either."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator

from tasks.errors import UsageError

STATES = ("pending", "sending", "sent", "refused", "unknown", "skipped")
#: The mail left, or may have left: nobody gets the same round a second time.
RECEIPTS = ("sending", "sent", "refused", "unknown")
BUSY_SECONDS = 60
_RECEIPT = text(f"state IN ({', '.join(repr(state) for state in RECEIPTS)})")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment; SQLite, which forgets the zone, gets and gives UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


metadata = MetaData()
delivery = Table(
    "delivery",
    metadata,
    Column("institution", String(40), primary_key=True),
    Column("week", String(60), primary_key=True),  # 2026-W47, 2026-W47/interim-…, 2026-W47/r1-withdrawn
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("recipient", String(254), primary_key=True),
    Column("send_number", Integer, primary_key=True, autoincrement=False),
    Column("run_key", String(250), nullable=False),
    Column("message_id", String(250)),
    Column("fingerprint", String(64), nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reply", String(300)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="delivery_state"),
)
# Whatever the code does: a second receipt for the same person, week and round cannot be written, not even for another
# revision. A process that may not write `sending` does not send.
Index(
    "delivery_once",
    delivery.c.institution,
    delivery.c.week,
    delivery.c.recipient,
    delivery.c.send_number,
    unique=True,
    sqlite_where=_RECEIPT,
    postgresql_where=_RECEIPT,
)

#: Who looked at people's words (tasks/privacy/journal.py); never the words.
look = Table(
    "look",
    metadata,
    Column("look_no", Integer, primary_key=True, autoincrement=True),
    Column("institution", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(120), nullable=False),
    Column("what", String(60), nullable=False),
    Column("week", String(60), nullable=False),
    Column("items", Integer, nullable=False),
)

#: Those that wait for an answer; Airflow's own asyncpg cannot.
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg2")


def address(url: str) -> URL:
    """A ledger's address; raises UsageError, without repeating it, for one that cannot be used."""
    try:
        found = make_url(url)
    except ArgumentError:
        raise UsageError("WEERKLANK_LEDGER_URL is not an address SQLAlchemy can read.") from None
    nowhere = found.get_backend_name() == "sqlite" and found.database in (None, "", ":memory:")
    if nowhere or found.drivername not in DRIVERS:
        raise UsageError(
            "WEERKLANK_LEDGER_URL: the ledger lives in a file (sqlite:////path/to/ledger.sqlite) "
            "or in PostgreSQL (postgresql+psycopg2://user:password@host/database)."
        )
    return found


def connect(url: str) -> Engine:
    """An engine for a ledger address, with its tables; raises UsageError when the address cannot be used."""
    place = address(url)
    backend = place.get_backend_name()
    engine = create_engine(place, poolclass=NullPool, connect_args=_connect_args(backend))
    if backend == "sqlite":
        Path(str(place.database)).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    with engine.begin() as connection:
        if backend == "postgresql":  # two processes that create the same table at once would trip over each other
            connection.execute(text("SELECT pg_advisory_xact_lock(7213001)"))
        metadata.create_all(connection)
    return engine


def _connect_args(backend: str) -> dict[str, Any]:
    return {"timeout": BUSY_SECONDS} if backend == "sqlite" else {}


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Transactions are ours to begin. EXTRA: a commit survives a power cut, or "sending" would be a hope."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = EXTRA")


def _begin_immediate(connection: Any) -> None:
    """Take the write lock at once: waiting for it then obeys the time-out, upgrading later would fail at once."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
