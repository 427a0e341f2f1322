"""Run one metric file and see that it keeps its promises."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tasks import warehouse
from tasks.errors import CheckFailed, MetricError
from tasks.measure import guard, query
from tasks.measure.contract import Metric

#: What gives a metric its rows for weeks in which nothing happened is no input.
EVERYBODY_READS = ("core.every_week", "core.period")


def run(db: warehouse.Connection, metric: Metric) -> pa.Table:
    """The rows in the order of the query. Raises MetricError (the SQL is wrong) or CheckFailed (the numbers are)."""
    table = query.select(db, metric.file, metric.query)
    _reads_what_it_says(db, metric)
    _has_columns(metric, table.column_names)
    _one_row_each(db, metric)
    for rule in metric.contract.checks:
        if row := query.broken(db, metric.file, rule):
            raise CheckFailed(f"{metric.file}: “{rule}” does not hold for {row}.")
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


def _reads_what_it_says(db: warehouse.Connection, metric: Metric) -> None:
    """An auditor follows ``reads`` from a figure to its rows."""
    unsaid = guard.tables(db, metric.query) - {*metric.contract.reads, *EVERYBODY_READS}
    if unsaid:
        raise MetricError(f"{metric.file}: the query reads {min(unsaid)}; say so in the contract: reads = [… ].")


def _has_columns(metric: Metric, columns: list[str]) -> None:
    show = metric.contract.show
    promised = [*metric.contract.grain, "n", show.headline, *(name for name in (show.low, show.high) if name)]
    if missing := [name for name in promised if name not in columns]:
        raise MetricError(
            f"{metric.file}: the contract promises the column “{missing[0]}”, the query gives {', '.join(columns)}."
        )


def _one_row_each(db: warehouse.Connection, metric: Metric) -> None:
    grain = ", ".join(f'"{column}"' for column in metric.contract.grain)
    twice = db.sql(f"SELECT {grain} FROM {query.RESULT} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchall()  # noqa: S608
    if twice:
        raise CheckFailed(f"{metric.file}: more than one row for the same {grain}: {twice[0]}.")
