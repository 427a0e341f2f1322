"""What there is to be told at a moment, from the staged lake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks import home, lake, warehouse
from tasks.measure import model, query
from tasks.period import Week
from tasks.settings import Institution
from tasks.topics import urgency

#: Words and places are more than a metric may see.
MAY = frozenset({"staging.mention"})
#: So many weeks before the running one somebody still waits, and then some: who is urgent stays apart for as long.
WAITS = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits. ``due_at``: when the promise runs out; None where the opening clock does not reach it."""

    item_id: str
    source: str
    department: str
    asked_at: datetime
    due_at: datetime | None
    overdue: bool
    visibility: str
    language: str | None
    words: str | None
    topics: list[str]
    case_id: str | None
    page: str
    line: int


@dataclass(frozen=True, slots=True)
class Urgent:
    """Something that one person should read now: where it is, and not what it says."""

    item_id: str
    source: str
    created_at: datetime
    page: str
    line: int


@dataclass(frozen=True, slots=True)
class Spike:
    """A day that is running and on which ``n`` were said already, where ``expected`` are usual."""

    day: str
    n: int
    expected: float


@dataclass(frozen=True, slots=True)
class Found:
    waiting: tuple[Waiting, ...]
    urgent: tuple[Urgent, ...]
    spike: Spike | None


def look(institution: Institution, moment: datetime) -> Found:
    """Everything of the last four weeks that may be told at a moment; who is urgent is not among those who wait, and
    told of this week and the one before.
    """
    week = Week.containing(moment, institution.zone)
    period = model.Period.of(str(week), "report", week, week, moment)
    with model.tables(institution, week, week, [period], headings=("all",)) as db:
        waiting = [Waiting(**row) for row in _rows(db, "waiting")]
        spike = [Spike(**row) for row in _rows(db, "spike")]
    apart = {one.item_id for one in _urgent(institution, week.shift(-WAITS), week)}
    told = tuple(one for one in waiting if one.item_id not in apart)
    return Found(told, _urgent(institution, week.shift(-1), week), spike[0] if spike else None)


def _rows(db: warehouse.Connection, name: str) -> Iterable[dict[str, Any]]:
    file = f"sql/watch/{name}.sql"
    text = (home.SQL / "watch" / f"{name}.sql").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = query.select(db, file, text, MAY).to_pylist()
    return found


def _urgent(institution: Institution, first: Week, last: Week) -> tuple[Urgent, ...]:
    if not institution.urgent.on:
        return ()
    tables = [lake.read(urgency.TABLE, institution.slug, str(one)) for one in first.until(last)]
    return tuple(Urgent(**row) for table in tables if table is not None for row in table.to_pylist())
