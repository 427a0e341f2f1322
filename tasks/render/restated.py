"""Last week as it was told, and as it is by now: one sentence, with what changed since and no guess at how much of it.

On page 1 when one of its figures moved so far that a reader would notice, else where page 3 tells what all rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tasks.measure.contract import VOLUME
from tasks.render.facts import Contract
from tasks.render.trace import traced
from tasks.render.verdict import Reading
from tasks.render.voice import Voice

#: Reasons that come with a number, in the order in which they are told.
COUNTED = ("late", "edited", "deleted", "removed", "later_facts")
#: At most so many figures are named, the worst first.
MOST = 3
#: What a reader would notice: percentage points, points of the score, or a share of a count or a time.
NOTICED = {"pct": 2.0, "score": 4.0, "count": 0.05, "seconds": 0.05}


@dataclass(frozen=True, slots=True)
class Restated:
    """The sentence, and whether page 1 must say it. Empty when nothing that is printed moved."""

    text: str = ""
    prominent: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that is printed otherwise than last week; ``weight`` 1 is just noticeable."""

    contract: Contract
    first: str
    now: str
    weight: float
    worse: bool
    reasons: tuple[str, ...]


def restated(voice: Voice, shown: Collection[str]) -> Restated:
    """What must be said of the week before, of the metrics that the report shows."""
    told = voice.facts.part("restated")
    rows = [row for row in told.get("rows", []) if row["metric"] in shown]
    moved = sorted(_moved(voice, rows), key=lambda one: (not one.worse, -one.weight, one.contract.name))
    if not moved:
        return Restated()
    say, number = voice.say, voice.formats.number
    named, left = moved[:MOST], traced(len(moved) - MOST, "restated: figures that moved")
    figures = (say("restated.figure", title=voice.title(one.contract), first=one.first, now=one.now) for one in named)
    text = say(
        "restated.told",
        number=int(told["week"][6:]),
        figures="; ".join(figures),
        more=say("restated.more", count=left, n=number(left)) if left > 0 else "",
        why=_why(voice, named, told["counts"]),
    )
    return Restated(text, any(one.contract.name in (VOLUME, *voice.facts.tiles) and one.weight >= 1 for one in moved))


def _moved(voice: Voice, rows: Iterable[dict[str, Any]]) -> Iterator[Moved]:
    """Figures that both rest on enough, and are printed differently."""
    for row in rows:
        contract = voice.facts.contract(row["metric"])
        first, now = (_printed(voice, contract, row[when]) for when in ("first", "now"))
        if first and now and first != now:
            step = _step(contract, row["first"]["value"], row["now"]["value"])
            worse = contract.good != "none" and (step > 0) != (contract.good == "up")
            yield Moved(contract, first, now, abs(step), worse, tuple(row["reasons"]))


def _printed(voice: Voice, contract: Contract, figure: dict[str, Any]) -> str:
    """A figure as its tile would have shown it; empty when it rests on too little to be one."""
    reading = Reading(figure["value"], None, None, figure["n"], figure.get("followed"))
    if contract.unit == "count":
        return voice.formats.number(traced(0, "restated") if reading.value is None else reading.value)
    return voice.value(reading, contract) if reading.rests_on(contract.min_count) else ""


def _step(contract: Contract, first: float | None, now: float | None) -> float:
    """How far it moved, in steps that a reader would notice; a time that was never reached counts as very long."""
    if first is None or now is None:
        return 1.0 if now is None else -1.0
    whole = max(abs(first), abs(now)) if contract.unit in ("count", "seconds") else 1.0
    return (now - first) / (NOTICED[contract.unit] * whole)


def _why(voice: Voice, named: list[Moved], counts: dict[str, int]) -> str:
    say = voice.say
    found = {reason for one in named for reason in one.reasons}
    counted = ((reason, counts[reason]) for reason in COUNTED if reason in counts)
    parts = [say(f"restated.{reason}", count=n, n=voice.formats.number(n)) for reason, n in counted]
    changed = [f"“{voice.title(one.contract)}”" for one in named if "definition" in one.reasons]
    if len(changed) == len(named):
        parts.append(say("restated.definition"))
    elif changed:
        parts.append(say("restated.definition_of", names=voice.formats.listed(changed)))
    if "earlier" in found:
        parts.append(say("restated.earlier"))
    return say("restated.since", reasons=voice.formats.listed(parts)) if parts else say("restated.unknown")
