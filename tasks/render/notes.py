"""Warnings that belong on page 1: what could not be measured or read, lines refused, times that are not believed."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.checks import GAPS
from tasks.render import gone
from tasks.render.facts import Row
from tasks.render.formats import parse_moment
from tasks.render.trace import traced
from tasks.render.voice import Voice


def incomplete(voice: Voice) -> Iterator[str]:
    """A sentence for what is not available, for every source that is not complete, for everything refused, and for
    times that are the platform's."""
    yield from gone.all_of_it(voice)
    rows: list[Row] = gone.either(lambda: voice.facts.listing("coverage"), lambda _: [])
    for row in rows:
        if row["status"] in GAPS:
            yield _sentence(voice, row)
    for column in ("quarantined", "doubtful_times"):
        if found := [row for row in rows if row.get(column)]:
            count = traced(sum(int(row[column]) for row in found), f"lists.coverage.{column}")
            names = voice.formats.listed(voice.source(row["source"]) for row in found)
            yield voice.say(f"note.{column}", count=count, n=voice.formats.number(count), names=names)


def share(voice: Voice, row: Row) -> str:
    """Hours read of hours planned; never rounded up to all of them."""
    planned, covered = row.get("planned_hours") or 0, row.get("covered_hours") or 0
    if not planned:
        return voice.say("report.unknown")
    pct = min(100 * covered / planned, 99.0) if covered < planned else 100.0
    return voice.formats.pct(traced(pct, "lists.coverage covered_hours of planned_hours"))


def _sentence(voice: Voice, row: Row) -> str:
    name, moment = voice.source(row["source"]), voice.formats.moment
    if row["status"] == "failed":
        return voice.say("note.failed", name=name)
    missing = max((row["planned_hours"] or 0) - (row["covered_hours"] or 0), 0)
    hours = voice.formats.number(traced(missing, "lists.coverage planned_hours - covered_hours"))
    first, last = parse_moment(row["missing_from"]), parse_moment(row["missing_until"])
    return voice.say("note.incomplete", name=name, first=moment(first), last=moment(last), hours=hours)
