"""Whether we talk with people or only send: one finding and the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.render.voice import Voice

METRIC = "conversation_ratio"


@dataclass(frozen=True, slots=True)
class Talk:
    """A title and a paragraph; the paragraph says so when there was nothing."""

    title: str
    text: str


def talk(voice: Voice) -> Talk:
    """What we wrote ourselves: answers to people beside posts of our own, and how many talks went to and fro."""
    say, facts, number = voice.say, voice.facts, voice.formats.number
    contract, reading = facts.contract(METRIC), facts.reading(METRIC)
    if not reading.n:
        return Talk(say("talk.title"), say("talk.nothing"))
    counts = {name: number(facts.count(METRIC, name)) for name in ("replies", "broadcasts", "threads", "dialogues")}
    told = say("talk.counts", count=facts.count(METRIC, "replies"), **counts)
    if facts.count(METRIC, "threads"):
        told += " " + say("talk.dialogues", count=facts.count(METRIC, "dialogues"), **counts)
    if not reading.rests_on(contract.min_count) or reading.value is None:
        return Talk(say("talk.title"), told)
    value, interval = voice.value(reading, contract), voice.interval(reading, contract)
    moved = facts.change(METRIC)
    if moved in ("better", "worse"):
        base = facts.reading(METRIC, "base")
        told += " " + say(f"summary.{moved}", weeks=voice.base, before=voice.value(base, contract))
    return Talk(say("talk.title_share", value=value), f"{told} {say('talk.interval', interval=interval)}")
