"""The summary in a few sentences: what came in, whether it was answered in time, how it sounded, what was solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from tasks.render import gone
from tasks.render.facts import BASE, Unavailable
from tasks.render.verdict import against
from tasks.render.voice import Voice


def paragraphs(voice: Voice) -> Iterator[str]:
    """Plain text, one paragraph each."""
    if gone.either(lambda: not voice.facts.count("mention_volume"), lambda _: False):
        empty = voice.say(f"{voice.part}.empty", number=voice.number, name=voice.subject)
        yield " ".join(filter(None, (empty, _closed(voice))))
        return
    for block in BLOCKS if voice.facts.department is None else SHORT:
        told = " ".join(filter(None, _told(voice, block)))
        if told:
            yield told


def _told(voice: Voice, block: Iterable[Callable[[Voice], str]]) -> Iterator[str]:
    """What a paragraph has to say, and at its end what could not be measured."""
    lost: list[Unavailable] = []
    yield from gone.each((partial(part, voice) for part in block), lost)
    yield from gone.sentences(voice, lost)


def _volume(voice: Voice) -> str:
    facts, say, number = voice.facts, voice.say, voice.formats.number
    mentions, authors = facts.count("mention_volume"), facts.count("mention_volume", "authors")
    asked = facts.count("first_response_time")
    text = say("summary.volume", count=mentions, number=voice.number, mentions=number(mentions))
    if authors:
        text += say("summary.authors", count=authors, authors=number(authors))
    return text + say("summary.asked", count=asked, n=number(asked), things=voice.things(asked))


def _on_time(voice: Voice) -> str:
    facts, say, number = voice.facts, voice.say, voice.formats.number
    contract, reading = facts.contract("sla_attainment"), facts.reading("sla_attainment")
    if not reading.n:
        return ""
    counts: dict[str, Any] = {
        "n": number(reading.n),
        "on_time": number(facts.count("sla_attainment", "on_time")),
        "promise": voice.promise,
    }
    if not reading.rests_on(contract.min_count) or reading.value is None:
        return say("summary.on_time_few", count=reading.n, **counts)
    parts = [
        say(
            "summary.on_time",
            value=voice.value(reading, contract),
            interval=voice.interval(reading, contract),
            **counts,
        )
    ]
    verdict = against(reading, contract.target, contract.good, contract.min_count)
    if verdict in ("met", "missed", "unclear"):
        parts.append(say(f"summary.target_{verdict}", target=voice.target(contract)))
    parts.append(_moved(voice, "sla_attainment"))
    return " ".join(filter(None, parts))


def _closed(voice: Voice) -> str:
    """A holiday is no slow day: who compares weeks has to know of it."""
    days = [voice.formats.weekday(day) for day in voice.facts.closed]
    return voice.say("summary.closed", days=voice.formats.listed(days)) if days else ""


def _moved(voice: Voice, metric: str) -> str:
    """A claimed change since the base; nothing without a claim."""
    moved, contract = voice.facts.change(metric), voice.facts.contract(metric)
    if moved in ("too_few", "no_reliable_change"):
        return ""
    return voice.say(
        f"summary.{moved}", weeks=voice.base, before=voice.value(voice.facts.reading(metric, BASE), contract)
    )


def _unchanged(voice: Voice) -> str:
    """One sentence instead of four, when there is something to compare, all of it is there and none of it moved."""
    if voice.facts.missing.keys() & {*voice.facts.tiles}:
        return ""
    found = {voice.facts.change(metric) for metric in voice.facts.tiles} - {"too_few"}
    return voice.say("summary.no_reliable_change", weeks=voice.base) if found == {"no_reliable_change"} else ""


def _median(voice: Voice) -> str:
    facts, contract = voice.facts, voice.facts.contract("first_response_time")
    reading, row = facts.reading("first_response_time"), facts.row("first_response_time", facts.week)
    if not reading.rests_on(contract.min_count):
        return ""
    other = "calendar" if facts.clock == "open" else "open"
    seconds = row.get(f"median_{other}_seconds")
    if reading.value is None:
        if reading.followed is None:
            return ""
        return voice.say(
            "summary.median_open_end", things=voice.things(2), value=voice.duration(reading.followed), clock=voice.clock
        )
    other_value = voice.say("report.unknown") if seconds is None else voice.duration(seconds, other)
    told = voice.say(
        "summary.median",
        things=voice.things(2),
        value=voice.duration(reading.value),
        clock=voice.clock,
        other_clock=voice.say(f"clock.{other}"),
        other=other_value,
    )
    return f"{told} {_moved(voice, 'first_response_time')}".strip()


def _sentiment(voice: Voice) -> str:
    facts, contract, reading = voice.facts, voice.facts.contract("net_sentiment"), voice.facts.reading("net_sentiment")
    if not reading.rests_on(contract.min_count) or reading.value is None:
        return ""
    counts: dict[str, Any] = {
        column: voice.formats.number(facts.count("net_sentiment", column))
        for column in ("positive", "neutral", "negative")
    }
    value, interval = voice.value(reading, contract), voice.interval(reading, contract)
    told = voice.say("summary.sentiment", value=value, interval=interval, **counts)
    return f"{told} {_moved(voice, 'net_sentiment')}".strip()


def _loop(voice: Voice) -> str:
    facts, contract, reading = voice.facts, voice.facts.contract("loop_closure"), voice.facts.reading("loop_closure")
    if not reading.n:
        return voice.say("summary.loop_zero")
    counts: dict[str, Any] = {
        "n": voice.formats.number(reading.n),
        "closed": voice.formats.number(facts.count("loop_closure", "closed")),
    }
    if not reading.rests_on(contract.min_count) or reading.value is None:
        return voice.say("summary.loop_few", count=reading.n, **counts)
    told = voice.say("summary.loop", value=voice.value(reading, contract), **counts)
    return f"{told} {_moved(voice, 'loop_closure')}".strip()


#: What stands together in a paragraph. A department's page has one sheet, and its tiles say the rest.
BLOCKS = ((_volume, _on_time, _closed), (_median, _sentiment), (_loop, _unchanged))
SHORT = ((_volume, _on_time, _closed), (_loop, _unchanged))
