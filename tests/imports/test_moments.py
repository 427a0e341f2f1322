"""Moments as people write them, and the two hours in which a clock on the wall is not enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.imports.column_map import Order, Time
from tasks.imports.moments import Aside, Moments
from tasks.imports.resolve import Dates

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def read(text: str, order: Order | None = "dmy", **more: Any) -> str | Aside | None:
    return Moments(Time(order=order, **more), AMSTERDAM).read(text)


@pytest.mark.parametrize(
    ("text", "order", "told"),
    [
        ("08-09-2026 10:15", "dmy", "2026-09-08T10:15:00+02:00"),
        ("8/9/2026 9:05:07", "dmy", "2026-09-08T09:05:07+02:00"),
        ("8.12.2026, 10:15 uur", "dmy", "2026-12-08T10:15:00+01:00"),
        ("09/08/2026 10:15", "mdy", "2026-09-08T10:15:00+02:00"),
        ("9/8/2026 12:15 AM", "mdy", "2026-09-08T00:15:00+02:00"),
        ("9/8/2026 12:15 p.m.", "mdy", "2026-09-08T12:15:00+02:00"),
        ("2026-09-08 10:15", "ymd", "2026-09-08T10:15:00+02:00"),
        ("2026-09-08T10:15:30.123", "ymd", "2026-09-08T10:15:30+02:00"),
        ("2026-09-08T10:15:30Z", "dmy", "2026-09-08T10:15:30Z"),
        ("2026-09-08 10:15 +0530", "dmy", "2026-09-08T10:15:00+05:30"),
        ("08-09-2026 10:15 UTC", "dmy", "2026-09-08T10:15:00+00:00"),
        ("8 september 2026 10:15", "dmy", "2026-09-08T10:15:00+02:00"),
        ("di 8 sep. 2026 om 10:15", "dmy", "2026-09-08T10:15:00+02:00"),
        ("Sep 8, 2026 10:15 PM", "mdy", "2026-09-08T22:15:00+02:00"),
        ("8 mrt 26 10:15", "dmy", "2026-03-08T10:15:00+01:00"),
        ("46273.4270833333", "excel", "2026-09-08T10:15:00+02:00"),
        ("46273,4270833333", "excel", "2026-09-08T10:15:00+02:00"),
        ("1788855300", "epoch", "2026-09-08T08:15:00+00:00"),
        ("1788855300000", "epoch", "2026-09-08T08:15:00+00:00"),
        ("", "dmy", None),
        ("  ", "dmy", None),
    ],
)
def test_what_people_and_tools_write_is_read(text: str, order: Order, told: str | None) -> None:
    assert read(text, order) == told


@pytest.mark.parametrize(
    "text", ["gisteren", "31-02-2026 10:00", "08-09-2026 25:00", "08-09-2026 10:61", "13/13/2026 10:00", "8-9 10:00",
             "08-09-2026 13:00 PM", " 8" * 100_000, "٢٣-١٠-٢٠٢٦"],
)  # fmt: skip
def test_what_is_no_moment_is_set_aside(text: str) -> None:
    assert read(text) == Aside("time")


def test_a_day_without_a_time_is_no_moment_unless_the_map_names_one() -> None:
    assert read("08-09-2026") == Aside("day")
    assert read("08-09-2026", day_at="12:00") == "2026-09-08T12:00:00+02:00"


@pytest.mark.parametrize(
    ("twice", "told"),
    [("first", "2026-10-25T02:30:00+02:00"), ("second", "2026-10-25T02:30:00+01:00"), ("refuse", Aside("twice"))],
)
def test_the_hour_that_comes_twice_has_a_rule(twice: Any, told: str | Aside) -> None:
    moments = Moments(Time(order="dmy", twice=twice), AMSTERDAM)
    assert [moments.read(text) for text in ("25-10-2026 01:59", "25-10-2026 02:30", "25-10-2026 03:00")] == [
        "2026-10-25T01:59:00+02:00",
        told,
        "2026-10-25T03:00:00+01:00",
    ]
    assert dict(moments.counts) == {"twice": 1}


@pytest.mark.parametrize(("missing", "told"), [("forward", "2026-03-29T02:30:00+01:00"), ("refuse", Aside("missing"))])
def test_the_hour_that_never_was_has_a_rule(missing: Any, told: str | Aside) -> None:
    moments = Moments(Time(order="dmy", missing=missing), AMSTERDAM)
    assert moments.read("29-03-2026 02:30") == told
    assert moments.read("29-03-2026 03:00") == "2026-03-29T03:00:00+02:00"
    assert dict(moments.counts) == {"missing": 1}


@given(st.datetimes(datetime(1991, 1, 1), datetime(2150, 1, 1)))  # noqa: DTZ001 a clock on the wall
def test_every_ordinary_local_time_is_the_moment_that_the_zone_says(local: datetime) -> None:
    text = read(local.strftime("%d-%m-%Y %H:%M:%S"))
    assert isinstance(text, str)
    expected = local.replace(microsecond=0, tzinfo=AMSTERDAM)
    assert datetime.fromisoformat(text).astimezone(UTC) == expected.astimezone(UTC)


@given(st.dates(datetime(2001, 1, 1).date(), datetime(2099, 12, 31).date()))  # noqa: DTZ001
def test_an_order_is_only_concluded_from_days_that_prove_it(day: Any) -> None:
    dates = Dates()
    dates.look(day.strftime("%d-%m-%Y") + " 10:00")
    if day.day > 12:
        assert dates.order() == "dmy"
    else:
        assert dates.order() is None
        assert f"day {day.day} of month {day.month}" in dates.question()


def test_numbers_of_days_and_seconds_are_known_as_such() -> None:
    for texts, order in ((["46273.5", "46274"], "excel"), (["1788855300"], "epoch"), (["2026-09-08 10:00"], "ymd")):
        dates = Dates()
        for text in texts:
            dates.look(text)
        assert dates.order() == order


def test_half_an_hour_of_difference_is_seen_too() -> None:
    lord_howe = Moments(Time(order="dmy"), ZoneInfo("Australia/Lord_Howe"))
    assert lord_howe.read("05-04-2026 01:45") == "2026-04-05T01:45:00+11:00"
    assert lord_howe.counts["twice"] == 1
    assert (
        timedelta(hours=10, minutes=30) == datetime.fromisoformat(str(lord_howe.read("05-04-2026 02:00"))).utcoffset()
    )
