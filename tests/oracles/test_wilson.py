"""Wilson's interval against statsmodels."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from tasks import warehouse

counts = st.one_of(st.integers(1, 40), st.integers(1, 10_000_000)).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, n), st.sampled_from([0, n])), st.just(n))
)


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("CREATE SCHEMA core")
        warehouse.core(made, "macros")
        yield made


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(counts, min_size=1, max_size=50))
def test_wilson_equals_statsmodels(db: duckdb.DuckDBPyConnection, counted: list[tuple[int, int]]) -> None:
    hits, n = (np.array(column) for column in zip(*counted, strict=True))
    db.register("counted", pa.table({"place": np.arange(len(n)), "hits": hits, "n": n}))
    ours = db.sql(
        "SELECT core.wilson_low_pct(hits, n) AS low, core.wilson_high_pct(hits, n) AS high FROM counted ORDER BY place"
    ).fetchnumpy()
    low, high = proportion_confint(hits, n, alpha=0.05, method="wilson")
    # Ours are rounded to four decimals of a per cent.
    np.testing.assert_allclose(ours["low"], 100 * low, atol=5.1e-5, rtol=0)
    np.testing.assert_allclose(ours["high"], 100 * high, atol=5.1e-5, rtol=0)


def test_nothing_counted_has_no_interval(db: duckdb.DuckDBPyConnection) -> None:
    assert db.sql("SELECT core.wilson_low_pct(0, 0), core.wilson_high_pct(0, 0)").fetchall() == [(None, None)]
