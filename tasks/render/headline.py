"""The one finding above the report: the promise to the public first, then the strongest thing that may be claimed."""

from __future__ import annotations

from tasks.render import gone
from tasks.render.departments import below_target
from tasks.render.verdict import against
from tasks.render.voice import Voice

#: More names than this do not fit a headline.
NAMES = 2


def headline(voice: Voice) -> str:
    """One or two sentences, plain text."""
    if gone.either(lambda: not voice.facts.count("mention_volume"), lambda _: False):
        return voice.say("headline.empty", number=voice.number)
    first = gone.either(lambda: _first(voice), lambda lost: gone.told(voice, lost))
    # What cannot be told may be the very thing that stands out, so nothing weaker takes its place.
    second = gone.either(lambda: _second(voice), lambda lost: gone.told(voice, lost))
    return " ".join(dict.fromkeys((first, second)))


def _first(voice: Voice) -> str:
    facts, say = voice.facts, voice.say
    contract, reading = facts.contract("sla_attainment"), facts.reading("sla_attainment")
    if not reading.rests_on(contract.min_count) or reading.value is None:
        mentions = facts.count("mention_volume")
        return say("headline.few", count=mentions, mentions=voice.formats.number(mentions))
    verdict = against(reading, contract.target, contract.good, contract.min_count)
    return say(f"headline.{verdict}", value=voice.formats.pct(reading.value), promise=voice.promise)


def _second(voice: Voice) -> str:
    facts, say = voice.facts, voice.say
    moved = facts.change("net_sentiment")
    if moved in ("better", "worse"):
        return say(f"headline.sentiment_{moved}")
    below = below_target(voice)
    if 0 < len(below) <= NAMES:
        return say("headline.department", count=len(below), names=voice.formats.listed(below))
    overdue = facts.count("backlog", "overdue_recent")
    if overdue:
        return say("headline.overdue", count=overdue, n=voice.formats.number(overdue))
    return say("headline.nothing_late")
