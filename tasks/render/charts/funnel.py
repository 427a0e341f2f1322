"""From heard to solved: bars from one baseline, each with its share of the step above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, EARLIER, INK, rect, svg, text

LEFT, RIGHT, TOP, ROW = 100, 72, 4, 31


@dataclass(frozen=True, slots=True)
class Bar:
    """One step; ``share`` is empty when the step above is too small or smaller."""

    label: str
    value: int
    text: str
    share: str


def funnel(bars: Sequence[Bar], title: str, width: float = 250) -> Markup:
    """The chart; the longest bar fills the width."""
    longest = max(*(bar.value for bar in bars), 1)
    pieces = []
    for place, bar in enumerate(bars):
        y, last = TOP + place * ROW, place == len(bars) - 1
        length = (width - LEFT - RIGHT) * bar.value / longest
        pieces.append(text(LEFT - 8, y + 15, bar.label, size=11, fill=INK, anchor="end", weight=600 if last else 400))
        pieces.append(rect(LEFT, y + 3, max(length, 1), ROW - 12, ACCENT if last else EARLIER))
        pieces.append(text(LEFT + length + 6, y + 15.5, bar.text, size=11.5, fill=INK, weight=700))
        pieces.append(text(width, y + 15.5, bar.share, anchor="end"))
    return svg(width, TOP + ROW * len(bars), title, pieces)
