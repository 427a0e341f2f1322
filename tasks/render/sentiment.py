"""Net sentiment by department: a dot with its interval, from the most critical down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from markupsafe import Markup

from tasks.render.charts.dots import Dot, dots
from tasks.render.text import clean
from tasks.render.verdict import Reading, stands_out
from tasks.render.voice import Voice

#: Characters that fit beside the chart.
LABEL = 25
Side = Literal["negative", "positive"]


def prevailing(voice: Voice, side: Side) -> Iterator[tuple[str, Reading]]:
    """Departments of which criticism or praise may be said aloud, strongest first."""
    shown = _shown(voice)
    for group, reading in sorted(shown, key=lambda pair: pair[1].value or 0, reverse=side == "positive"):
        if voice.owns(group) and _side(reading, len(shown)) == side:
            yield voice.department(group), reading


def title(voice: Voice) -> str:
    """A finding when one or two departments stand out, else what is measured."""
    sides: tuple[Side, ...] = ("negative", "positive")
    for side in sides:
        names = [name for name, _ in prevailing(voice, side)]
        if 0 < len(names) <= 2:
            return voice.say(f"sentiment.title_{side}", names=voice.formats.listed(names))
    return voice.say("sentiment.title_plain")


def chart(voice: Voice) -> Markup | None:
    """None when no department has enough scored mentions."""
    contract, shown = voice.facts.contract("net_sentiment"), _shown(voice)
    rows = [
        Dot(
            label=clean(voice.department(group), LABEL),
            n=voice.formats.number(reading.n),
            value=reading.value or 0,
            low=-100 if reading.low is None else reading.low,
            high=100 if reading.high is None else reading.high,
            text=voice.value(reading, contract),
            tone=(voice.owns(group) and _side(reading, len(shown))) or "flat",
        )
        for group, reading in sorted(shown, key=lambda pair: (pair[1].value or 0, pair[0]))
    ]
    if not rows:
        return None
    told = [
        voice.say(
            "sentiment.alt_row", name=dot.label, value=dot.text, interval=voice.formats.span(dot.low, dot.high, "score")
        )
        for dot in rows
    ]
    ends = (voice.say("sentiment.negative"), voice.say("sentiment.positive"))
    return dots(rows, ends, voice.say("sentiment.alt", values=voice.formats.listed(told)))


def left_out(voice: Voice) -> str:
    """The departments that have mentions, but too few for a dot."""
    contract, facts = voice.facts.contract("net_sentiment"), voice.facts
    few = [
        (voice.department(group), count)
        for group in facts.groups("net_sentiment", "department")
        if 0 < (count := facts.count("net_sentiment", dimension="department", group=group)) < contract.min_count
    ]
    if not few:
        return ""
    names = voice.formats.listed(name for name, _ in few)
    return voice.say("sentiment.others", names=names, minimum=voice.formats.number(contract.min_count))


def _shown(voice: Voice) -> list[tuple[str, Reading]]:
    """Every heading with enough scored mentions; none when the institution has no departments."""
    if not voice.institution.department:
        return []
    contract, facts = voice.facts.contract("net_sentiment"), voice.facts
    readings = [
        (group, facts.reading("net_sentiment", dimension="department", group=group))
        for group in facts.groups("net_sentiment", "department")
    ]
    return [(group, one) for group, one in readings if one.rests_on(contract.min_count) and one.value is not None]


def _side(reading: Reading, compared: int) -> Side | None:
    beyond = stands_out(reading, 0, compared)
    return "negative" if beyond == "below" else "positive" if beyond == "above" else None
