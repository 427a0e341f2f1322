"""Who was still waiting at each week's cut-off: bars from nought, those past the promise in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import EARLIER, INK, MUTED, NEGATIVE, Ends, bars, line, svg, text

LEFT, RIGHT, TOP, BOTTOM = 32, 10, 20, 20
BAR = 0.62


@dataclass(frozen=True, slots=True)
class Waiting:
    """One cut-off: how many waited, and how many of them longer than promised."""

    label: str
    waiting: int
    overdue: int


def waiting(weeks: Sequence[Waiting], newest: str, title: str, width: float = 250, height: float = 96) -> Markup:
    """The chart; ``newest`` is printed above the last week."""
    highest = max(1, *(week.waiting for week in weeks))
    foot, step = height - BOTTOM, (width - LEFT - RIGHT - 16) / max(len(weeks) - 1, 1)
    scale = (foot - TOP) / highest
    wide = min(step * BAR, 16)

    def bar(place: int, count: int) -> Ends:
        return LEFT + 8 + place * step - wide / 2, foot - count * scale, wide, count * scale

    pieces = [
        bars([bar(place, week.waiting) for place, week in enumerate(weeks)], EARLIER),
        bars([bar(place, week.overdue) for place, week in enumerate(weeks)], NEGATIVE),
    ]
    for place, week in enumerate(weeks):
        x, last = LEFT + 8 + place * step, place == len(weeks) - 1
        if place % 2 == (len(weeks) - 1) % 2:
            pieces.append(
                text(
                    x,
                    foot + 15,
                    week.label,
                    fill=INK if last else MUTED,
                    anchor="middle",
                    weight=700 if last else 400,
                )
            )
    pieces.append(line(LEFT, foot, width - RIGHT, foot, MUTED))
    pieces.append(text(LEFT - 5, foot + 3.4, "0", anchor="end"))
    pieces.append(text(width - RIGHT, 10, newest, size=11, fill=INK, anchor="end", weight=700))
    return svg(width, height, title, pieces)
