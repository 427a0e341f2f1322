"""Twelve weeks in a thumbnail: no axis, a dot on this week, the target dotted."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, EARLIER, Point, circle, line, path, svg

WIDTH, HEIGHT, MARGIN = 112, 30, 4


def sparkline(
    values: Sequence[float | None],
    title: str,
    target: float | None = None,
    width: float = WIDTH,
    mark: int | None = None,
) -> Markup | None:
    """A line with gaps where a week has no figure; None when there is nothing to draw. ``mark`` is a week (its place)
    before which a line stands: from there on something else was counted.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    ends = known + ([target] if target is not None else [])
    low, spread = min(ends), (max(ends) - min(ends)) or 1
    step = (width - 2 * MARGIN) / (len(values) - 1)

    def place(week: int, value: float) -> Point:
        return MARGIN + week * step, HEIGHT - MARGIN - (value - low) / spread * (HEIGHT - 2 * MARGIN)

    pieces = []
    if target is not None:
        y = place(0, target)[1]
        pieces.append(line(0, y, width, y, EARLIER, 0.8, "2 2"))
    if mark is not None:
        x = max(MARGIN + (mark - 0.5) * step, 1)
        pieces.append(line(x, 1, x, HEIGHT - 1, EARLIER, 1.2))
    for run in _runs(values):
        points = [place(week, value) for week, value in run]
        pieces.append(path(points, ACCENT, 1.5) if len(points) > 1 else circle(*points[0], 1.2, ACCENT))
    if values[-1] is not None:
        pieces.append(circle(*place(len(values) - 1, values[-1]), 2.6, ACCENT))
    return svg(width, HEIGHT, title, pieces)


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Stretches of weeks without a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for week, value in enumerate(values):
        if value is not None:
            runs[-1].append((week, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
