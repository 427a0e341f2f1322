"""Metrics that analysts added, where their ``[show] where`` says: charts, a table, and the appendix of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tasks.measure.contract import GRAIN
from tasks.render import gone
from tasks.render.figure import Figure
from tasks.render.page import spark
from tasks.render.tiles import Tile, tile
from tasks.render.voice import Voice

#: In CSS pixels: three charts beside each other.
CHART_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """One metric: its figure in words, its weeks as a line, what it asks and what must be known."""

    tile: Tile
    line: Markup | None
    question: str
    caveat: str


def context(voice: Voice, *, on_screen: bool) -> dict[str, Any]:
    """``also_charts``, ``also_rows`` and, for a screen, ``appendix``."""
    return {
        "also_charts": [_chart(voice, name) for name in voice.facts.shown("chart")],
        "also_rows": [_followed(voice, name) for name in voice.facts.shown("table")],
        "appendix": [_followed(voice, name) for name in voice.facts.shown("appendix") if _has_figure(voice, name)]
        if on_screen
        else [],
    }


def explained(voice: Voice) -> list[str]:
    """The metrics whose caveat the method must tell, beside the report's own."""
    own = {"mention_volume", *voice.facts.tiles[:4]}
    return [name for where in ("tile", "chart", "table") for name in voice.facts.shown(where) if name not in own]


def _chart(voice: Voice, name: str) -> Figure:
    one = tile(voice, name)
    drawing = gone.either(lambda: spark(voice, one, CHART_WIDTH), lambda _: None)
    under = " · ".join(part for part in (one.interval, one.change, one.target) if part)
    return Figure(f"{one.label}: {one.value}", under, drawing, "", "" if drawing else voice.say("also.no_line"))


def _followed(voice: Voice, name: str) -> Followed:
    one = tile(voice, name)
    line = gone.either(lambda: spark(voice, one), lambda _: None)
    question, caveat = gone.either(lambda: _words(voice, name), lambda _: ("", ""))
    return Followed(one, line, question, caveat)


def _words(voice: Voice, name: str) -> tuple[str, str]:
    contract = voice.facts.contract(name)
    return contract.question[voice.language], contract.caveat[voice.language]


def _has_figure(voice: Voice, name: str) -> bool:
    """Whether it has one figure a week; of the others the attached files have the rows."""
    rows = voice.facts.document["metrics"].get(name, {}).get("rows", [])
    keys = [tuple(row[key] for key in GRAIN) for row in rows]
    return len(keys) == len(set(keys))
