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
#: Columns that the report reads as numbers where a metric has them.
NUMBERS = ("authors", "followed_open_seconds", "followed_calendar_seconds")


def run(db: warehouse.Connection, metric: Metric, seconds: int | None = None) -> pa.Table:
    """The rows in the order of the query, which may take so many ``seconds``. Raises MetricError (the SQL is wrong) or
    CheckFailed (the numbers are).
    """
    table = query.select(db, metric.file, metric.query, seconds=seconds)
    _reads_what_it_says(db, metric)
    _has_columns(metric, table.schema)
    _one_row_each(db, metric)
    for rule in metric.contract.checks:
        if row := query.broken(db, metric.file, rule):
            raise CheckFailed(f"{metric.file}: “{rule}” does not hold for {row}.")
    return table


def records(table: pa.Table, file: str = "a table of ours") -> list[dict[str, Any]]:
    """Rows of a file's query as values that JSON knows: moments as text with their offset, whole numbers whole, an
    empty cell None. Raises MetricError.
    """
    return [{name: _cell(file, name, value) for name, value in row.items()} for row in table.to_pylist()]


def _cell(file: str, column: str, value: Any) -> Any:
    try:
        return _plain(value)
    except MetricError as error:
        raise MetricError(f"{file}: in the column “{column}”, {error}.") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise MetricError(f"{value} cannot be printed: guard the division with nullif(…, 0)")
        return int(value) if value == int(value) else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise MetricError(f"a {type(value).__name__} cannot be printed: cast it to a number or a text")


def _reads_what_it_says(db: warehouse.Connection, metric: Metric) -> None:
    """An auditor follows ``reads`` from a figure to its rows."""
    unsaid = guard.tables(db, metric.query) - {*metric.contract.reads, *EVERYBODY_READS}
    if unsaid:
        raise MetricError(f"{metric.file}: the query reads {min(unsaid)}; say so in the contract: reads = [… ].")


def _has_columns(metric: Metric, schema: pa.Schema) -> None:
    show = metric.contract.show
    numbers = ["n", show.headline, *(name for name in (show.low, show.high) if name)]
    if missing := [name for name in (*metric.contract.grain, *numbers) if name not in schema.names]:
        given = ", ".join(schema.names)
        raise MetricError(
            f"{metric.file}: the contract promises the column “{missing[0]}”, the query gives {given}."
            " Is a comma missing?"
        )
    for name in (*numbers, *(name for name in NUMBERS if name in schema.names)):
        if not _is_number(schema.field(name).type):
            raise MetricError(f"{metric.file}: the column “{name}” must be a number, and is {schema.field(name).type}.")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _one_row_each(db: warehouse.Connection, metric: Metric) -> None:
    grain = ", ".join(f'"{column}"' for column in metric.contract.grain)
    twice = db.sql(f"SELECT {grain} FROM {query.RESULT} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchall()  # noqa: S608
    if twice:
        raise CheckFailed(f"{metric.file}: more than one row for the same {grain}: {twice[0]}.")
