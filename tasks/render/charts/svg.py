"""Pieces every chart is made of. Sizes in CSS pixels; text in the report's own typeface, never under 9 px (6.75 pt)."""

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


def svg(width: float, height: float, title: str, pieces: Iterable[Markup]) -> Markup:
    """A whole drawing; ``title`` becomes the alternative text of the PDF's figure."""
    body = Markup().join(pieces)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"{large}>'
        "<title>{title}</title>{body}</svg>"
    ).format(w=_n(width), h=_n(height), title=title, body=body, large=LARGE if width > WIDE else "")


def text(
    x: float, y: float, words: str, *, size: float = 10, fill: str = MUTED, anchor: str = "start", weight: int = 400
) -> Markup:
    """Words at a baseline; ``anchor`` is start, middle or end."""
    return Markup(
        '<text x="{}" y="{}" font-family="{}" font-size="{}" font-weight="{}" fill="{}" text-anchor="{}">{}</text>'
    ).format(_n(x), _n(y), FAMILY, _n(size), weight, fill, anchor, escape(words))


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1, dash: str = "") -> Markup:
    """A straight line; ``dash`` like ``3 2``."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>').format(
        _n(x1), _n(y1), _n(x2), _n(y2), stroke, _n(width), _dashed(dash)
    )


def rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A filled bar."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        _n(x), _n(y), _n(max(width, 0)), _n(height), fill
    )


def circle(x: float, y: float, radius: float, fill: str, stroke: str = "none", width: float = 0) -> Markup:
    """A dot."""
    return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>').format(
        _n(x), _n(y), _n(radius), fill, stroke, _n(width)
    )


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
