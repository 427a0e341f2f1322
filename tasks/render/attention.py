"""What a board should look at first: only what is late now, or missed beyond its interval."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tasks.render.departments import below_target_rows
from tasks.render.topics import prevailing
from tasks.render.verdict import against
from tasks.render.voice import Voice

MOST = 4


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
    contract = facts.contract("sla_attainment")
    for name, reading in below_target_rows(voice):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.department", name=name, value=value, interval=interval, n=number(reading.n))
    contract, reading = facts.contract("loop_closure"), facts.reading("loop_closure")
    if against(reading, contract.target, contract.good, contract.min_count) == "missed":
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.loop", value=value, interval=interval, target=voice.target(contract))
    contract = facts.contract("net_sentiment")
    for name, reading in prevailing(voice, "negative"):
        value, interval = voice.value(reading, contract), voice.interval(reading, contract)
        yield say("attention.sentiment", name=name, value=value, interval=interval, n=number(reading.n))
