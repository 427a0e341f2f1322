"""The promised tables, filled for the periods that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import duckdb
import pyarrow as pa

from tasks import lake, warehouse
from tasks.errors import SourceError, WeerklankError
from tasks.measure import academic, calendar
from tasks.period import Week, midnight
from tasks.settings import Institution
from tasks.stage import rows
from tasks.stage import weeks as staged
from tasks.topics import taxonomy

TOPIC = "topic"
HEADINGS = ("all", "department", "source", TOPIC)
#: How many weeks before the first are read as well: who asked half a year ago may still wait.
LEAD_IN_WEEKS = 27
#: How far beyond the last cut-off the opening clock runs.
AHEAD_DAYS = 15
Role = Literal["report", "base", "trend", "pooled"]
MOMENT = pa.timestamp("us", tz="UTC")
PERIOD = pa.schema(
    [("week", pa.string()), ("role", pa.string()), ("start_at", MOMENT), ("end_at", MOMENT), ("as_of", MOMENT)]
)
SCHEDULE = pa.schema([("department", pa.string()), ("source", pa.string()), ("schedule", pa.int32())])
OPENING = pa.schema([("schedule", pa.int32()), ("opens_at", MOMENT), ("closes_at", MOMENT)])
REACH = pa.schema([("first_at", MOMENT), ("last_at", MOMENT)])
PROMISE = pa.schema(
    [
        ("valid_from", MOMENT),
        ("valid_until", MOMENT),
        ("clock", pa.string()),
        ("target_seconds", pa.int64()),
        ("acknowledge_seconds", pa.int64()),
        ("solve_days", pa.int32()),
    ]
)
ACADEMIC = pa.schema([("kind", pa.string()), ("day", pa.date32())])
SOURCE = pa.schema([("place", pa.int32()), ("id", pa.string())])
HEADING = pa.schema([("dimension", pa.string())])
TOPICS = pa.schema([("topic", pa.string())])
#: In the order in which they build on each other.
TABLES = (
    *("name", "macros", "period", "calendar", "message", "turn", "waited", "matured", "acknowledged"),
    *("still_waiting", "heard", "issue", "kaplan_meier", "line", "fetched", "day_seen", "day"),
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
    """A locked in-memory database with every promised table, over the weeks ``first`` to ``last``, those before them
    that still matter, and those up to the last cut-off. It can read their partitions of the lake and no other file."""
    known = max([last.shift(1), *(Week.containing(one.as_of, institution.zone) for one in periods)], key=_monday)
    with warehouse.connect(institution.zone) as db:
        paths = _paths(institution, first, known)
        refused = lake.read("quarantine", institution.slug, str(last))
        try:
            _views(db, paths)
            warehouse.put(db, "staging.quarantine", rows.QUARANTINE.empty_table() if refused is None else refused)
            build(db, institution, periods, headings)
            warehouse.lock(db, [path for one in paths.values() for path in one])
            yield db
        except (WeerklankError, duckdb.Error):
            intact(institution, first, known)  # only now: hundreds of footers take longer than many a week
            raise


def intact(institution: Institution, first: Week, last: Week) -> None:
    """Raise SourceError when a partition that metrics rest on is damaged: then it is not the metric that is wrong."""
    for path in (path for one in _paths(institution, first, last).values() for path in one):
        lake.check(path)


def _paths(institution: Institution, first: Week, last: Week) -> dict[str, list[str]]:
    """The partitions of those weeks, and of the ones before that still matter, by table."""
    slug, weeks = institution.slug, [str(week) for week in first.shift(-LEAD_IN_WEEKS).until(last)]
    return {table: lake.existing(table, slug, weeks) for table in ("mentions", "fetch_windows", *staged.KEPT)}


def _monday(week: Week) -> date:
    return week.monday


def _views(db: warehouse.Connection, paths: dict[str, list[str]]) -> None:
    """What staging keeps, as views over partitions of the lake: a window that lies in two weeks is one window."""
    if not any(paths.values()):  # nothing was staged yet
        staged.nothing(db)
        return
    names = {"mentions": "staging.mention", "fetch_windows": "staging.fetch_windows"} | staged.KEPT
    for table, name in names.items():
        if not paths[table]:
            raise SourceError(
                f"The lake has no {table} beside its other tables: clear the task stage, or import again."
            )
        what = "DISTINCT *" if table == "fetch_windows" else "*"
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths[table])
        db.execute(f"CREATE VIEW {name} AS SELECT {what} FROM read_parquet([{listed}], hive_partitioning = false)")  # noqa: S608


def build(
    db: warehouse.Connection, institution: Institution, periods: Sequence[Period], headings: Sequence[str]
) -> None:
    """Make the promised tables for the periods and headings asked for, from what staging keeps of the weeks."""
    sources = [{"place": place, "id": source.id} for place, source in enumerate(institution.sources)]
    put = warehouse.put
    put(db, "core.period", pa.Table.from_pylist([asdict(period) for period in periods], PERIOD))
    # A post has one department and one source, but as many topics as it has: they have a table of their own.
    put(db, "core.heading", pa.Table.from_pylist([{"dimension": one} for one in headings if one != TOPIC], HEADING))
    topics = taxonomy.load(institution.slug) if TOPIC in headings else ()
    put(db, "core.topic", pa.Table.from_pylist([{"topic": topic.key} for topic in topics], TOPICS))
    put(db, "core.promise", pa.Table.from_pylist(promises(institution), PROMISE))
    put(db, "core.source", pa.Table.from_pylist(sources, SOURCE))
    put(db, "core.academic", _academic(institution, periods))
    _opening(db, institution, periods)
    warehouse.core(db, *TABLES)


def promises(institution: Institution) -> list[dict[str, Any]]:
    """The promises there were and the one of today, each with the moments between which a message met it."""
    earlier = sorted(institution.earlier_promise, key=lambda one: one.until)
    ends = [midnight(one.until + timedelta(days=1), institution.zone) for one in earlier]
    return [
        {
            "valid_from": start,
            "valid_until": end,
            "clock": institution.respond.clock,
            "target_seconds": round(promise.target_hours * 3600),
            "acknowledge_seconds": promise.acknowledge_hours and round(promise.acknowledge_hours * 3600),
            "solve_days": promise.solve_days,
        }
        for promise, start, end in zip(
            (*earlier, institution.respond), (staged.ALWAYS[0], *ends), (*ends, staged.ALWAYS[1]), strict=True
        )
    ]


def _academic(institution: Institution, periods: Sequence[Period]) -> pa.Table:
    """What was special about the days of the periods, and of the year before them."""
    first = min(period.start_at for period in periods).date() - timedelta(days=366)
    last = max(period.end_at for period in periods).date()
    found = academic.rows(institution, first, last)
    return pa.Table.from_pylist([dict(zip(ACADEMIC.names, row, strict=True)) for row in found], ACADEMIC)


def _opening(db: warehouse.Connection, institution: Institution, periods: Sequence[Period]) -> None:
    """Who is open when: a schedule for every department and source that occurs, for as long as anything here lasts."""
    occurring = db.sql(
        "SELECT department, source, min(asked_at)::DATE FROM staging.week_turn GROUP BY ALL UNION ALL "
        "SELECT department, source, min(case_heard_at)::DATE FROM staging.week_message WHERE case_id IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    pairs: list[calendar.Pair] = list(dict.fromkeys((department, source) for department, source, _ in occurring))
    days: list[date] = [day for *_, day in occurring if day]
    days += [moment.date() for period in periods for moment in (period.start_at, period.as_of)]
    # Beyond the last cut-off, so that a promise made before it has its end on the clock.
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=AHEAD_DAYS)
    departments = [*(one.id for one in institution.department), "nobody"]
    pairs += [(department, source.id) for department in departments for source in institution.sources]
    of_pair = calendar.schedules(institution, pairs)
    numbers = {hours: number for number, hours in enumerate(dict.fromkeys(of_pair.values()))}
    listed = [
        {"department": department, "source": source, "schedule": numbers[hours]}
        for (department, source), hours in of_pair.items()
    ]
    open_at = [
        {"schedule": number, "opens_at": opens, "closes_at": closes}
        for hours, number in numbers.items()
        for opens, closes in calendar.stretches(institution, hours, first, last)
    ]
    reach = {"first_at": midnight(first, institution.zone), "last_at": midnight(last, institution.zone)}
    warehouse.put(db, "core.schedule", pa.Table.from_pylist(listed, SCHEDULE))
    warehouse.put(db, "core.opening", pa.Table.from_pylist(open_at, OPENING))
    warehouse.put(db, "core.reach", pa.Table.from_pylist([reach], REACH))
