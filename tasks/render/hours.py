"""When people write beside when a person answers: the hours of a working day and of a weekend day."""

from __future__ import annotations

from tasks.render import gone
from tasks.render.charts.day import MOSTLY, Hour, Panel, day
from tasks.render.figure import Figure
from tasks.render.trace import traced
from tasks.render.voice import Voice

METRIC = "outside_hours"


def hours(voice: Voice) -> Figure:
    """Bars up and down; the title names the share that came outside opening hours, where there is an outside."""
    say, rows = voice.say, voice.facts.listing("hours")
    written = sum(row["written"] for row in rows)
    if not written:
        return Figure(say("hours.title"), say("hours.sub"), None, "", say("hours.nothing"))
    days = {weekend: [row for row in rows if row["weekend"] == weekend] for weekend in (False, True)}
    panels = [Panel(say("hours.weekend" if weekend else "hours.weekdays"), _hours(of)) for weekend, of in days.items()]
    closes = any(not hour.open for panel in panels for hour in panel.hours)
    told = [_told(voice, panel) for panel in panels]
    return Figure(
        gone.either(lambda: _title(voice, closes), lambda _: say("hours.title")),
        say("hours.sub"),
        day(
            panels,
            (say("hours.written"), say("hours.answered")),
            say("hours.open") if closes else "",
            say("hours.alt", values=" ".join(told)),
        ),
        "",
    )


def _title(voice: Voice, closes: bool) -> str:
    contract, reading = voice.facts.contract(METRIC), voice.facts.reading(METRIC)
    if not closes or not reading.rests_on(contract.min_count) or reading.value is None:
        return voice.say("hours.title")
    value, interval = voice.value(reading, contract), voice.interval(reading, contract)
    return voice.say("hours.title_outside", value=value, interval=interval)


def _hours(rows: list[dict[str, float]]) -> list[Hour]:
    by_hour = {int(row["hour"]): row for row in rows}
    found = (by_hour.get(hour, {}) for hour in range(24))
    return [
        Hour(int(one.get("written", 0)), int(one.get("answered", 0)), one.get("open_share", 0) >= MOSTLY)
        for one in found
    ]


def _told(voice: Voice, panel: Panel) -> str:
    """A kind of day for who hears it: how much in all, and when most."""
    written, answered = ([getattr(hour, side) for hour in panel.hours] for side in ("written", "answered"))
    busiest = written.index(max(written))
    return voice.say(
        "hours.told",
        days=panel.label,
        written=voice.formats.number(traced(sum(written), "lists.hours.written")),
        answered=voice.formats.number(traced(sum(answered), "lists.hours.answered")),
        busiest=f"{busiest:02d}",
    )
