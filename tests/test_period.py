"""Weeks and open hours on the institution's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.errors import UsageError
from tasks.measure import calendar
from tasks.period import Week
from tasks.settings import Institution, OpeningHours
from tasks.workbench.cases import desk as institution

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("week", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W44", 168), ("2026-W53", 168)]
)
def test_a_week_has_the_hours_of_its_clock(week: str, hours: int) -> None:
    one = Week.parse(week, ZONE)
    assert one.end.astimezone(UTC) - one.start.astimezone(UTC) == timedelta(hours=hours)
    assert (str(one), one.start.isoweekday(), one.cutoff.hour) == (week, 1, 6)


@pytest.mark.parametrize(
    "text", ["2026-W54", "2025-W53", "2026-W00", "2026-47", "2026-W4", "26-W04", "2026-W471", "week"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a week"):
        Week.parse(text, ZONE)


@pytest.mark.parametrize(
    ("moment", "week"),
    [("2026-11-23T05:59", "2026-W46"), ("2026-11-23T06:00", "2026-W47"), ("2026-11-29T23:59", "2026-W47")],
)
def test_the_newest_complete_week_is_the_last_with_a_cutoff_behind_it(moment: str, week: str) -> None:
    assert str(Week.newest_complete(datetime.fromisoformat(moment).replace(tzinfo=ZONE), ZONE)) == week


def stretches(of: Institution, first: date, last: date, department: str = "nobody") -> list[calendar.Stretch]:
    pair = (department, "mastodon")
    return calendar.stretches(of, calendar.schedules(of, [pair])[pair], first, last)


def open_seconds(of: Institution, first: date, last: date, department: str = "nobody") -> float:
    return sum((closes - opens).total_seconds() for opens, closes in stretches(of, first, last, department))


def with_hours(*tables: dict[str, object], **more: object) -> Institution:
    hours = tuple(OpeningHours.model_validate(table) for table in tables)
    return institution().model_copy(update={"hours": hours, **more})


NINE_TO_FIVE = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "until": "17:00"}


def test_an_ordinary_week_has_forty_open_hours_and_easter_week_eight_fewer() -> None:
    assert open_seconds(with_hours(NINE_TO_FIVE), date(2026, 9, 7), date(2026, 9, 13)) == 40 * 3600
    assert open_seconds(with_hours(NINE_TO_FIVE), date(2026, 4, 6), date(2026, 4, 12)) == 32 * 3600


def test_overlapping_hours_count_once() -> None:
    both = with_hours(NINE_TO_FIVE, {"days": ["mon"], "from": "16:00", "until": "20:00"})
    assert open_seconds(both, date(2026, 9, 7), date(2026, 9, 7)) == 11 * 3600


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_desk_that_never_closes_has_no_closed_minute_when_the_clock_changes(day: date, hours: int) -> None:
    always = with_hours({"days": ["sat", "sun", "mon"], "from": "00:00", "until": "24:00"})
    assert open_seconds(always, day, day) == hours * 3600
    three_days = stretches(always, day - timedelta(days=1), day + timedelta(days=1))
    assert len(three_days) == 1  # one stretch, midnight is no seam


def test_a_change_of_hours_leaves_history_alone() -> None:
    changed = with_hours(
        NINE_TO_FIVE | {"valid_to": date(2026, 9, 13)},
        {"days": ["mon"], "from": "10:00", "until": "12:00", "valid_from": date(2026, 9, 14)},
    )
    assert open_seconds(changed, date(2026, 9, 7), date(2026, 9, 13)) == 40 * 3600
    assert open_seconds(changed, date(2026, 9, 14), date(2026, 9, 20)) == 2 * 3600


def test_a_department_with_hours_of_its_own_has_only_those() -> None:
    both = with_hours(NINE_TO_FIVE, {"days": ["mon"], "from": "20:00", "until": "21:00", "departments": ["it"]})
    week = (date(2026, 9, 7), date(2026, 9, 13))
    assert (open_seconds(both, *week, "it"), open_seconds(both, *week, "exams")) == (3600, 40 * 3600)


def test_days_on_which_the_desk_would_have_been_open() -> None:
    school = with_hours(NINE_TO_FIVE)
    dutch = school.model_copy(update={"institution": school.institution.model_copy(update={"country": "NL"})})
    christmas, new_year = Week.parse("2026-W52", ZONE), Week.parse("2026-W53", ZONE)
    assert calendar.missed_days(dutch, christmas) == [date(2026, 12, 25)]  # the 26th is a Saturday
    assert calendar.missed_days(dutch, new_year) == [date(2027, 1, 1)]
    assert calendar.missed_days(dutch, christmas.shift(-1)) == []
    assert calendar.missed_days(with_hours(), christmas) == []  # never on duty, or always: nothing is missed
