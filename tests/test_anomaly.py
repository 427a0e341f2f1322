"""How often the anomaly flag is wrong, and how often it sees what is there: counted in made-up years, by the real SQL.

Every series is a source of its own with a strong weekday pattern, seeded; counts are Poisson, or negative binomial
(variance = mean + mean²/k: the smaller k, the wilder the days).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy.stats import nbinom

from tasks import settings, warehouse
from tasks.measure import academic, model
from tasks.period import Week
from tasks.stage import partition

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = Week.parse("2024-W01", ZONE)
HISTORY, SERIES, WEEKS = 12, 20, 36
#: Mondays bring more than twice what a Saturday does.
WEEKDAYS = np.array([1.36, 1.15, 1.15, 1.1, 1.05, 0.6, 0.6])
Counts = npt.NDArray[np.int64]


def made(mean: float, k: float | None, weeks: int, seed: int, series: int = SERIES) -> Counts:
    """Daily counts, series × days."""
    return drawn(np.random.default_rng(seed), np.tile(usual(mean), (series, weeks)), k)


def usual(mean: float) -> npt.NDArray[np.float64]:
    """What a week's days bring on average, Monday first."""
    return mean * WEEKDAYS / WEEKDAYS.mean()


def drawn(chance: np.random.Generator, expected: npt.NDArray[np.float64], k: float | None) -> Counts:
    """Counts around what is expected: Poisson, or negative binomial."""
    return chance.poisson(expected if k is None else chance.gamma(k, expected / k))


def judged(
    counts: Counts, asked: Sequence[Week], kinds: Sequence[tuple[str, date]] = ()
) -> list[tuple[int, bool | None, bool]]:
    """(ISO weekday, anomaly, more than expected) of every series and day of the weeks asked, from core.day."""
    days = np.datetime64(FIRST.monday) + np.arange(counts.shape[1])
    names = [f"s{number}" for number in range(len(counts))]
    with warehouse.connect(ZONE) as db:
        db.register(
            "daily",
            pa.table({"source": np.repeat(names, len(days)), "day": np.tile(days, len(names)), "n": counts.ravel()}),
        )
        db.execute(
            "CREATE TABLE core.message AS SELECT (day + INTERVAL 12 HOURS)::TIMESTAMPTZ AS created_at, source, "
            "'nobody' AS department, 'inbound' AS direction, 'post' AS kind "
            "FROM (SELECT source, day, unnest(range(n)) FROM daily)"
        )
        periods = [asdict(model.Period.of(str(week), "trend", week, week)) for week in asked]
        special = [{"kind": kind, "day": day} for kind, day in kinds]
        warehouse.put(db, "core.period", pa.Table.from_pylist(periods, model.PERIOD))
        warehouse.put(db, "core.heading", pa.Table.from_pylist([{"dimension": "source"}], model.HEADING))
        warehouse.put(db, "core.topic", model.TOPICS.empty_table())
        warehouse.put(db, "core.academic", pa.Table.from_pylist(special, model.ACADEMIC))
        warehouse.put(db, "staging.fetch_windows", partition.WINDOWS.empty_table())
        desks = [{"department": "nobody", "source": name, "schedule": 0} for name in names]
        warehouse.put(db, "core.schedule", pa.Table.from_pylist(desks, model.SCHEDULE))
        warehouse.core(db, "name", "period", "macros", "day_seen", "day")
        return db.sql(
            "SELECT isodow(day), anomaly, n > expected FROM core.day WHERE dimension = 'source' ORDER BY \"group\", day"
        ).fetchall()


def share(rows: Sequence[tuple[int, bool | None, bool]], weekday: int | None = None) -> float:
    """Per cent flagged among the days that were judged."""
    flags = [flag for day, flag, _ in rows if flag is not None and weekday in (None, day)]
    return 100 * sum(flags) / len(flags)


def mean_and_two_sd(counts: Counts) -> float:
    """Per cent of Mondays above mean + 2 SD of all days of the twelve weeks before: what most tools do."""
    by_week = counts.reshape(len(counts), -1, 7)
    found = []
    for week in range(HISTORY, by_week.shape[1]):
        before = by_week[:, week - HISTORY : week].reshape(len(counts), -1)
        found.append(by_week[:, week, 0] > before.mean(axis=1) + 2 * before.std(axis=1, ddof=1))
    return float(100 * np.mean(found))


