"""Kaplan-Meier against lifelines: the curve, its interval, and the median and P90 with theirs.

The cohorts come from hypothesis, many to a query, as one waiting line on two clocks; the real macros do the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times

from tasks import warehouse

#: (seconds, answered) of everybody who asked.
Cohort = list[tuple[int, bool]]
CLOCKS = ("calendar", "open")
LINE = pa.schema(
    [
        *((name, pa.string()) for name in ("week", "dimension", "group")),
        *((f"{clock}_seconds", pa.int64()) for clock in CLOCKS),
        ("ended", pa.bool_()),
    ]
)


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """The Kaplan-Meier macros and an empty waiting line."""
    with duckdb.connect() as made:
        made.execute("CREATE SCHEMA core")
        warehouse.put(made, "line", LINE.empty_table())
        warehouse.core(made, "kaplan_meier")
        yield made


def shown(seconds: int, clock: str) -> int:
    """The open clock shows half of the calendar clock, rounded down, so that it has other ties."""
    return seconds if clock == "calendar" else seconds // 2


def ask(db: duckdb.DuckDBPyConnection, cohorts: list[Cohort]) -> None:
    """Fill the waiting line, a week to a cohort."""
    listed = [
        {"week": str(number), "dimension": "all", "group": "all", "ended": answered}
        | {f"{clock}_seconds": shown(seconds, clock) for clock in CLOCKS}
        for number, cohort in enumerate(cohorts)
        for seconds, answered in cohort
    ]
    db.execute("TRUNCATE line")
    db.register("made", pa.Table.from_pylist(listed, LINE))
    db.execute("INSERT INTO line SELECT * FROM made")


def fitted(cohort: Cohort, clock: str) -> KaplanMeierFitter:
    """What lifelines makes of it; its interval is exponential Greenwood (log-log) as well."""
    return KaplanMeierFitter().fit([shown(seconds, clock) for seconds, _ in cohort], [ended for _, ended in cohort])


def their_times(fit: KaplanMeierFitter) -> tuple[float | None, ...]:
    """Median and P90 with the ends of their intervals; None where the curve never comes that low.

    Their curve is a product of floats: where it is exactly a half, it may read 0.5000000000000001 and lifelines calls
    that "never". Nine decimals mend it (see the last test).
    """
    found: list[float | None] = []
    for share in (0.5, 0.1):
        at = qth_survival_times(share, fit.survival_function_.round(9))
        ends = qth_survival_times([share], fit.confidence_interval_.round(9)).iloc[0].tolist()
        found += [None if not np.isfinite(time) else time for time in (at, *ends)]
    return tuple(found)


def our_times(db: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """The same, per cohort and clock."""
    found = {}
    for row in db.sql("SELECT * FROM core.waiting_times('line')").to_arrow_table().to_pylist():
        for clock in CLOCKS:
            names = (f"{share}_{clock}{end}_seconds" for share in ("median", "p90") for end in ("", "_low", "_high"))
            found[row["week"], clock] = tuple(row[name] for name in names)
    return found


def agrees(db: duckdb.DuckDBPyConnection, cohorts: list[Cohort]) -> None:
    """Assert that every cohort has the same times, and the same curve at every step, on both clocks."""
    ask(db, cohorts)
    times = our_times(db)
    steps = db.sql(
        "SELECT week, clock, seconds, waiting, still_waiting_share, low_share, high_share "
        "FROM core.kaplan_meier('line') ORDER BY week, clock, seconds"
    ).fetchall()
    curves: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    for week, clock, *step in steps:
        curves.setdefault((week, clock), []).append(tuple(step))
    for number, cohort in enumerate(cohorts):
        for clock in CLOCKS:
            fit, key = fitted(cohort, clock), (str(number), clock)
            table = fit.event_table
            happened = table.index[table["observed"] > 0]
            theirs = np.column_stack([fit.survival_function_.loc[happened], fit.confidence_interval_.loc[happened]])
            ours = np.array(curves.get(key, [])).reshape(-1, 5)
            assert ours[:, 0].tolist() == happened.tolist(), cohort
            np.testing.assert_allclose(ours[:, 2:], theirs, atol=1e-9, err_msg=str(cohort))
            assert times.get(key, (None,) * 6) == their_times(fit), cohort


seconds = st.one_of(st.integers(0, 6), st.integers(0, 10_000), st.integers(0, 40_000_000))
mixed = st.lists(st.tuples(seconds, st.booleans()), min_size=1, max_size=40)
tied = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=60)
one_fate = st.tuples(st.lists(seconds, min_size=1, max_size=30), st.booleans()).map(
    lambda drawn: [(one, drawn[1]) for one in drawn[0]]
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(mixed, tied, one_fate), min_size=1, max_size=6))
def test_times_and_curves_equal_lifelines(db: duckdb.DuckDBPyConnection, cohorts: list[Cohort]) -> None:
    agrees(db, cohorts)


def test_the_corners_equal_lifelines(db: duckdb.DuckDBPyConnection) -> None:
    agrees(
        db,
        [
            [(5, True)],
            [(5, False)],
            [(0, True)],
            [(0, False)],  # asked at the cut-off itself
            [(0, False), (0, True), (3, True)],
            [(7, True)] * 9,
            [(7, False)] * 9,
            [(7, True)] * 5 + [(7, False)] * 4,  # who waits as long as somebody was answered was still at risk then
            [(1, False), (2, False), (3, False), (4, True)],  # the last of all is answered
            [(1, True), (2, True), (3, True), (4, False)],
        ],
    )


def test_a_huge_cohort_equals_lifelines(db: duckdb.DuckDBPyConnection) -> None:
    chance = np.random.default_rng(3)
    waited = chance.lognormal(9, 1.3, 60_000).astype(int).tolist()
    agrees(db, [list(zip(waited, (chance.random(60_000) < 0.7).tolist(), strict=True))])


def test_a_curve_that_is_exactly_a_half_or_a_tenth_is_there(db: duckdb.DuckDBPyConnection) -> None:
    """Half of n answered one by one: (n-1)/n · (n-2)/(n-1) · … = 1/2, which products of floats miss by a hair."""
    sizes = range(20, 401, 20)
    ask(db, [[(number, 10 * number <= 9 * n) for number in range(1, n + 1)] for n in sizes])
    found = our_times(db)
    for place, n in enumerate(sizes):
        assert prod(Fraction(waiting - 1, waiting) for waiting in range(n, n // 2, -1)) == Fraction(1, 2)
        median, _, _, p90, _, _ = found[str(place), "calendar"]
        assert (median, p90) == (n // 2, 9 * n // 10)
    cohort = [(number, number <= 10) for number in range(1, 21)]
    assert np.isinf(fitted(cohort, "calendar").median_survival_time_), "lifelines says never, here of ten in twenty"
