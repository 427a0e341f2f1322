"""Figures week by week as lines, for analysts' pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, BAND, INK, MUTED, Point, area, circle, line, path, svg, text

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 58, 70, 12, 24
#: A label under every so many weeks.
EVERY = 4
Place = Callable[[int, float], Point]


@dataclass(frozen=True, slots=True)
class Line:
    """One value a week, None where there is none; ``low`` and ``high`` draw its interval."""

    name: str
    values: Sequence[float | None]
    colour: str = ACCENT
    dash: str = ""
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


def lines(weeks: Sequence[str], drawn: Sequence[Line], title: str) -> Markup | None:
    """All of them on one scale; None when there is nothing to draw."""
    known = [value for one in drawn for row in (one.values, one.low, one.high) for value in row if value is not None]
    if not known or len(weeks) < 2:
        return None
    low, high = min(known), max(known)
    spread = (high - low) or max(abs(high), 1.0)
    step = (WIDTH - LEFT - RIGHT) / (len(weeks) - 1)

    def place(week: int, value: float) -> Point:
        return LEFT + week * step, HEIGHT - BOTTOM - (value - low) / spread * (HEIGHT - TOP - BOTTOM)

    pieces = []
    for value in dict.fromkeys((low, high)):
        y = place(0, value)[1]
        pieces += [line(LEFT, y, WIDTH - RIGHT, y), text(LEFT - 6, y + 3, _scale(value), anchor="end")]
    for at in range(0, len(weeks), EVERY):
        pieces.append(text(LEFT + at * step, HEIGHT - 6, weeks[at][2:], anchor="middle", fill=MUTED))
    for one in drawn:
        pieces += _drawn(one, place)
    return svg(WIDTH, HEIGHT, title, pieces)


def _scale(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _drawn(one: Line, place: Place) -> Iterator[Markup]:
    bounds = [
        (week, low, high)
        for week, (low, high) in enumerate(zip(one.low, one.high, strict=True))
        if low is not None and high is not None
    ]
    if len(bounds) > 1:
        outline = [place(week, low) for week, low, _ in bounds] + [place(week, high) for week, _, high in bounds[::-1]]
        yield area(outline, BAND)
    points = [place(week, value) for week, value in enumerate(one.values) if value is not None]
    if len(points) > 1:
        yield path(points, one.colour, 1.8, one.dash)
    if points:
        yield circle(*points[-1], 2.6, one.colour)
        yield text(points[-1][0] + 6, points[-1][1] + 3, one.name, fill=INK)
