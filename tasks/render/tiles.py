"""The five figures at the top of page 1 and of the e-mail."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.measure.contract import VOLUME
from tasks.render import gone
from tasks.render.facts import BASE, Contract, Unavailable
from tasks.render.trace import traced
from tasks.render.verdict import Change, Reading, Target, against, rose
from tasks.render.voice import Voice


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, or that it is ``gone``. ``tone`` is good or bad only with a claim, ``arrow`` ▲, ▼ or empty;
    ``series`` has None for gaps.
    """

    metric: str
    label: str
    value: str
    arrow: str
    change: str
    tone: str
    target: str
    verdict: Target
    interval: str
    extra: str
    series: tuple[float | None, ...]
    series_values: tuple[str, ...]
    target_value: float | None
    gone: bool = False


def tiles(voice: Voice) -> list[Tile]:
    """Volume first, then every promise."""
    volume = gone.either(lambda: _volume(voice), lambda lost: _gone(voice, VOLUME, lost))
    return [volume, *(tile(voice, metric) for metric in voice.facts.tiles)]


def tile(voice: Voice, metric: str) -> Tile:
    """One figure, or that it is not available."""
    return gone.either(lambda: _tile(voice, metric), lambda lost: _gone(voice, metric, lost))


def _gone(voice: Voice, metric: str, lost: Unavailable) -> Tile:
    """A figure that could not be measured."""
    return Tile(
        metric=metric,
        label=gone.title(voice, lost.name, lost.title),
        value=voice.say("gone.tile"),
        arrow="",
        change="",
        tone="flat",
        target="",
        verdict="absent",
        interval="",
        extra="",
        series=(),
        series_values=(),
        target_value=None,
        gone=True,
    )


def _volume(voice: Voice) -> Tile:
    facts, number = voice.facts, voice.formats.number
    counts = [facts.count(VOLUME, week=week) for week in facts.weeks]
    before = facts.count(VOLUME, week=BASE)
    if before and facts.base:
        average = number(traced(before / facts.base_weeks, "mention_volume.n base, a week"))
        told = voice.say(
            "tile.volume_running" if facts.interim else "tile.volume_was", before=average, weeks=voice.base
        )
    else:
        told = voice.say("tile.no_base")
    return Tile(
        metric=VOLUME,
        label=voice.title(facts.contract(VOLUME)),
        value=number(facts.count(VOLUME)),
        arrow="",
        change=told,
        tone="flat",
        target=voice.say("tile.absent"),
        verdict="absent",
        interval="",
        extra="",
        series=tuple(float(count) for count in counts),
        series_values=tuple(number(count) for count in counts),
        target_value=None,
    )


def _tile(voice: Voice, metric: str) -> Tile:
    facts, contract = voice.facts, voice.facts.contract(metric)
    now, before = facts.reading(metric), facts.reading(metric, BASE)
    moved = facts.change(metric)
    verdict = against(now, contract.target, contract.good, contract.min_count)
    series = facts.series(metric)
    interval = voice.interval(now, contract) if now.rests_on(contract.min_count) else ""
    return Tile(
        metric=metric,
        label=voice.title(contract),
        value=voice.value(now, contract),
        arrow={True: "▲", False: "▼", None: ""}[rose(moved, contract.good)],
        change=_change_words(voice, contract, moved, before),
        tone={"better": "good", "worse": "bad"}.get(moved, "flat"),
        target=voice.say(f"tile.{verdict}", target=voice.target(contract)),
        verdict=verdict,
        interval=voice.say("tile.interval", interval=interval) if interval else "",
        extra=_other_clock(voice, now, contract) if contract.unit == "seconds" else "",
        series=tuple(one.value if one.rests_on(contract.min_count) else None for one in series),
        series_values=tuple(voice.value(one, contract) for one in series),
        target_value=contract.target,
    )


def _change_words(voice: Voice, contract: Contract, moved: Change, before: Reading) -> str:
    if not voice.facts.base or not before.n:
        return voice.say("tile.no_base")
    if not contract.low:  # a figure without an interval: what it was, and no word on whether it changed
        return voice.say("tile.was", before=_was(voice, contract, before))
    return voice.say(f"tile.{moved}", weeks=voice.base, before=voice.value(before, contract))


def _was(voice: Voice, contract: Contract, before: Reading) -> str:
    """The base's figure; of counts, an average week's."""
    if contract.unit != "count" or before.value is None:
        return voice.value(before, contract)
    week = traced(before.value / voice.facts.base_weeks, f"{contract.name}.{contract.headline} base, a week")
    return voice.formats.number(week)


def _other_clock(voice: Voice, now: Reading, contract: Contract) -> str:
    """The same median on the clock that is not the headline's."""
    other = "calendar" if voice.facts.clock == "open" else "open"
    seconds = voice.facts.row(contract.name, voice.facts.week).get(f"median_{other}_seconds")
    if seconds is None or not now.rests_on(contract.min_count):
        return ""
    return voice.say("tile.other_clock", clock=voice.say(f"clock.{other}"), value=voice.duration(seconds, other))
