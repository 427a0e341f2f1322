"""Fetch windows of a source: no stretch of time is told twice, and what came later takes the place of what failed.

    landing/<slug>/<source>/windows/<start>.json

A stretch that was complete stays so. Windows of one day that join and are complete become one, so that a source that
is asked every hour does not leave a file for each.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.extract import landing
from tasks.extract.landing import Window

Stretch = tuple[datetime, datetime]


def note(slug: str, source: str, start: datetime, end: datetime, status: str, reason: str = "") -> None:
    """Remember what became of asking for [start, end); ``status`` is complete, partial or failed."""
    there = _of(slug, source)
    overlapping = [one for one in there if one.status != "complete" and _start(one) < end and _end(one) > start]
    written = {_write(slug, source, stretch, status, reason, there) for stretch in gaps(there, start, end)}
    for old in overlapping:
        was = (_start(old), _end(old))
        if was[0] < start:
            landing.note_window(slug, Window(source, old.start, _told(start), old.status, old.reason))
        elif old.start not in written:
            landing.forget_window(slug, old)
        if was[1] > end:
            landing.note_window(slug, Window(source, _told(end), old.end, old.status, old.reason))


def missing(slug: str, source: str, start: datetime, end: datetime) -> list[Stretch]:
    """The parts of [start, end) that did not come whole."""
    return gaps(_of(slug, source), start, end)


def gaps(there: list[Window], start: datetime, end: datetime) -> list[Stretch]:
    """What of [start, end) no complete window covers, in order."""
    found: list[Stretch] = []
    at = start
    for window in sorted((one for one in there if one.status == "complete"), key=_start):
        if _end(window) <= at:
            continue
        if _start(window) >= end:
            break
        if _start(window) > at:
            found.append((at, _start(window)))
        at = _end(window)
    return [*found, (at, end)] if at < end else found


def _write(slug: str, source: str, stretch: Stretch, status: str, reason: str, there: list[Window]) -> str:
    start, end = stretch
    if status == "complete":
        before = next((one for one in there if one.status == "complete" and _end(one) == start), None)
        if before and _start(before).astimezone(UTC).date() == start.astimezone(UTC).date():
            start = _start(before)
    landing.note_window(slug, Window(source, _told(start), _told(end), status, reason))
    return _told(start)


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _of(slug: str, source: str) -> list[Window]:
    return [window for window in landing.windows(slug) if window.source == source]


def _start(window: Window) -> datetime:
    return datetime.fromisoformat(window.start)


def _end(window: Window) -> datetime:
    return datetime.fromisoformat(window.end)
