"""What people write about: net sentiment by topic, from the most critical down, and what each adds to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from tasks.render.charts.dots import Dot, dots
from tasks.render.facts import BASE
from tasks.render.figure import Figure
from tasks.render.text import clean
from tasks.render.trace import traced
from tasks.render.verdict import SMALLEST_GROUP, Reading, stands_out
from tasks.render.voice import Voice

METRIC = "net_sentiment"
#: The heading of what no topic explains.
NONE = "no_topic"
#: Characters that fit beside the chart.
LABEL = 27
#: So many topics or departments are named in one sentence.
NAMED = 2
Side = Literal["negative", "positive"]


def prevailing(voice: Voice, side: Side) -> Iterator[tuple[str, Reading]]:
    """Topics of which criticism or praise may be said aloud, strongest first."""
    shown = _shown(voice)
    for group, reading in sorted(shown, key=lambda pair: pair[1].value or 0, reverse=side == "positive"):
        if group != NONE and _side(reading, len(shown)) == side:
            yield voice.topic(group), reading


def topics(voice: Voice, most: int) -> Figure:
    """The ``most`` written about of those with enough scored mentions, each with its interval and its part."""
    say, facts = voice.say, voice.facts
    contract, shown = facts.contract(METRIC), _shown(voice)
    kept = sorted(shown, key=lambda pair: (pair[0] == NONE, -pair[1].n, pair[0]))[:most]
    subtitle = say("topics.sub")
    if not kept:
        return Figure(say("topics.title_plain"), subtitle, None, "", say("topics.nothing"))
    rows = [
        Dot(
            label=clean(voice.topic(group), LABEL),
            n=voice.formats.number(reading.n),
            value=reading.value or 0,
            low=-100 if reading.low is None else reading.low,
            high=100 if reading.high is None else reading.high,
            text=voice.value(reading, contract),
            part=voice.formats.signed(_part(voice, "topic", group), 1),
            tone=(group != NONE and _side(reading, len(shown))) or "flat",
        )
        for group, reading in sorted(kept, key=lambda pair: (pair[0] == NONE, pair[1].value or 0, pair[0]))
    ]
    told = [say("topics.alt_row", name=dot.label, value=dot.text, n=dot.n, part=dot.part) for dot in rows]
    heads = (say("topics.negative"), say("topics.positive"), say("topics.net"), say("topics.part"))
    chart = dots(rows, heads, say("topics.alt", values=voice.formats.listed(told)))
    return Figure(_title(voice), subtitle, chart, " ".join(_read(voice, len(kept))))


def _title(voice: Voice) -> str:
    """A finding when one or two topics stand out, else what is measured."""
    sides: tuple[Side, ...] = ("negative", "positive")
    for side in sides:
        names = [name for name, _ in prevailing(voice, side)]
        if 0 < len(names) <= NAMED:
            return voice.say(f"topics.title_{side}", names=voice.formats.listed(names))
    return voice.say("topics.title_plain")


def _read(voice: Voice, kept: int) -> Iterator[str]:
    """How to read the parts, what drove a change that may be claimed, and what is not in the chart."""
    yield voice.say("topics.read", value=voice.value(voice.facts.reading(METRIC), voice.facts.contract(METRIC)))
    moved = voice.facts.change(METRIC)
    if moved in ("better", "worse"):
        named = _strongest(voice, "topic", moved == "better")
        if named:
            yield voice.say(f"topics.drove_{moved}", names=voice.formats.listed(named))
    departments = _strongest(voice, "department", None)
    if departments:
        yield voice.say("topics.departments", names=voice.formats.listed(departments))
    groups = [
        one for one in voice.facts.groups(METRIC, "topic") if voice.facts.count(METRIC, dimension="topic", group=one)
    ]
    others = traced(len(groups) - kept, "topics not shown")
    if others > 0:
        yield voice.say("topics.others", count=others, n=voice.formats.number(others))


def _strongest(voice: Voice, dimension: str, better: bool | None) -> list[str]:
    """Names with their points: what moved the score most one way since the base, or what it is lowest by now."""
    found = []
    for group in voice.facts.groups(METRIC, dimension):
        if group == NONE or (dimension == "department" and not voice.owns(group)):
            continue
        if not _enough(voice, voice.facts.reading(METRIC, dimension=dimension, group=group)):
            continue
        points = _part(voice, dimension, group)
        if better is not None:
            before = _part(voice, dimension, group, BASE)
            points = traced(
                points - before, f"{METRIC}.contribution_score {voice.facts.week} - base {dimension} {group}"
            )
        if points > 0 if better else points < 0:
            found.append((-abs(points), voice.heading(dimension, group), points))
    return [f"{name} ({voice.formats.signed(points, 1)})" for _, name, points in islice(sorted(found), NAMED)]


def _part(voice: Voice, dimension: str, group: str, week: str | None = None) -> float:
    row = voice.facts.row(METRIC, week or voice.facts.week, dimension, group)
    found: float | None = row.get("contribution_score")
    return traced(0.0, f"{METRIC}.contribution_score") if found is None else found


def _shown(voice: Voice) -> list[tuple[str, Reading]]:
    """Every topic with enough scored mentions, of enough people; they are not split by department."""
    facts = voice.facts
    if facts.department:
        return []
    readings = [(one, facts.reading(METRIC, dimension="topic", group=one)) for one in facts.groups(METRIC, "topic")]
    return [(group, one) for group, one in readings if _enough(voice, one) and one.value is not None]


def _enough(voice: Voice, reading: Reading) -> bool:
    people = reading.n if reading.authors is None else reading.authors
    return reading.rests_on(voice.facts.contract(METRIC).min_count) and people >= SMALLEST_GROUP


def _side(reading: Reading, compared: int) -> Side | None:
    beyond = stands_out(reading, 0, compared)
    return "negative" if beyond == "below" else "positive" if beyond == "above" else None
