"""The promised tables, filled for the periods that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks import lake, warehouse
from tasks.measure import calendar
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import weeks as staged

HEADINGS = ("all", "department", "source")
TABLES = ("message", "waiting_turn", "turn", "asked", "still_waiting", "heard", "issue", "answer_curve")


@dataclass(frozen=True, slots=True)
class Period:
    """What one row of a result stands for: a week, or several pooled; nothing after ``as_of`` is known in it."""

    name: str
    start_at: datetime
    end_at: datetime
    as_of: datetime

    @classmethod
    def of(cls, name: str, first: Week, last: Week, as_of: datetime | None = None) -> Period:
        """From the start of one week to the end of another, cut off on the Monday morning after the last."""
        return cls(name, first.start, last.end, min(as_of, last.cutoff) if as_of else last.cutoff)


@contextmanager
def tables(
    institution: Institution, first: Week, last: Week, periods: Sequence[Period], headings: Sequence[str] = HEADINGS
) -> Iterator[warehouse.Connection]:
    """A locked in-memory database with every promised table, made from the weeks ``first`` to ``last`` (and Monday after)."""
    with warehouse.connect(institution.zone) as db:
        read = [str(week) for week in first.until(last.shift(1))]
        staged.load(db, institution.slug, read, open_before=read[0])
        _ask(db, institution, periods, headings)
        _report_week(db, institution, last)
        build(db, institution)
        warehouse.lock(db)
        yield db


def build(db: warehouse.Connection, institution: Institution) -> None:
    """Make the promised tables from staging.mention, core.period, core.heading and core.promise."""
    _open_hours(db, institution)
    warehouse.core(db, "macros", *TABLES)


def promise(db: warehouse.Connection, institution: Institution) -> None:
    """core.promise: what the institution told the public, one row."""
    db.execute(
        """
        CREATE TABLE core.promise AS
        SELECT $clock AS clock, $seconds::BIGINT AS target_seconds, $solve_days::INTEGER AS solve_days
        """,
        {
            "clock": institution.respond.clock,
            "seconds": round(institution.respond.target_hours * 3600),
            "solve_days": institution.respond.solve_days,
        },
    )


def _ask(db: warehouse.Connection, institution: Institution, periods: Sequence[Period], headings: Sequence[str]) -> None:
    db.execute("CREATE TABLE core.period (week VARCHAR, start_at TIMESTAMPTZ, end_at TIMESTAMPTZ, as_of TIMESTAMPTZ)")
    for one in periods:
        db.execute("INSERT INTO core.period VALUES (?, ?, ?, ?)", [one.name, one.start_at, one.end_at, one.as_of])
    db.execute("CREATE TABLE core.heading (dimension VARCHAR)")
    for heading in headings:
        db.execute("INSERT INTO core.heading VALUES (?)", [heading])
    db.execute(
        "CREATE TABLE core.every_week AS SELECT week, 'all' AS dimension, 'all' AS \"group\" FROM core.period ORDER BY week"
    )
    promise(db, institution)


def _report_week(db: warehouse.Connection, institution: Institution, week: Week) -> None:
    """core.report_week, and what the lists say of it: sources, fetch windows, quarantine."""
    db.execute("CREATE TABLE core.report_week AS SELECT * FROM core.period WHERE week = $week", {"week": str(week)})
    db.execute("CREATE TABLE core.source (place INTEGER, id VARCHAR)")
    for place, source in enumerate(institution.sources):
        db.execute("INSERT INTO core.source VALUES (?, ?)", [place, source.id])
    for table, columns in (
        ("fetch_windows", "source, start::TIMESTAMPTZ AS start_at, \"end\"::TIMESTAMPTZ AS end_at, status, reason"),
        ("quarantine", "page, line, origin, source, reason"),
    ):
        path = str(lake.partition(table, institution.slug, str(week)))
        db.execute(
            f"CREATE TABLE staging.{table} AS SELECT {columns} FROM read_parquet($path, hive_partitioning = false)",
            {"path": path},
        )


def _open_hours(db: warehouse.Connection, institution: Institution) -> None:
    """core.calendar, long enough for the oldest message that still waits and the last cut-off."""
    reach = db.sql(
        """
        SELECT
            least((SELECT min(start_at) FROM core.period), (SELECT min(created_at) FROM staging.mention))::DATE,
            greatest((SELECT max(as_of) FROM core.period), (SELECT max(created_at) FROM staging.mention))::DATE
        """
    ).fetchall()
    first: date
    last: date
    first, last = reach[0]
    day = timedelta(days=1)
    rows = calendar.rows(institution, first - day, last + day)
    db.execute(
        "CREATE TABLE core.calendar (department VARCHAR, opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ, seconds_before DOUBLE)"
    )
    db.executemany("INSERT INTO core.calendar VALUES (?, ?, ?, ?)", rows)

