"""Weeks, seen from the institution's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.errors import UsageError

#: A report may count on everything that happened before this local hour on the Monday after its week.
CUTOFF_HOUR = 6
PATTERN = re.compile(r"(199\d|20\d\d|21\d\d)-W\d\d", re.ASCII)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The local beginning of a day, aware."""
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week: Monday 00:00 up to, not including, the next Monday 00:00, in local time (167, 168 or 169 hours)."""

    monday: date
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Week:
        """Read ``2026-W47``; raises UsageError when that is not a week that exists."""
        try:
            if not PATTERN.fullmatch(text):
                raise ValueError
            monday = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        except ValueError:
            raise UsageError(f"“{text}” is not a week. Write year and ISO week number, like 2026-W47.") from None
        return cls(monday, zone)

    @classmethod
    def containing(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """The week in which an aware moment falls on the local calendar."""
        day = moment.astimezone(zone).date()
        return cls(day - timedelta(days=day.weekday()), zone)

    @classmethod
    def newest_complete(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """The last week that was over, and reportable, at an aware moment."""
        week = cls.containing(moment, zone).shift(-1)
        return week if week.cutoff <= moment else week.shift(-1)

    def shift(self, weeks: int) -> Week:
        """The week so many weeks later (negative: earlier)."""
        return Week(self.monday + timedelta(weeks=weeks), self.zone)

    def until(self, last: Week) -> Iterator[Week]:
        """Every week from this one to ``last``, both included."""
        week = self
        while week.monday <= last.monday:
            yield week
            week = week.shift(1)

    @property
    def start(self) -> datetime:
        """Monday 00:00 local, aware."""
        return midnight(self.monday, self.zone)

    @property
    def end(self) -> datetime:
        """The next Monday 00:00 local, aware."""
        return self.shift(1).start

    @property
    def cutoff(self) -> datetime:
        """The default ``as_of``: the Monday 06:00 local after the week."""
        return datetime.combine(self.monday + timedelta(weeks=1), time(CUTOFF_HOUR), self.zone)

    def is_interim(self, as_of: datetime) -> bool:
        """Whether a report that knows nothing after ``as_of`` is made before its week can be reported as a whole."""
        return as_of < self.cutoff

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"


def now() -> datetime:
    """The wall clock, for ledgers and landing manifests only; nothing in the lake or an edition comes from here."""
    return datetime.now(UTC)
