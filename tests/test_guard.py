"""What an analyst's SQL may do, and what somebody is told who tries something else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import home, warehouse
from tasks.errors import MetricError
from tasks.measure import contract, guard, model, query
from tasks.measure.allowed import functions
from tasks.period import Week
from tasks.workbench.cases import desk as institution
from tasks.workbench.cases import fetch_windows, fill

QUERIES = tomllib.loads((Path(__file__).parent / "broken" / "queries.toml").read_text(encoding="utf-8"))["query"]


@pytest.fixture(scope="module")
def db() -> Iterator[warehouse.Connection]:
    """The promised tables with one message in them, locked."""
    desk = institution()
    week = Week.parse("2026-W37", desk.zone)
    with warehouse.connect(desk.zone) as found:
        windows = fetch_windows("source | start_at | end_at | status", desk.zone)
        fill(found, "item_id | created_at\nm1 | 2026-09-07 12:00", "from | until", windows)
        model.build(found, desk, [model.Period.of(str(week), "report", week, week)], model.HEADINGS)
        warehouse.lock(found)
        yield found


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in QUERIES])
def test_what_somebody_is_told(db: warehouse.Connection, case: dict[str, Any]) -> None:
    with pytest.raises(MetricError) as caught:
        query.select(db, "sql/metrics/mine.sql", case["sql"])
    assert str(caught.value) == case["says"].strip()


def test_every_metric_may_be_run(db: warehouse.Connection) -> None:
    for name in contract.names():
        assert guard.faults(db, contract.load(name).query) == []


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"SELECT {'(' * 10_000}1{')' * 10_000} AS n", "too deep inside each other"),
        (f"SELECT {'(SELECT ' * 500}1{')' * 500} AS n", "too deep inside each other"),
        (f"SELECT {'NOT ' * 5_000}true AS n", "too deep inside each other"),
        (f"SELECT 1 AS n {'UNION ALL SELECT 1 ' * 4_000}", "16,005 parts; 5,000 is the most"),
        (f"SELECT 1 AS n -- {'x' * 1_000_000}", "1,000,017 characters are no metric"),
        ("SELECT 1 AS n\0, now()", "now is not allowed"),
        ("SELECT 1 AS n\r\n,\r\n  now() AS m", "line 3, column 3: now is not allowed"),
    ],
    ids=["brackets", "queries", "words", "pieces", "long", "NUL", "lines of Windows"],
)
def test_what_no_editor_would_write(db: warehouse.Connection, sql: str, message: str) -> None:
    with pytest.raises(MetricError, match=message):
        query.select(db, "sql/metrics/mine.sql", sql)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH a AS (SELECT 1 AS n), b AS (SELECT n FROM a) SELECT n FROM (SELECT a.n FROM a, b) AS c",
        'WITH "A b" AS MATERIALIZED (SELECT 1 AS n) SELECT n FROM "a B"',
        "WITH a AS (SELECT 1 AS n) (WITH b AS (FROM a) SELECT n FROM b) UNION ALL SELECT n FROM a LIMIT 1",
        "WITH a AS (SELECT 1 AS n) SELECT (SELECT max(n) FROM a) AS n",
        "SELECT count(*) - count(*) + 1 AS n FROM core.kaplan_meier('core.asked_line')",
    ],
)
def test_names_of_with_are_known_where_they_are(db: warehouse.Connection, sql: str) -> None:
    assert query.select(db, "sql/metrics/mine.sql", sql).to_pylist() == [{"n": 1}]


@pytest.mark.parametrize(
    "rule",
    [
        "n > 0) ; COPY (SELECT 1) TO '/tmp/weerklank-rule' --",
        "n > (SELECT count(*) FROM '/etc/passwd')",
        "now() > '2026-01-01'",
    ],
)
def test_a_check_of_a_contract_is_guarded_too(db: warehouse.Connection, rule: str) -> None:
    query.select(db, "sql/metrics/mine.sql", "SELECT 1 AS n")
    with pytest.raises(MetricError, match="the check “"):
        query.broken(db, "sql/metrics/mine.sql", rule)
    assert not Path("/tmp/weerklank-rule").exists()


def test_every_function_that_may_be_called_is_one_and_none_reads_files_or_settings(db: warehouse.Connection) -> None:
    known = {
        name: (kind, stable)
        for name, kind, stable in db.execute(
            "SELECT function_name, any_value(function_type), bool_and(coalesce(stability, '') <> 'VOLATILE') "
            "FROM duckdb_functions() GROUP BY ALL"
        ).fetchall()
    }
    # What the parser makes something else of: window functions, operators of its own, COALESCE and its kin.
    parsed = {"count_star", "coalesce", "if", "nullif", "ifnull", "unnest", "row", "//", "!~", "list_count"}
    windows = tomllib.loads((home.SQL / "functions.toml").read_text(encoding="utf-8"))["may"]["windows"].split()
    assert functions().may - known.keys() - parsed - set(windows) == set()
    assert {name for name in functions().may & known.keys() if not known[name][1]} == set()
    assert {known[name][0] for name in functions().may & known.keys()} <= {
        "scalar",
        "aggregate",
        "macro",
        "table",
        "window",
    }
    assert functions().may & functions().may_not.keys() == set()


def test_lines_and_columns_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.sql"
    source = (home.SQL / "metrics" / "mention_volume.sql").read_text(encoding="utf-8")
    path.write_text(source.replace("éé", ""), encoding="utf-8")
    metric = contract.read(path)
    assert len(metric.query.encode()) == len(metric.source.encode())
    assert metric.query.count("\n") == metric.source.count("\n")
    assert metric.query.strip() == metric.sql.strip()
