"""Share answered against waiting time: this week with its interval, the weeks before, and the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import (
    ACCENT,
    BAND,
    EARLIER,
    GRID,
    INK,
    MUTED,
    Point,
    apart,
    area,
    line,
    lines,
    path,
    svg,
    text,
)

LEFT, RIGHT, TOP, BOTTOM = 34, 88, 18, 20
#: The time axis is linear and this many times the promise long.
REACH = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the curve: from ``seconds`` on, so much is answered (0–100)."""

    seconds: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Labels:
    """Everything the chart says; ``hours`` are the ticks of the time axis, ``shares`` of the other."""

    title: str
    now: str
    band: str
    before: str
    promise: str
    target: str
    ticks: tuple[tuple[float, str], ...]
    shares: tuple[tuple[float, str], ...]


def response(
    now: Sequence[Step],
    before: Sequence[Step],
    promise_seconds: float,
    target: float | None,
    labels: Labels,
    width: float = 404,
    height: float = 230,
) -> Markup:
    """The chart; ``before`` may be empty."""
    reach = promise_seconds * REACH

    def x(seconds: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * min(seconds, reach) / reach

    def y(share: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - share / 100)

    def stairs(steps: Sequence[Step], column: str) -> list[Point]:
        points: list[Point] = [(x(0), y(0))]
        for step in steps:
            if step.seconds > reach:
                break
            here, level = x(step.seconds), y(getattr(step, column))
            if here - points[-1][0] >= 0.25 or abs(level - points[-1][1]) >= 0.25:
                points += [(here, points[-1][1]), (here, level)]
        return [*points, (x(reach), points[-1][1])]

    pieces = [area(stairs(now, "low") + stairs(now, "high")[::-1], BAND)]
    pieces.append(lines([(LEFT, y(share), width - RIGHT, y(share)) for share, _ in labels.shares if share], GRID))
    ticks = [(x(seconds), y(0), x(seconds), y(0) + 4) for seconds, _ in labels.ticks]
    pieces.append(lines([(LEFT, y(0), width - RIGHT, y(0)), *ticks], MUTED, 0.8))
    pieces += [text(LEFT - 5, y(share) + 3.4, label, anchor="end") for share, label in labels.shares]
    pieces += [text(x(seconds), y(0) + 15, label, anchor="middle") for seconds, label in labels.ticks]
    pieces.append(line(x(promise_seconds), TOP - 4, x(promise_seconds), y(0), INK, 0.9, "3 2"))
    pieces.append(text(x(promise_seconds), TOP - 8, labels.promise, fill=INK, anchor="middle", weight=600))
    mine = stairs(now, "share")
    ends = [mine[-1][1]]
    if before:
        theirs = stairs(before, "share")
        pieces.append(path(theirs, EARLIER, 1.4))
        ends.append(theirs[-1][1])
    pieces.append(path(mine, ACCENT, 2.2))
    if target is not None:
        pieces += _target(x(promise_seconds), y(target), _share_at(now, promise_seconds) >= target, labels.target)
    at = apart(ends, 26, TOP, y(0))
    pieces.append(text(width - RIGHT + 6, at[0] + 1, labels.now, size=10.5, fill=ACCENT, weight=700))
    pieces.append(text(width - RIGHT + 6, at[0] + 12, labels.band, size=9))
    if before:
        pieces.append(text(width - RIGHT + 6, at[1] + 3.5, labels.before, size=10.5, weight=600))
    return svg(width, height, labels.title, pieces)


def _target(x: float, y: float, met: bool, label: str) -> list[Markup]:
    """A mark on the promise; its label stands clear of the curve: under it when met, else before and above."""
    words = (x + 11, y + 16, "start") if met else (x - 10, y - 6, "end")
    return [
        line(x - 7, y, x + 7, y, INK, 2),
        text(words[0], words[1], label, fill=INK, anchor=words[2], weight=600),
    ]


def _share_at(steps: Sequence[Step], seconds: float) -> float:
    return next((step.share for step in reversed(steps) if step.seconds <= seconds), 0.0)
