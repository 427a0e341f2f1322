"""The opening clock against a count of minutes, in plain Python, through both changes of the clock in 2026.

A minute is open when somebody who reads the wall clock and the institution's file would say so. The file has a bit of
everything: hours for a department, for a source and for both, breaks within one hour, a night over two tables,
a desk that never closes, hours that change, national holidays, a closing day and a holiday that is worked through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.settings import Institution
from tests.oracles import desk

#: First and last day counted; the clock changes on 29 March and 25 October, Easter Monday is 6 April.
SPRING = (date(2026, 3, 23), date(2026, 4, 13))
AUTUMN = (date(2026, 10, 19), date(2026, 11, 1))
GOOD_FRIDAY, EASTER_MONDAY, OUR_DAY = date(2026, 4, 3), date(2026, 4, 6), date(2026, 10, 22)
#: Not a divisor of an hour, so that every minute of the hour is asked for.
EVERY = timedelta(minutes=7)
#: (department, source)
Pair = tuple[str, str]
IsOpen = Callable[[date, time], bool]

AMSTERDAM = desk.institution(
    {"days": desk.WEEKDAYS, "from": "09:00", "until": "17:00", "valid_to": date(2026, 3, 26)},
    {"days": desk.WEEKDAYS, "from": "10:00", "until": "19:30", "valid_from": date(2026, 3, 27)},
    {"days": desk.WEEKDAYS, "from": "08:30", "until": "12:10", "departments": ["it"]},
    {"days": desk.WEEKDAYS, "from": "12:25", "until": "12:50", "departments": ["it"]},
    {"days": desk.WEEKDAYS, "from": "13:05", "until": "17:15", "departments": ["it"]},
    {"days": desk.EVERY_DAY, "from": "21:00", "until": "24:00", "departments": ["night"]},
    {"days": desk.EVERY_DAY, "from": "00:00", "until": "06:20", "departments": ["night"]},
    {"days": desk.EVERY_DAY, "from": "00:00", "until": "24:00", "sources": ["phone"]},
    {"days": ["sat", "sun"], "from": "11:00", "until": "16:00", "departments": ["it"], "sources": ["phone"]},
    {"days": ["mon"], "from": "09:00", "until": "12:00", "departments": ["exams"], "valid_to": date(2026, 4, 1)},
    closed={"days": [OUR_DAY], "open_on": [GOOD_FRIDAY]},
    departments=("it", "night", "exams"),
    sources=("mastodon", "phone"),
)


def closed_in_amsterdam(day: date) -> bool:
    return day in (EASTER_MONDAY, OUR_DAY, date(2026, 4, 5))  # Easter Day is a holiday as well


def weekday(day: date) -> bool:
    return day.weekday() < 5


def general(day: date, clock: time) -> bool:
    if day <= date(2026, 3, 26):
        return weekday(day) and time(9) <= clock < time(17)
    return weekday(day) and time(10) <= clock < time(19, 30)


def it(day: date, clock: time) -> bool:
    """Two breaks, both within an hour of the clock."""
    parts = ((time(8, 30), time(12, 10)), (time(12, 25), time(12, 50)), (time(13, 5), time(17, 15)))
    return weekday(day) and any(opens <= clock < closes for opens, closes in parts)


def exams(day: date, clock: time) -> bool:
    """Mondays only, as long as that lasted; from then on like everybody."""
    return day.weekday() == 0 and time(9) <= clock < time(12) if day <= date(2026, 4, 1) else general(day, clock)


IN_AMSTERDAM: Mapping[Pair, IsOpen] = {
    ("nobody", "mastodon"): general,
    ("it", "mastodon"): it,
    ("night", "mastodon"): lambda day, clock: clock >= time(21) or clock < time(6, 20),
    ("nobody", "phone"): lambda day, clock: True,
    ("it", "phone"): lambda day, clock: not weekday(day) and time(11) <= clock < time(16),
    ("exams", "mastodon"): exams,
}

KOLKATA = desk.institution(
    {"days": desk.EVERY_DAY, "from": "09:15", "until": "17:45"},
    {"days": desk.EVERY_DAY, "from": "00:00", "until": "24:00", "departments": ["it"]},
    zone="Asia/Kolkata",
    country=None,
    departments=("it",),
)
IN_KOLKATA: Mapping[Pair, IsOpen] = {
    ("nobody", "mastodon"): lambda day, clock: time(9, 15) <= clock < time(17, 45),
    ("it", "mastodon"): lambda day, clock: True,
}


def moments(days: tuple[date, date], zone: ZoneInfo) -> list[datetime]:
    """Every minute from the first day to the last, both included."""
    first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
    return [first + timedelta(minutes=n) for n in range((last + timedelta(days=1) - first) // timedelta(minutes=1))]


def counted(minutes: list[datetime], zone: ZoneInfo, is_open: IsOpen, closed: Callable[[date], bool]) -> list[int]:
    """For every minute, the open seconds between the first of them and its beginning."""
    so_far, found = 0, []
    for moment in minutes:
        found.append(so_far)
        wall = moment.astimezone(zone)
        so_far += 60 * (is_open(wall.date(), wall.time()) and not closed(wall.date()))
    return found


def clock_of(of: Institution, asked: list[datetime], pairs: list[Pair]) -> dict[Pair, list[int]]:
    """For every pair the open seconds between the first moment and each, from the clock that the metrics use."""
    turns = [
        {"asked_at": moment, "department": department, "source": source}
        for department, source in pairs
        for moment in asked
    ]
    with desk.measured(of, turns, desk.covering(of, "2026-W13", "2026-W46")) as db:
        rows = db.sql("SELECT department, source, asked_place FROM core.counted_turn ORDER BY asked_at").fetchall()
    places: dict[Pair, list[int]] = {}
    for department, source, place in rows:
        places.setdefault((department, source), []).append(place)
    return places


@pytest.mark.parametrize(
    ("of", "hours", "closed"),
    [(AMSTERDAM, IN_AMSTERDAM, closed_in_amsterdam), (KOLKATA, IN_KOLKATA, lambda day: False)],
    ids=["Amsterdam", "Kolkata"],
)
def test_the_clock_equals_a_count_of_minutes(
    of: Institution, hours: Mapping[Pair, IsOpen], closed: Callable[[date], bool]
) -> None:
    step = EVERY // timedelta(minutes=1)
    seasons = [moments(season, of.zone) for season in (SPRING, AUTUMN)]
    asked = [moment for minutes in seasons for moment in minutes[::step]]
    ours = clock_of(of, asked, list(hours))
    for pair, is_open in hours.items():
        start = 0
        for minutes in seasons:
            expected = counted(minutes, of.zone, is_open, closed)[::step]
            places = ours[pair][start : start + len(expected)]
            start += len(expected)
            assert [place - places[0] for place in places] == expected, pair


def test_a_desk_that_never_closes_has_no_closed_second_at_midnight_nor_when_the_clock_changes() -> None:
    of = desk.institution({"days": desk.EVERY_DAY, "from": "00:00", "until": "24:00"}, country=None)
    asked = datetime.fromisoformat("2026-03-23T23:59:59+01:00")
    answered = [asked + timedelta(seconds=seconds) for seconds in (1, 2, 86_400, 7 * 86_400, 30 * 7 * 86_400)]
    pairs = [(asked, moment) for moment in answered]
    assert desk.open_seconds(of, pairs, "2026-W13", "2026-W46") == [1, 2, 86_400, 7 * 86_400, 30 * 7 * 86_400]


@pytest.mark.parametrize(
    ("opens", "closes", "spring_hours", "autumn_hours"),
    [
        ("00:00", "02:30", 2.0, 2.5),  # 02:30 is skipped in spring: the desk closes when the clock jumps from 02:00
        ("02:30", "05:00", 2.0, 3.5),  # … and opens at that same moment; in autumn 02:30 means the first of the two
        ("00:00", "05:00", 4.0, 6.0),
    ],
)
def test_hours_that_begin_or_end_at_a_time_that_is_skipped_or_there_twice(
    opens: str, closes: str, spring_hours: float, autumn_hours: float
) -> None:
    of = desk.institution({"days": ["sun"], "from": opens, "until": closes}, country=None)
    nights = [
        (datetime.combine(day, time(), of.zone), datetime.combine(day, time(6), of.zone))
        for day in (date(2026, 3, 29), date(2026, 10, 25))
    ]
    found = desk.open_seconds(of, nights, "2026-W13", "2026-W46")
    assert found == [spring_hours * 3600, autumn_hours * 3600]
