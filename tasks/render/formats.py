"""Numbers, dates and durations as a Dutch or British reader writes them.

Spaces inside a value are U+00A0, the minus is U+2212. Percentages go in as 0–100, durations as seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from tasks.render.trace import CALENDAR, origin

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
HOUR, DAY = 3600, 86400
#: Short units; the long ones stand in the sentences themselves.
UNITS = {"nl": {"hour": "u", "minute": "min", "day": "dgn"}, "en": {"hour": "h", "minute": "min", "day": "d"}}
TO = {"nl": "tot", "en": "to"}
NBSP, MINUS = "\u00a0", "\u2212"


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one language, on one institution's clock."""

    language: str
    zone: ZoneInfo
    #: What was printed so far, with where it came from: text → origins ("" when nobody traced it).
    printed: dict[str, set[str]] = field(default_factory=dict, compare=False)

    @property
    def locale(self) -> str:
        return LOCALES[self.language]

    def number(self, value: float, digits: int = 0) -> str:
        """``12.345,7`` or ``12,345.7``."""
        return self._noted(self._number(value, digits), value)

    def _number(self, value: float, digits: int = 0) -> str:
        return _decimal(_rounded(value, digits), digits, self.locale)

    def pct(self, value: float, digits: int = 0) -> str:
        """``87%`` from 87."""
        return self._noted(self._number(value, digits) + "%", value)

    def signed(self, value: float, digits: int = 0) -> str:
        """``+3``, ``−7`` or ``0``."""
        return self._noted(("+" if _rounded(value, digits) > 0 else "") + self._number(value, digits), value)

    def span(self, low: float, high: float, unit: str, beside: float | None = None) -> str:
        """``82–91%``, ``−12 tot +4``. Percentages are rounded outwards, unless that touches the target ``beside``."""
        if unit == "pct":
            digits = int(math.ceil(high) == beside != high)
            ends = f"{self._number(math.floor(low))}–{self._number(high if digits else math.ceil(high), digits)}%"
            return self._noted(ends, low, high)
        told = [self.value(low, unit), self.value(high, unit)]
        if unit == "seconds" and told[0] == told[1]:  # “12 h to 12 h” says nothing
            told = [self._noted(self._duration(end, False, fine=True), end) for end in (low, high)]
        return f"{told[0]}{NBSP}{TO[self.language]} {told[1]}"

    def value(self, value: float, unit: str) -> str:
        """A value in the unit of its contract."""
        if unit == "pct":
            return self.pct(value)
        if unit == "seconds":
            return self.duration(value)
        return self.signed(value) if unit == "score" else self.number(value)

    def duration(self, seconds: float, *, days: bool = False) -> str:
        """``9 min``, ``1 u 09 min``, ``31 u``; with ``days`` (calendar time) ``2,3 dgn`` from two days on."""
        return self._noted(self._duration(seconds, days), seconds)

    def _duration(self, seconds: float, days: bool, fine: bool = False) -> str:
        unit = UNITS[self.language]
        minutes = int(seconds // 60)
        if days and seconds >= 2 * DAY:
            return f"{self._number(seconds / DAY, 1)}{NBSP}{unit['day']}"
        if minutes < 60:
            return f"{minutes}{NBSP}{unit['minute']}" if minutes else f"<{NBSP}1{NBSP}{unit['minute']}"
        hours, rest = divmod(minutes, 60)
        if hours >= 10 and not fine:
            return f"{self._number(seconds / HOUR)}{NBSP}{unit['hour']}"
        return f"{hours}{NBSP}{unit['hour']}" + (f"{NBSP}{rest:02d}{NBSP}{unit['minute']}" if rest else "")

    def day(self, moment: datetime) -> str:
        """``ma 23 nov`` on the institution's calendar."""
        told = format_date(moment.astimezone(self.zone).date(), "EEE d MMM", locale=self.locale).replace(" ", NBSP)
        return self._dated(told)

    def weekday(self, day: date) -> str:
        """``vrijdag 25 december``."""
        pattern = "EEEE d MMMM"  # no comma in either language
        return self._dated(format_date(day, pattern, locale=self.locale).replace(" ", NBSP))

    def moment(self, moment: datetime) -> str:
        """``ma 23 nov 06:00`` on the institution's clock."""
        local = moment.astimezone(self.zone)
        return self._dated(format_datetime(local, "EEE d MMM HH:mm", locale=self.locale).replace(" ", NBSP))

    def days(self, first: date, last: date) -> str:
        """``16–22 november 2026``; names a month or year twice only when it changes."""
        end = format_date(last, "d MMMM y", locale=self.locale)
        if (first.year, first.month) == (last.year, last.month):
            return self._dated(f"{first.day}–{end}".replace(" ", NBSP))
        start = format_date(first, "d MMMM" if first.year == last.year else "d MMMM y", locale=self.locale)
        return self._dated(f"{start.replace(' ', NBSP)} – {end.replace(' ', NBSP)}")

    def _noted(self, text: str, *values: float) -> str:
        self.printed.setdefault(text, set()).update(origin(value) for value in values)
        return text

    def _dated(self, text: str) -> str:
        self.printed.setdefault(text, set()).add(CALENDAR)
        return text

    def listed(self, things: Iterable[str]) -> str:
        """``a, b en c``."""
        return format_list(list(things), locale=self.locale)


@lru_cache(maxsize=10_000)
def _decimal(value: float, digits: int, locale: str) -> str:
    """Kept: a page says the same numbers again and again, and the screen those of the paper."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale).replace("-", MINUS)


def parse_moment(text: str) -> datetime:
    """An ISO moment with offset from the document."""
    return datetime.fromisoformat(text)


def week_days(week: str) -> tuple[date, date]:
    """Monday and Sunday of ``2026-W47``."""
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return monday, monday + timedelta(days=6)


def _rounded(value: float, digits: int) -> float:
    """Half away from zero at a fixed number of digits, never ``-0``."""
    scale = 10.0**digits
    whole = int(abs(value) * scale + 0.5 + 1e-9)
    return float(whole if value >= 0 else -whole) / float(scale) + 0.0
