"""Run one metric file and see that it keeps its promises."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from tasks import warehouse
from tasks.errors import CheckFailed, MetricError
from tasks.measure.contract import CLOSE, Metric


def run(db: warehouse.Connection, metric: Metric) -> pa.Table:
    """The rows in the order of the query. Raises MetricError (the SQL is wrong) or CheckFailed (the numbers are)."""
    try:
        # The contract's lines stay as blank ones, so that DuckDB counts lines as an editor does.
        sql = "\n" * metric.source.partition(CLOSE)[0].count("\n") + metric.sql
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise MetricError(f"{metric.name}.sql: a metric is one SELECT and nothing else.")
        db.execute(f"CREATE OR REPLACE TEMP TABLE result AS {sql}")
    except duckdb.Error as error:
        raise MetricError(f"{metric.name}.sql: DuckDB cannot run this query.\n{error}") from None
    table = db.table("result").to_arrow_table()
    _has_columns(metric, table.column_names)
    _one_row_each(db, metric)
    for rule in metric.contract.checks:
        _holds(db, metric, rule)
    return table


def records(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as values that JSON knows: moments as text with their offset, whole numbers whole, an empty cell None."""
    return [{name: _plain(value) for name, value in row.items()} for row in table.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise MetricError(f"a result is {value}, which cannot be printed: guard the division with nullif(…, 0).")
        return int(value) if value == int(value) else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise MetricError(f"a result is of a kind that cannot be printed ({type(value).__name__}): cast it.")


def _has_columns(metric: Metric, columns: list[str]) -> None:
    show = metric.contract.show
    promised = [*metric.contract.grain, "n", show.headline, *(name for name in (show.low, show.high) if name)]
    if missing := [name for name in promised if name not in columns]:
        raise MetricError(
            f"{metric.name}.sql: the contract promises the column “{missing[0]}”, the query gives {', '.join(columns)}."
        )


def _one_row_each(db: warehouse.Connection, metric: Metric) -> None:
    grain = ", ".join(f'"{column}"' for column in metric.contract.grain)
    twice = db.sql(f"SELECT {grain} FROM result GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchall()  # noqa: S608
    if twice:
        raise CheckFailed(f"{metric.name}.sql: more than one row for the same {grain}: {twice[0]}.")


def _holds(db: warehouse.Connection, metric: Metric, rule: str) -> None:
    try:
        broken = db.sql(f"SELECT * FROM result WHERE NOT ({rule}) LIMIT 1").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise MetricError(f"{metric.name}.sql: the check “{rule}” cannot be run.\n{error}") from None
    if broken:
        raise CheckFailed(f"{metric.name}.sql: “{rule}” does not hold for {broken[0]}.")
