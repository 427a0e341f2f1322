"""Opening hours as stretches of time with the open seconds before each: one join turns any moment into open time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import holidays

from tasks.errors import ConfigError
from tasks.settings import Institution, OpeningHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERYBODY = "nobody"
Stretch = tuple[datetime, datetime]


def rows(institution: Institution, first: date, last: date) -> list[tuple[str, datetime, datetime, float]]:
    """(department, opens_at, closes_at, seconds_before) for every department and for ``nobody``, aware UTC.

    Without any opening hours, or with ``clock = "always"``, the desk never closes: open time equals calendar time.
    """
    found: list[tuple[str, datetime, datetime, float]] = []
    for department in (*(one.id for one in institution.department), EVERYBODY):
        before = 0.0
        for opens, closes in _stretches(institution, department, first, last):
            found.append((department, opens, closes, before))
            before += (closes - opens).total_seconds()
    return found


def _stretches(institution: Institution, department: str, first: date, last: date) -> Iterator[Stretch]:
    own = [hours for hours in institution.hours if department in hours.departments]
    applying = own or [hours for hours in institution.hours if not hours.departments]
    if not applying:
        yield _moment(institution, first, "00:00"), _moment(institution, last, "24:00")
        return
    closed = closed_days(institution, range(first.year, last.year + 1))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    yield from _merged(
        (_moment(institution, day, hours.opens), _moment(institution, day, hours.closes))
        for day in days
        if day not in closed
        for hours in sorted(applying, key=lambda hours: hours.opens)
        if _applies(hours, day)
    )


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


def _merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Overlapping tables of hours count once. ``stretches`` come in order of opening."""
    current: Stretch | None = None
    for opens, closes in stretches:
        if current and opens <= current[1]:
            current = (current[0], max(current[1], closes))
        else:
            if current:
                yield current
            current = (opens, closes)
    if current:
        yield current
