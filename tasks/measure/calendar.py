"""Opening hours per department and source, as stretches of time; sql/core/calendar.sql makes a clock of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import holidays

from tasks.errors import ConfigError
from tasks.settings import Institution, OpeningHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: More stretches than this within one clock hour do not fit a row of the clock.
IN_ONE_HOUR = 2
Stretch = tuple[datetime, datetime]
Pair = tuple[str, str]


def schedules(institution: Institution, pairs: Iterable[Pair]) -> dict[Pair, tuple[OpeningHours, ...]]:
    """The tables of hours that apply to each (department, source): those that name both, or one of them, or neither.

    A table for a department goes before one for a source, as people wait for people.
    """
    return {pair: _applying(institution.hours, *pair) for pair in pairs}


def _applying(tables: Sequence[OpeningHours], department: str, source: str) -> tuple[OpeningHours, ...]:
    fitting = [
        hours
        for hours in tables
        if (not hours.departments or department in hours.departments) and (not hours.sources or source in hours.sources)
    ]
    best = max((_names(hours) for hours in fitting), default=(False, False))
    return tuple(hours for hours in fitting if _names(hours) == best)


def _names(hours: OpeningHours) -> tuple[bool, bool]:
    return bool(hours.departments), bool(hours.sources)


def stretches(institution: Institution, hours: Sequence[OpeningHours], first: date, last: date) -> list[Stretch]:
    """(opens_at, closes_at) in aware UTC, in order, none touching the next, from ``first`` to ``last`` inclusive.

    Without any hours, or with ``clock = "always"``, the desk never closes: open time equals calendar time.
    """
    if not hours:
        return [(_moment(institution, first, "00:00"), _moment(institution, last, "24:00"))]
    closed = closed_days(institution, range(first.year, last.year + 1))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = list(
        _merged(
            (_moment(institution, day, table.opens), _moment(institution, day, table.closes))
            for day in days
            if day not in closed
            for table in sorted(hours, key=lambda table: table.opens)
            if _applies(table, day)
        )
    )
    for one, third in zip(found, found[IN_ONE_HOUR:], strict=False):
        if third[0].replace(minute=0) < one[1]:
            raise ConfigError(
                f"config/institutions/{institution.slug}.toml: [[hours]] opens {IN_ONE_HOUR + 1} times within an hour "
                f"on {one[0]:%Y-%m-%d}; join two of them."
            )
    return found


def _applies(hours: OpeningHours, day: date) -> bool:
    return DAYS[day.weekday()] in hours.days and hours.valid_from <= day <= hours.valid_to


def closed_days(institution: Institution, years: Iterable[int]) -> set[date]:
    """National holidays, with the institution's own word over them."""
    country = institution.institution.country
    try:
        national = set(holidays.country_holidays(country, years=list(years))) if country else set()
    except NotImplementedError:
        raise ConfigError(
            f"config/institutions/{institution.slug}.toml: [institution] country “{country}” has no known holidays; "
            "leave it out and list your closed days under [closed]."
        ) from None
    return (national | set(institution.closed.days)) - set(institution.closed.open_on)


def _moment(institution: Institution, day: date, clock: str) -> datetime:
    """A local wall-clock time as UTC. A time that the clock skips in spring means the moment after the gap."""
    hours, minutes = map(int, clock.split(":"))
    day += timedelta(days=hours // 24)
    return datetime.combine(day, time(hours % 24, minutes), institution.zone).astimezone(UTC)


def _merged(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Overlapping tables of hours count once. Stretches come in order of opening; an empty one is nothing."""
    current: Stretch | None = None
    for opens, closes in found:
        if opens >= closes:
            continue
        if current and opens <= current[1]:
            current = (current[0], max(current[1], closes))
        else:
            if current:
                yield current
            current = (opens, closes)
    if current:
        yield current
