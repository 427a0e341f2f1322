"""Opening hours per department and source, as stretches of time; sql/core/calendar.sql makes a clock of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import holidays

from tasks.errors import ConfigError
from tasks.period import Week
from tasks.settings import Institution, OpeningHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: More stretches than this within one clock hour do not fit a row of the clock.
IN_ONE_HOUR = 2
MINUTE = timedelta(minutes=1)
Stretch = tuple[datetime, datetime]
Pair = tuple[str, str]


def schedules(institution: Institution, pairs: Iterable[Pair]) -> dict[Pair, tuple[OpeningHours, ...]]:
    """The tables of hours that may apply to each (department, source), on one day or another; see ``stretches``."""
    return {pair: _fitting(institution.hours, *pair) for pair in pairs}


def _fitting(tables: Sequence[OpeningHours], department: str, source: str) -> tuple[OpeningHours, ...]:
    """Those that name both, or one of them, or neither, without what another one overrules for as long as it lasts."""
    fitting = [
        hours
        for hours in tables
        if (not hours.departments or department in hours.departments) and (not hours.sources or source in hours.sources)
    ]
    return tuple(hours for hours in fitting if not any(_overrules(other, hours) for other in fitting))


def _overrules(one: OpeningHours, other: OpeningHours) -> bool:
    return _names(one) > _names(other) and one.valid_from <= other.valid_from and other.valid_to <= one.valid_to


def _names(hours: OpeningHours) -> tuple[bool, bool]:
    """How particular it is: a table for a department goes before one for a source, as people wait for people."""
    return bool(hours.departments), bool(hours.sources)


def stretches(institution: Institution, hours: Sequence[OpeningHours], first: date, last: date) -> list[Stretch]:
    """(opens_at, closes_at) in aware UTC, in order, none touching the next, from ``first`` to ``last`` inclusive.

    Of the tables valid on a day, the most particular ones hold: where a department's own hours end, the general ones
    take over. Without any hours the desk never closes: open time equals calendar time.
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
            for table in _of_day(hours, day)
        )
    )
    for one, third in zip(found, found[IN_ONE_HOUR:], strict=False):
        if third[0].replace(minute=0) < one[1]:
            raise ConfigError(
                f"config/institutions/{institution.slug}.toml: [[hours]] opens {IN_ONE_HOUR + 1} times within an hour "
                f"on {one[0]:%Y-%m-%d}; join two of them."
            )
    return found


def _of_day(hours: Sequence[OpeningHours], day: date) -> list[OpeningHours]:
    """The tables that hold on a day, in order of opening."""
    valid = [table for table in hours if table.valid_from <= day <= table.valid_to]
    best = max(map(_names, valid), default=None)
    here = (table for table in valid if _names(table) == best and DAYS[day.weekday()] in table.days)
    return sorted(here, key=lambda table: table.opens)


def missed_days(institution: Institution, week: Week) -> list[date]:
    """The days of a week on which somebody would have been on duty, were they no holiday or closing day."""
    days = [week.monday + timedelta(days=n) for n in range(7)]
    closed = closed_days(institution, {day.year for day in days})
    return [day for day in days if day in closed and _of_day(institution.hours, day)]


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
    """A local wall-clock time as UTC. A time that the clock skips in spring means the moment of the jump; one that is
    there twice in autumn means the first."""
    hours, minutes = map(int, clock.split(":"))
    day += timedelta(days=hours // 24)
    wall = datetime.combine(day, time(hours % 24, minutes), institution.zone)
    moment = wall.astimezone(UTC)
    # By the offset of before the jump, a skipped time lies as long after the jump as the wall says it is past it.
    skipped = moment.astimezone(institution.zone).replace(tzinfo=None) > wall.replace(tzinfo=None)
    while skipped and (moment - MINUTE).astimezone(institution.zone).utcoffset() != wall.utcoffset():
        moment -= MINUTE
    return moment


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
