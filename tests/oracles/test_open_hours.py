"""The opening clock against business-duration: 300 pairs of moments drawn with a seed, for two desks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pytest
from business_duration import businessDuration

from tests.oracles import desk

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = "2026-W11", "2026-W27"
#: Good Friday is a holiday to the package, Liberation Day is not; this institution knows better.
CLOSED = {"days": [date(2026, 5, 5)], "open_on": [date(2026, 4, 3)]}
DESKS = {
    "nine to five": (desk.WEEKDAYS, time(9), time(17), [5, 6]),
    "long days and Saturdays": ([*desk.WEEKDAYS, "sat"], time(8, 15), time(21, 45), [6]),
}


def pairs(seed: int, count: int) -> list[tuple[datetime, datetime]]:
    """Moments on the wall, from minutes to a month apart, across the change of clock and the holidays of spring."""
    chance = np.random.default_rng(seed)
    start = datetime.fromisoformat("2026-03-09")
    found = []
    for longest in (timedelta(hours=2), timedelta(days=2), timedelta(days=30)) * (count // 3):
        asked = start + timedelta(seconds=int(chance.integers(12 * 7 * 86_400)))
        found.append((asked, asked + timedelta(seconds=int(chance.integers(longest.total_seconds())))))
    return found


@pytest.mark.parametrize("name", DESKS)
def test_open_hours_equal_business_duration_on_300_random_pairs(name: str) -> None:
    days, opens, closes, weekend = DESKS[name]
    of = desk.institution({"days": days, "from": f"{opens:%H:%M}", "until": f"{closes:%H:%M}"}, closed=CLOSED)
    closed_days = {*holidays.country_holidays("NL", years=[2026]), *CLOSED["days"]} - {*CLOSED["open_on"]}
    drawn = pairs(seed=len(name), count=300)
    theirs = [
        businessDuration(asked, answered, opens, closes, weekendlist=weekend, holidaylist=closed_days, unit="sec")
        for asked, answered in drawn
    ]
    on_the_clock = [(asked.replace(tzinfo=ZONE), answered.replace(tzinfo=ZONE)) for asked, answered in drawn]
    assert desk.open_seconds(of, on_the_clock, FIRST, LAST) == theirs
    assert 60 < theirs.count(0) < 240, "some pairs lie in one closed period, and not all of them"


@pytest.mark.parametrize(
    ("asked", "answered", "ours_seconds", "theirs_seconds"),
    [
        # It knows no zones: the night of 29 March has seven hours between 22:00 and 06:00, not eight.
        ("2026-03-28T22:00:00", "2026-03-29T06:00:00", 7 * 3600, 8 * 3600),
        # It has no 24:00: until the last second of a day it counts one second that is still to come.
        ("2026-03-24T23:00:00", "2026-03-24T23:59:59", 3599, 3600),
    ],
)
def test_where_business_duration_is_wrong_we_are_not(
    asked: str, answered: str, ours_seconds: int, theirs_seconds: int
) -> None:
    of = desk.institution({"days": desk.EVERY_DAY, "from": "00:00", "until": "24:00"}, country=None)
    one, other = datetime.fromisoformat(asked), datetime.fromisoformat(answered)
    assert businessDuration(one, other, weekendlist=[], unit="sec") == theirs_seconds
    assert desk.open_seconds(of, [(one.replace(tzinfo=ZONE), other.replace(tzinfo=ZONE))], FIRST, LAST) == [
        ours_seconds
    ]
