"""Pieces every chart is made of. Sizes in CSS pixels; text in the report's own typeface, never under 9 px (6.75 pt).

What looks the same is one element: each takes a third of a millisecond to read, dress and draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from markupsafe import Markup, escape

from tasks.render.palette import HOUSE

INK, MUTED, RULE, GRID = HOUSE.ink, HOUSE.muted, HOUSE.rule, HOUSE.grid
ACCENT, POSITIVE, NEGATIVE, BAND, EARLIER = HOUSE.accent, HOUSE.good, HOUSE.negative, HOUSE.band, HOUSE.earlier
PAPER = HOUSE.paper
FAMILY = "Source Sans 3"
#: Wider than a column: on a phone such a drawing scrolls in its place instead of shrinking beyond reading.
WIDE, LARGE = 450, Markup(' class="large"')
Point = tuple[float, float]
#: Four numbers: two points, or a corner with a width and a height.
Ends = tuple[float, float, float, float]


def svg(width: float, height: float, title: str, pieces: Iterable[Markup]) -> Markup:
    """A whole drawing; ``title`` becomes the alternative text of the PDF's figure."""
    body = Markup().join(pieces)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"'
        ' font-family="{family}"{large}>'
        "<title>{title}</title>{body}</svg>"
    ).format(w=_n(width), h=_n(height), title=title, body=body, family=FAMILY, large=LARGE if width > WIDE else "")


def text(
    x: float, y: float, words: str, *, size: float = 10, fill: str = MUTED, anchor: str = "start", weight: int = 400
) -> Markup:
    """Words at a baseline; ``anchor`` is start, middle or end."""
    bold = Markup(' font-weight="{}"').format(weight) if weight != 400 else ""
    where = Markup(' text-anchor="{}"').format(anchor) if anchor != "start" else ""
    return Markup('<text x="{}" y="{}" font-size="{}"{} fill="{}"{}>{}</text>').format(
        _n(x), _n(y), _n(size), bold, fill, where, escape(words)
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1, dash: str = "") -> Markup:
    """A straight line; ``dash`` like ``3 2``."""
    return lines([(x1, y1, x2, y2)], stroke, width, dash)


def lines(ends: Iterable[Ends], stroke: str = GRID, width: float = 1, dash: str = "") -> Markup:
    """Straight lines that look the same, each from its first point to its second."""
    drawn = "".join(_through([(x1, y1), (x2, y2)]) for x1, y1, x2, y2 in ends)
    if not drawn:
        return Markup()
    return Markup('<path d="{}" stroke="{}" stroke-width="{}"{}/>').format(drawn, stroke, _n(width), _dashed(dash))


def rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A filled bar."""
    return bars([(x, y, width, height)], fill)


def bars(sizes: Iterable[Ends], fill: str) -> Markup:
    """Filled bars of one colour, each ``x, y, width, height``; nothing for those without a size."""
    drawn = "".join(f"M{_n(x)} {_n(y)}h{_n(w)}v{_n(h)}h{_n(-w)}Z" for x, y, w, h in sizes if w > 0 and h > 0)
    return Markup('<path d="{}" fill="{}"/>').format(drawn, fill) if drawn else Markup()


def circle(x: float, y: float, radius: float, fill: str, stroke: str = "", width: float = 0) -> Markup:
    """A dot."""
    edge = Markup(' stroke="{}" stroke-width="{}"').format(stroke, _n(width)) if stroke else ""
    return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>').format(_n(x), _n(y), _n(radius), fill, edge)


def path(points: Iterable[Point], stroke: str, width: float, dash: str = "") -> Markup:
    """An open line through points."""
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"{}/>').format(
        _through(points), stroke, _n(width), _dashed(dash)
    )


def area(points: Iterable[Point], fill: str) -> Markup:
    """A filled outline."""
    return Markup('<path d="{}Z" fill="{}"/>').format(_through(points), fill)


def apart(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Label positions moved as little as needed to stay ``gap`` apart and within ``low``–``high``; order is kept."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    if order and (over := moved[order[-1]] - high) > 0:
        moved[order[-1]] -= over
        for after, before in pairwise(order[::-1]):
            moved[before] = min(moved[before], moved[after] - gap)
    return [max(one, low) for one in moved]


def _through(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _dashed(dash: str) -> Markup:
    return Markup(' stroke-dasharray="{}"').format(dash) if dash else Markup()


def _n(value: float) -> str:
    """At most two decimals, no trailing zeros: short, and equal on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"