@pytest.mark.parametrize("k", [None, 20, 10], ids=["poisson", "k20", "k10"])
@pytest.mark.parametrize("mean", [3, 8, 20, 60, 200])
def test_ordinary_days_are_flagged_in_at_most_one_and_a_half_per_cent(mean: int, k: float | None) -> None:
    rows = judged(made(mean, k, WEEKS, seed=mean), [FIRST.shift(n) for n in range(HISTORY, WEEKS)])
    assert len(rows) == SERIES * 7 * (WEEKS - HISTORY)
    assert None not in {flag for _, flag, _ in rows}
    assert share(rows, weekday=1) <= 1.5
    assert share(rows) <= 1.0


def test_mean_and_two_standard_deviations_flag_one_ordinary_monday_in_eight() -> None:
    """Why not the simple rule: it takes Mondays for incidents, because Mondays are busy."""
    counts = made(40, 20, 60, seed=1)
    ours = share(judged(counts, [FIRST.shift(n) for n in range(HISTORY, 60)]), weekday=1)
    assert 11 <= mean_and_two_sd(counts) <= 15
    assert ours <= 1.5


@pytest.mark.parametrize(("k", "caught"), [(None, 99.5), (20, 98), (10, 90)], ids=["poisson", "k20", "k10"])
def test_three_times_forty_is_caught(k: float | None, caught: float) -> None:
    counts = made(40, k, HISTORY + 1, seed=4, series=100)
    counts[:, -7:] += np.random.default_rng(5).poisson(2 * usual(40), (100, 7))
    rows = judged(counts, [FIRST.shift(HISTORY)])
    assert share(rows) >= caught
    assert all(more for _, flag, more in rows if flag)


@pytest.mark.parametrize(("mean", "caught"), [(60, 99), (3, 0)])
def test_silence_is_told_where_it_means_something(mean: int, caught: float) -> None:
    counts = made(mean, 20, HISTORY + 1, seed=6, series=100)
    counts[:, -7:] = 0
    rows = judged(counts, [FIRST.shift(HISTORY)])
    assert share(rows) >= caught
    assert caught or not share(rows)
    assert not any(more for _, _, more in rows)


@pytest.mark.parametrize("mean", [3, 20, 60])
def test_four_weeks_of_history_make_it_no_louder(mean: int) -> None:
    rows = judged(made(mean, 10, 5, seed=7, series=200), [FIRST.shift(4)])
    assert share(rows) <= 1.5


@pytest.mark.parametrize("mean", [3, 20, 60])
def test_exam_days_are_judged_by_exam_days(mean: int) -> None:
    """Exam weeks twice as busy: known as such they are ordinary, unknown they are incidents."""
    expected = np.tile(usual(mean), (100, HISTORY + 1))
    exams = [7 * week + day for week in (4, 12) for day in range(5)]
    expected[:, exams] *= 2
    counts = drawn(np.random.default_rng(8), expected, 20)
    asked, kinds = [FIRST.shift(HISTORY)], [("exams", FIRST.monday + timedelta(days=day)) for day in exams]
    told, untold = ([row for row in judged(counts, asked, known) if row[0] <= 5] for known in (kinds, []))
    assert None not in {flag for _, flag, _ in told}
    assert share(told) <= 1.5
    assert share(untold) >= 5


def test_a_day_is_judged_alike_whatever_is_asked_and_whatever_came_later() -> None:
    counts = made(20, 10, 30, seed=9, series=5)
    later = counts.copy()
    later[:, 20 * 7 :] *= 9
    alone = judged(counts, [FIRST.shift(18)])
    among = judged(counts, [FIRST.shift(n) for n in range(HISTORY, 30)])
    assert [among[series * 18 * 7 + 6 * 7 + day] for series in range(5) for day in range(7)] == alone
    assert judged(later, [FIRST.shift(18)]) == alone


def test_the_academic_calendar_has_a_row_for_each_day_and_kind() -> None:
    overbrugge = settings.load("overbrugge")
    rows = academic.rows(overbrugge, date(2026, 11, 12), date(2026, 12, 25))
    assert rows == [
        ("exams", date(2026, 11, 12)),
        ("exams", date(2026, 11, 13)),
        ("open_day", date(2026, 11, 21)),
        ("closed", date(2026, 12, 25)),
    ]


@pytest.mark.parametrize("dispersion", [1e-6, 0.01, 0.1, 1.0, 5.0])
def test_the_chance_of_a_count_is_the_negative_binomial_one(dispersion: float) -> None:
    with warehouse.connect(ZONE) as db:
        warehouse.core(db, "macros")
        for mean in (0.04, 1.0, 9.9, 250.0):
            for count in (0, 1, 7, 300):
                got = db.execute("SELECT core.chance_of_at_most(?, ?, ?)", [count, mean, dispersion]).fetchall()[0][0]
                assert got == pytest.approx(
                    nbinom.cdf(count, 1 / dispersion, 1 / (1 + dispersion * mean)), rel=1e-6, abs=1e-9
                )
