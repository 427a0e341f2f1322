"""The hours of a day: what people write above the line, what we answer below it, the opening hours as a band behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tasks.render.charts.svg import ACCENT, BAND, EARLIER, INK, MUTED, bars, line, svg, text

LEFT, GAP, TOP, FOOT = 64, 18, 18, 16
HOURS = 24
#: As wide as a letter of a panel's label at most, in CSS pixels.
LETTER = 6.5
#: From this part of an hour's days on it counts as open.
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one kind of day; ``open`` when somebody is there on most of such days."""

    written: int
    answered: int
    open: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of day with its 24 hours; ``top`` is the highest count in words, drawn at its bar."""

    label: str
    hours: Sequence[Hour]


def day(
    panels: Sequence[Panel], sides: tuple[str, str], band: str, title: str, width: float = 680, height: float = 132
) -> Markup:
    """The chart; both panels have one scale, upwards and downwards. ``sides`` name what is above and below the line."""
    highest = max(1, *(count for panel in panels for hour in panel.hours for count in (hour.written, hour.answered)))
    wide = (width - LEFT - GAP * (len(panels) - 1)) / len(panels)
    middle = TOP + (height - TOP - FOOT) / 2
    scale = (height - TOP - FOOT) / 2 / highest
    pieces = [
        text(0, middle - 8, sides[0], fill=INK, weight=600),
        text(0, middle + 16, sides[1], fill=ACCENT, weight=600),
    ]
    lefts, step = [LEFT + place * (wide + GAP) for place in range(len(panels))], wide / HOURS
    each = [
        (left + at * step, one) for left, panel in zip(lefts, panels, strict=True) for at, one in enumerate(panel.hours)
    ]
    pieces += [
        bars([(x, TOP - 4, step, height - TOP - FOOT + 4) for x, one in each if one.open], BAND),
        bars([(x + 1, middle - one.written * scale, step - 2, one.written * scale) for x, one in each], EARLIER),
        bars([(x + 1, middle, step - 2, one.answered * scale) for x, one in each], ACCENT),
    ]
    for left, panel in zip(lefts, panels, strict=True):
        pieces.append(line(left, middle, left + wide, middle, INK, 0.9))
        pieces.append(text(left, 10, panel.label, size=10.5, fill=INK, weight=600))
        opens = [left + hour * step for hour, one in enumerate(panel.hours) if one.open]
        if band and opens:
            pieces.append(text(max(opens[0] + 3, left + LETTER * len(panel.label)), 10, band, size=9, fill=ACCENT))
        for hour in range(0, HOURS + 1, 6):
            anchor = "start" if hour == 0 else "end" if hour == HOURS else "middle"
            pieces.append(text(left + hour * step, height - 3, f"{hour:02d}", anchor=anchor, fill=MUTED))
    return svg(width, height, title, pieces)
