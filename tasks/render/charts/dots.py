"""Scores from −100 to +100 as a dot with its interval, on one common line at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, GRID, INK, NEGATIVE, PAPER, POSITIVE, circle, line, lines, svg, text

LEFT, RIGHT, TOP, ROW = 172, 84, 24, 21


@dataclass(frozen=True, slots=True)
class Dot:
    """One row; ``part`` is what it adds to the whole. ``tone`` (negative, positive, flat) repeats its place."""

    label: str
    n: str
    value: float
    low: float
    high: float
    text: str
    part: str
    tone: str


def dots(rows: Sequence[Dot], heads: tuple[str, str, str, str], title: str, width: float = 410) -> Markup:
    """The chart, in the order given; ``heads`` name the two directions, the value and the part."""
    height = TOP + ROW * len(rows) + 20
    reach = max(25.0, *(abs(end) for row in rows for end in (row.low, row.high)))
    reach = min(100.0, -(-reach // 25) * 25)

    def x(score: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * (max(-reach, min(score, reach)) + reach) / (2 * reach)

    foot = TOP + ROW * len(rows)
    pieces = [
        text(x(0) - 10, 11, f"◀ {heads[0]}", fill=NEGATIVE, anchor="end", weight=600),
        text(x(0) + 10, 11, f"{heads[1]} ▶", fill=POSITIVE, weight=600),
        text(width - 42, 11, heads[2], anchor="end"),
        text(width, 11, heads[3], anchor="end"),
    ]
    step = 50 if reach > 75 else 25
    scale = range(-int(reach // step) * step, int(reach) + 1, step)
    pieces.append(lines([(x(score), TOP - 4, x(score), foot) for score in scale if score], GRID))
    pieces.append(line(x(0), TOP - 4, x(0), foot, INK, 0.9))
    pieces += [text(x(score), foot + 14, _signed(score), anchor="middle") for score in scale]
    for place, row in enumerate(rows):
        y = TOP + place * ROW + ROW / 2
        colour = {"negative": NEGATIVE, "positive": POSITIVE}.get(row.tone, ACCENT)
        pieces.append(text(0, y + 4, row.label, size=11.5, fill=INK))
        pieces.append(text(LEFT - 10, y + 4, row.n, anchor="end"))
        pieces.append(line(x(row.low), y, x(row.high), y, colour, 2))
        pieces.append(circle(x(row.value), y, 4, PAPER if row.tone == "flat" else colour, colour, 1.8))
        pieces.append(
            text(
                width - 42,
                y + 4.2,
                row.text,
                size=12,
                fill=colour if row.tone == "negative" else INK,
                anchor="end",
                weight=700,
            )
        )
        pieces.append(text(width, y + 4, row.part, size=11, anchor="end"))
    return svg(width, height, title, pieces)


def _signed(score: float) -> str:
    whole = f"{abs(score):g}"
    return f"+{whole}" if score > 0 else f"\u2212{whole}" if score < 0 else "0"
