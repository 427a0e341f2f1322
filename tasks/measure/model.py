"""The promised tables, filled for the periods that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import pyarrow as pa

from tasks import lake, warehouse
from tasks.measure import academic, calendar
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition, rows
from tasks.stage import weeks as staged

HEADINGS = ("all", "department", "source")
Role = Literal["report", "base", "trend", "pooled"]
MOMENT = pa.timestamp("us", tz="UTC")
PERIOD = pa.schema(
    [("week", pa.string()), ("role", pa.string()), ("start_at", MOMENT), ("end_at", MOMENT), ("as_of", MOMENT)]
)
CALENDAR = pa.schema(
    [("department", pa.string()), ("opens_at", MOMENT), ("closes_at", MOMENT), ("seconds_before", pa.float64())]
)
PROMISE = pa.schema([("clock", pa.string()), ("target_seconds", pa.int64()), ("solve_days", pa.int32())])
ACADEMIC = pa.schema([("kind", pa.string()), ("day", pa.date32())])
SOURCE = pa.schema([("place", pa.int32()), ("id", pa.string())])
#: How far back core.day looks.
HISTORY = timedelta(weeks=12)
HEADING = pa.schema([("dimension", pa.string())])
#: In the order in which they build on each other.
TABLES = (
    *("period", "macros", "message", "waiting_turn", "turn"),
    *("asked", "still_waiting", "heard", "issue", "answer_curve", "day_seen", "day"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """What one row of a result stands for: a week, or several pooled; nothing after ``as_of`` is known in it."""

    week: str
    role: Role
    start_at: datetime
    end_at: datetime
    as_of: datetime

    @classmethod
    def of(cls, name: str, role: Role, first: Week, last: Week, as_of: datetime | None = None) -> Period:
        """From the start of one week to the end of another; cut off on the Monday morning after it unless told."""
        return cls(name, role, first.start, last.end, as_of or last.cutoff)


@contextmanager
def tables(
    institution: Institution, first: Week, last: Week, periods: Sequence[Period], headings: Sequence[str] = HEADINGS
) -> Iterator[warehouse.Connection]:
    """A locked in-memory database with every promised table, made from the weeks ``first`` to ``last`` and on to the
    last cut-off."""
    with warehouse.connect(institution.zone) as db:
        known = max(Week.containing(period.as_of, institution.zone).monday for period in periods)
        weeks = [str(week) for week in first.until(max(last.shift(1), Week(known, institution.zone), key=_monday))]
        staged.load(db, institution.slug, weeks, open_before=weeks[0])
        for table, empty in (("fetch_windows", partition.WINDOWS), ("quarantine", rows.QUARANTINE)):
            there = lake.read(table, institution.slug, str(last))
            warehouse.put(db, f"staging.{table}", empty.empty_table() if there is None else there)
        build(db, institution, periods, headings)
        warehouse.lock(db)
        yield db


def _monday(week: Week) -> date:
    return week.monday


def build(
    db: warehouse.Connection, institution: Institution, periods: Sequence[Period], headings: Sequence[str]
) -> None:
    """Make the promised tables from staging.mention (which is there already) for the periods and headings asked for."""
    respond = institution.respond
    promise = {
        "clock": respond.clock,
        "target_seconds": round(respond.target_hours * 3600),
        "solve_days": respond.solve_days,
    }
    sources = [{"place": place, "id": source.id} for place, source in enumerate(institution.sources)]
    put = warehouse.put
    put(db, "core.period", pa.Table.from_pylist([asdict(period) for period in periods], PERIOD))
    put(db, "core.heading", pa.Table.from_pylist([{"dimension": heading} for heading in headings], HEADING))
    put(db, "core.promise", pa.Table.from_pylist([promise], PROMISE))
    put(db, "core.source", pa.Table.from_pylist(sources, SOURCE))
    put(db, "core.calendar", _open_hours(db, institution, periods))
    put(db, "core.academic", _academic(institution, periods))
    warehouse.core(db, *TABLES)


def _academic(institution: Institution, periods: Sequence[Period]) -> pa.Table:
    """What was special about the days of the periods and of their history."""
    first = min(period.start_at for period in periods).astimezone(institution.zone).date() - HISTORY
    last = max(period.end_at for period in periods).astimezone(institution.zone).date()
    found = academic.rows(institution, first, last)
    return pa.Table.from_pylist([dict(zip(ACADEMIC.names, row, strict=True)) for row in found], ACADEMIC)


def _open_hours(db: warehouse.Connection, institution: Institution, periods: Sequence[Period]) -> pa.Table:
    """The calendar, long enough for the oldest message that still waits and the last cut-off."""
    oldest, newest = db.sql("SELECT min(created_at)::DATE, max(created_at)::DATE FROM staging.mention").fetchall()[0]
    days: list[date] = [day for day in (oldest, newest) if day]
    days += [moment.date() for period in periods for moment in (period.start_at, period.as_of)]
    margin = timedelta(days=1)
    stretches = calendar.rows(institution, min(days) - margin, max(days) + margin)
    return pa.Table.from_pylist([dict(zip(CALENDAR.names, row, strict=True)) for row in stretches], CALENDAR)
