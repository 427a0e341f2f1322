"""The reporting week: exact local weeks, also when the clocks change, and runs on Monday at 06:00."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Local = tuple[int, int, int, int, int]


def local(year: int, month: int, day: int, hour: int = 0, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime(year, month, day, hour, tzinfo=zone)


@pytest.fixture
def timetable() -> Any:
    from reporting_week import ReportingWeekTimetable

    return ReportingWeekTimetable("Europe/Amsterdam")


def weeks(timetable: Any, first: datetime, last: datetime | None = None, *, catchup: bool = True) -> Iterator[Any]:
    """The runs that Airflow would make from ``first`` on."""
    import pendulum
    from airflow.timetables.base import TimeRestriction

    latest = pendulum.instance(last) if last else None
    restriction, interval = TimeRestriction(pendulum.instance(first), latest, catchup), None
    while True:
        info = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction)
        if info is None:
            return
        yield info
        interval = info.data_interval


@pytest.mark.parametrize(
    ("monday", "hours"),
    [(local(2026, 10, 12), 168), (local(2026, 10, 19), 169), (local(2026, 3, 23), 167), (local(2026, 12, 28), 168)],
)
def test_a_week_is_as_long_as_it_is_on_the_local_clock(timetable: Any, monday: datetime, hours: int) -> None:
    week, after = islice(weeks(timetable, monday), 2)
    assert week.data_interval.start == monday
    assert week.data_interval.end - week.data_interval.start == timedelta(hours=hours)
    assert after.data_interval.start == week.data_interval.end  # no gap, no overlap
    runs_at = week.run_after.astimezone(AMSTERDAM)
    assert (runs_at.isoweekday(), runs_at.hour, runs_at.minute) == (1, 6, 0)
    assert runs_at.date() == week.data_interval.end.astimezone(AMSTERDAM).date()


@pytest.mark.parametrize("zone", ["UTC", "America/Curacao", "Asia/Kolkata", "Pacific/Auckland", "America/New_York"])
def test_weeks_agree_with_our_own_calendar_for_two_years(zone: str) -> None:
    from reporting_week import REPORTING_HOUR, ReportingWeekTimetable

    from tasks.period import CUTOFF_HOUR, Week

    week = Week.parse("2026-W01", ZoneInfo(zone))
    assert REPORTING_HOUR == CUTOFF_HOUR
    for run in islice(weeks(ReportingWeekTimetable(zone), week.start), 104):
        assert (run.data_interval.start, run.data_interval.end, run.run_after) == (week.start, week.end, week.cutoff)
        week = week.shift(1)


def test_run_ids_begin_with_the_iso_week(timetable: Any) -> None:
    from airflow.utils.types import DagRunType

    ids = []
    for run in islice(weeks(timetable, local(2026, 12, 21)), 3):
        ids.append(
            timetable.generate_run_id(
                run_type=DagRunType.SCHEDULED, run_after=run.run_after, data_interval=run.data_interval
            )
        )
    assert [one.split("__")[:2] for one in ids] == [
        [f"{week}", "scheduled"] for week in ("2026-W52", "2026-W53", "2027-W01")
    ]
    manual = timetable.generate_run_id(
        run_type=DagRunType.MANUAL, run_after=run.run_after, data_interval=run.data_interval
    )
    assert manual.startswith("manual__")  # its parameter may name another week


@pytest.mark.parametrize(
    ("logical_date", "monday"),
    [
        (local(2026, 11, 23, 6), local(2026, 11, 16)),
        (local(2026, 11, 23, 5), local(2026, 11, 9)),  # not reportable yet
        (local(2026, 11, 29, 23), local(2026, 11, 16)),
        (local(2026, 10, 26, 6), local(2026, 10, 19)),
    ],
)
def test_a_manual_run_is_about_the_newest_reportable_week(
    timetable: Any, logical_date: datetime, monday: datetime
) -> None:
    import pendulum

    from tasks.period import Week

    interval = timetable.infer_manual_data_interval(run_after=pendulum.instance(logical_date))
    assert interval.start == monday
    assert interval.start == Week.newest_complete(logical_date, AMSTERDAM).start


def test_a_fixed_clock_holds_for_manual_runs_long_after_it() -> None:
    import pendulum
    from reporting_week import ReportingWeekTimetable

    timetable = ReportingWeekTimetable("Europe/Amsterdam", automatic=False, clock=local(2026, 11, 23, 6))
    for moment, monday in ((local(2031, 5, 1), local(2026, 11, 16)), (local(2026, 9, 16), local(2026, 9, 7))):
        interval = timetable.infer_manual_data_interval(run_after=pendulum.instance(moment))
        assert interval.start == monday


def test_not_automatic_means_no_scheduled_run_but_backfills(timetable: Any) -> None:
    from reporting_week import ReportingWeekTimetable

    quiet = ReportingWeekTimetable("Europe/Amsterdam", automatic=False)
    first = local(2026, 10, 26)
    assert next(weeks(timetable, first, catchup=False)).run_after.isoweekday() == 1
    assert list(weeks(quiet, first, catchup=False)) == []
    assert len(list(islice(weeks(quiet, first, catchup=True), 4))) == 4


def test_it_survives_the_database() -> None:
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable
    from reporting_week import ReportingWeekTimetable

    for written in (
        ReportingWeekTimetable("Pacific/Auckland"),
        ReportingWeekTimetable("UTC", automatic=False, clock=local(2026, 11, 23, 6)),
    ):
        read = decode_timetable(encode_timetable(written))
        assert type(read).__name__ == "ReportingWeekTimetable"  # Airflow loads plugins as modules of its own
        assert (read.zone, read.automatic, read.clock) == (written.zone, written.automatic, written.clock)
        assert read.summary == written.summary


def test_a_backfill_from_monday_to_monday_covers_exactly_those_weeks(load_bag: Callable[[], Any]) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(load_bag().dags["weekly_report__overbrugge"]))
    runs = list(dag.iter_dagrun_infos_between(local(2026, 10, 26), local(2026, 11, 16)))
    assert [f"{run.data_interval.start.astimezone(AMSTERDAM):%G-W%V}" for run in runs] == [
        "2026-W44",
        "2026-W45",
        "2026-W46",
        "2026-W47",
    ]
