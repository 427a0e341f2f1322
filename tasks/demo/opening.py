"""When somebody is on duty at the institution, as whole seconds since 1970 (UTC)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from tasks.settings import Closed, OpeningHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Opening:
    """The open spells between two days, in order and without overlap."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[OpeningHours, ...],
        closed: Closed,
        country: str | None,
        first: date,
        last: date,
    ) -> None:
        years = range(first.year, last.year + 1)
        free = set(holidays.country_holidays(country, years=years)) if country else set()
        free = (free - set(closed.open_on)) | set(closed.days)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        spells = [spell for day in days if day not in free for spell in _spells(day, zone, hours)]
        self.spells = _merged(sorted(spells))
        self._starts = [start for start, _ in self.spells]

    def is_open(self, moment: int) -> bool:
        """Whether somebody is on duty at this second."""
        at = bisect_right(self._starts, moment) - 1
        return at >= 0 and moment < self.spells[at][1]

    def after(self, moment: int, open_seconds: int) -> int:
        """The second at which so many open seconds have passed since ``moment``; always while open."""
        at = max(0, bisect_right(self._starts, moment) - 1)
        for start, end in self.spells[at:]:
            begin = max(start, moment)
            if begin + open_seconds < end:
                return begin + open_seconds
            open_seconds -= max(0, end - begin)
        return self.spells[-1][1] + open_seconds  # beyond the demo's last day: never shown

    def last_before(self, moment: int) -> int:
        """The last open second before ``moment``."""
        at = bisect_right(self._starts, moment - 1) - 1
        return min(moment, self.spells[max(0, at)][1]) - 1


def _spells(day: date, zone: ZoneInfo, hours: tuple[OpeningHours, ...]) -> list[tuple[int, int]]:
    """What one day's tables add up to; hours of a single department are nobody else's, so they do not count."""
    return [
        (_stamp(day, _clock(table.opens), zone), _stamp(day, _clock(table.closes), zone))
        for table in hours
        if DAYS[day.weekday()] in table.days and table.valid_from <= day <= table.valid_to and not table.departments
    ]


def _stamp(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())


def _merged(spells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spells:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _clock(text: str) -> time:
    """``08:30`` as a time; ``24:00`` is the end of the day."""
    return time.max if text == "24:00" else time.fromisoformat(text)
