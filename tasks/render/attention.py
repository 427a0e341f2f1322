"""What a board should look at first: only what is late now, or missed beyond its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tasks.render import gone
from tasks.render.departments import below_target_rows
from tasks.render.facts import Unavailable
from tasks.render.topics import prevailing
from tasks.render.verdict import against
from tasks.render.voice import Voice

MOST = 4
#: Metrics with a sentence of their own when they miss their target.
OWN = {"sla_attainment": "attention.on_time", "loop_closure": "attention.loop"}


def attention(voice: Voice) -> list[str]:
    """At most four plain sentences; one that says so when there is nothing."""
    lost: list[Unavailable] = []
    parts = (_waiting, _on_time, _departments, _loop, _others, _criticism)
    found = [one for some in gone.each((partial(_all, part, voice) for part in parts), lost) for one in some]
    if lost:  # that nothing is late must not be said of what nobody could see
        return [*found[: MOST - 1], voice.say("attention.gone", things=_things(voice, lost))]
    return found[:MOST] or [voice.say("attention.nothing", promise=voice.promise)]


def _all(part: Callable[[Voice], Iterator[str]], voice: Voice) -> list[str]:
    return list(part(voice))


def _things(voice: Voice, lost: list[Unavailable]) -> str:
    return voice.formats.listed(dict.fromkeys(gone.title(voice, one.name, one.title) for one in lost))


def _waiting(voice: Voice) -> Iterator[str]:
    facts, say, number = voice.facts, voice.say, voice.formats.number
    overdue, old = facts.count("backlog", "overdue_recent"), facts.count("backlog", "overdue_old")
    if overdue:
        yield say("attention.overdue", count=overdue, n=number(overdue), promise=voice.promise)
    if old:
        yield say("attention.old", count=old, n=number(old))


def _on_time(voice: Voice) -> Iterator[str]:
    yield from _missed(voice, "sla_attainment")


def _departments(voice: Voice) -> Iterator[str]:
    say, number = voice.say, voice.formats.number
    contract = voice.facts.contract("sla_attainment")
    for name, reading in below_target_rows(voice):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.department", name=name, value=value, interval=interval, n=number(reading.n))


def _loop(voice: Voice) -> Iterator[str]:
    yield from _missed(voice, "loop_closure")


def _others(voice: Voice) -> Iterator[str]:
    for metric in voice.facts.tiles:
        if metric not in OWN:
            yield from _missed(voice, metric)


def _criticism(voice: Voice) -> Iterator[str]:
    say, number = voice.say, voice.formats.number
    contract = voice.facts.contract("net_sentiment")
    for name, reading in prevailing(voice, "negative"):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.sentiment", name=name, value=value, interval=interval, n=number(reading.n))


def _missed(voice: Voice, metric: str) -> Iterator[str]:
    """The sentence about a figure whose whole interval is beyond its target; none otherwise."""
    contract, reading = voice.facts.contract(metric), voice.facts.reading(metric)
    if against(reading, contract.target, contract.good, contract.min_count) != "missed":
        return
    yield voice.say(
        OWN.get(metric, "attention.missed"),
        title=voice.title(contract),
        value=voice.value(reading, contract),
        interval=voice.interval(reading, contract),
        n=voice.formats.number(reading.n),
        target=voice.target(contract),
    )
