"""What a board should look at first: only what is late now, or missed beyond its interval."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tasks.measure.contract import TILES
from tasks.render.departments import below_target_rows
from tasks.render.topics import prevailing
from tasks.render.verdict import against
from tasks.render.voice import Voice

MOST = 4
#: Metrics with a sentence of their own when they miss their target.
OWN = {"sla_attainment": "attention.on_time", "loop_closure": "attention.loop"}


def attention(voice: Voice) -> list[str]:
    """At most four plain sentences; one that says so when there is nothing."""
    found = list(islice(_found(voice), MOST))
    return found or [voice.say("attention.nothing", promise=voice.promise)]


def _found(voice: Voice) -> Iterator[str]:
    facts, say, number = voice.facts, voice.say, voice.formats.number
    overdue, old = facts.count("backlog", "overdue_recent"), facts.count("backlog", "overdue_old")
    if overdue:
        yield say("attention.overdue", count=overdue, n=number(overdue), promise=voice.promise)
    if old:
        yield say("attention.old", count=old, n=number(old))
    missed = {metric: told for metric in TILES if (told := _missed(voice, metric))}
    yield from filter(None, [missed.pop("sla_attainment", "")])
    contract = facts.contract("sla_attainment")
    for name, reading in below_target_rows(voice):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.department", name=name, value=value, interval=interval, n=number(reading.n))
    yield from filter(None, [missed.pop("loop_closure", "")])
    yield from missed.values()
    contract = facts.contract("net_sentiment")
    for name, reading in prevailing(voice, "negative"):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.sentiment", name=name, value=value, interval=interval, n=number(reading.n))


def _missed(voice: Voice, metric: str) -> str:
    """The sentence about a figure whose whole interval is beyond its target; empty otherwise."""
    contract, reading = voice.facts.contract(metric), voice.facts.reading(metric)
    if against(reading, contract.target, contract.good, contract.min_count) != "missed":
        return ""
    return voice.say(
        OWN.get(metric, "attention.missed"),
        title=voice.title(contract),
        value=voice.value(reading, contract),
        interval=voice.interval(reading, contract),
        n=voice.formats.number(reading.n),
        target=voice.target(contract),
    )
