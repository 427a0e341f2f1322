"""The demo world as the tests look at it: rows, items in their last state, answers, cases, opening hours."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock
from functools import cache

import holidays

from tasks import settings
from tasks.demo import Window, windows
from tasks.period import Week

OVERBRUGGE = settings.load("overbrugge")
ZONE = OVERBRUGGE.zone
FIRST, LAST = Week.parse("2026-W22", ZONE), Week.parse("2026-W47", ZONE)
Row = dict[str, object]


@cache
def delivered() -> dict[str, list[Window]]:
    return {source.id: windows(OVERBRUGGE, source.id) for source in OVERBRUGGE.sources}


def rows() -> list[Row]:
    """Every row of every window, also the second one of an item."""
    return [row for source in delivered().values() for window in source for row in window.items]


@cache
def final() -> dict[tuple[object, object], Row]:
    """Every item once, in its last state, with its first text."""
    last: dict[tuple[object, object], Row] = {}
    for row in rows():
        first = last.get((row["source"], row["id"]), row)
        last[row["source"], row["id"]] = row | {"first_text": first.get("first_text", first["text"])}
    return last


def at(row: Row, key: str = "created_at") -> datetime:
    return datetime.fromisoformat(str(row[key]))


def week_of(row: Row) -> str:
    return str(Week.containing(at(row), ZONE))


def inbound() -> list[Row]:
    return [
        row
        for row in final().values()
        if row["author_kind"] == "public" and row["visibility"] != "internal" and row["kind"] != "repost"
    ]


def asked() -> list[Row]:
    """Inbound items that need an answer, as plainly as the data say it."""
    return [
        row
        for row in inbound()
        if row.get("needs_reply") or (row.get("needs_reply") is None and "?" in str(row["first_text"]))
    ]


def answers_to(opener: Row) -> list[Row]:
    return [row for row in answers().get((opener["source"], opener.get("thread_id")), ()) if at(row) > at(opener)]


@cache
def answers() -> dict[tuple[object, object], list[Row]]:
    found: dict[tuple[object, object], list[Row]] = {}
    for row in final().values():
        if row["author_kind"] in ("own", "staff") and row["visibility"] != "internal" and row.get("in_reply_to"):
            found.setdefault((row["source"], row.get("thread_id")), []).append(row)
    return found


@cache
def closed_days() -> set[date]:
    return {*holidays.country_holidays("NL", years=2026), *OVERBRUGGE.closed.days} - {*OVERBRUGGE.closed.open_on}


def on_duty(moment: datetime) -> bool:
    """Opening hours, read from the settings in the plainest way there is."""
    local = moment.astimezone(ZONE)
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[local.weekday()]
    return local.date() not in closed_days() and any(
        day in hours.days and clock.fromisoformat(hours.opens) <= local.time() < clock.fromisoformat(hours.closes)
        for hours in OVERBRUGGE.hours
    )


def cases() -> list[Row]:
    """Every state of every case, with the item it belongs to."""
    return [{**case, "item": row} for row in rows() if isinstance(case := row.get("case"), dict)]
