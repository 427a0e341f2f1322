"""A share per week with its interval, against the target. A week too small for a percentage leaves a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import (
    ACCENT,
    BAND,
    GRID,
    INK,
    MUTED,
    NEGATIVE,
    PAPER,
    Point,
    circle,
    line,
    lines,
    path,
    rect,
    svg,
    text,
)

LEFT, RIGHT, TOP, BOTTOM = 32, 10, 18, 20


@dataclass(frozen=True, slots=True)
class Week:
    """One week; ``value`` None leaves a gap, ``missed`` prints the interval in the colour of a missed target."""

    label: str
    value: float | None
    low: float
    high: float
    missed: bool


def trend(
    weeks: Sequence[Week],
    target: float | None,
    target_label: str,
    value_label: str,
    shares: Sequence[tuple[float, str]],
    title: str,
    width: float = 250,
    height: float = 230,
) -> Markup:
    """The chart; ``shares`` are the lines of the scale, lowest first: the first one is the foot of the chart."""
    foot = shares[0][0]
    step = (width - LEFT - RIGHT - 16) / max(len(weeks) - 1, 1)

    def x(week: int) -> float:
        return LEFT + 8 + week * step if len(weeks) > 1 else (LEFT + width - RIGHT) / 2

    def y(share: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - (max(share, foot) - foot) / (100 - foot))

    pieces = []
    if target is not None:
        pieces.append(rect(LEFT, y(100), width - LEFT - RIGHT, y(target) - y(100), BAND))
    pieces.append(lines([(LEFT, y(share), width - RIGHT, y(share)) for share, _ in shares[1:]], GRID))
    pieces.append(line(LEFT, y(foot), width - RIGHT, y(foot), MUTED))
    pieces += [text(LEFT - 5, y(share) + 3.4, label, anchor="end") for share, label in shares]
    if target is not None:
        pieces.append(line(LEFT, y(target), width - RIGHT, y(target), INK, 0.9, "3 2"))
        pieces.append(text(LEFT + 4, y(foot) - 7, target_label, fill=INK, weight=600))
    points: list[Point] = []
    for place, week in enumerate(weeks):
        last = place == len(weeks) - 1
        if place % 2 == (len(weeks) - 1) % 2:
            pieces.append(
                text(
                    x(place),
                    y(foot) + 15,
                    week.label,
                    fill=INK if last else MUTED,
                    anchor="middle",
                    weight=700 if last else 400,
                )
            )
        if week.value is None:
            pieces += _joined(points)
            points = []
            continue
        colour = NEGATIVE if week.missed else ACCENT
        pieces.append(line(x(place), y(week.low), x(place), y(week.high), colour, 2.4 if last else 1.4))
        points.append((x(place), y(week.value)))
    pieces += _joined(points)
    for place, week in enumerate(weeks):
        if week.value is not None:
            last = place == len(weeks) - 1
            colour = NEGATIVE if week.missed else ACCENT
            pieces.append(
                circle(x(place), y(week.value), 3.8 if last else 2.6, PAPER if week.missed else colour, colour, 1.6)
            )
    if weeks and weeks[-1].value is not None:
        top = y(weeks[-1].high) - 6
        before = weeks[-2] if len(weeks) > 1 else weeks[-1]
        if before.value is not None and y(before.high) < top and top - 12 < y(before.low):
            top = y(before.high) - 6  # else it would lie across that week's interval
        pieces.append(text(width - RIGHT, max(top, 10), value_label, size=11.5, fill=ACCENT, anchor="end", weight=700))
    return svg(width, height, title, pieces)


def _joined(points: Sequence[Point]) -> list[Markup]:
    return [path(points, ACCENT, 1.2)] if len(points) > 1 else []
