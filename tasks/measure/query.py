"""Run one SELECT of a person's on the promised tables: a metric, a list, a rule that must hold."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from tasks import complaint, warehouse
from tasks.errors import MetricError
from tasks.measure import guard
from tasks.pointing import pointed

RESULT = "result"
#: So many faults of one file are told at once.
TOLD = 10


def select(db: warehouse.Connection, file: str, text: str, extra: frozenset[str] = frozenset()) -> pa.Table:
    """The rows of a file's query, which stay behind as the temporary table ``result``; raises MetricError. ``extra`` as
    in `guard.faults`.
    """
    checked(db, file, text, extra)
    head = f"CREATE OR REPLACE TEMP TABLE {RESULT} AS "
    try:
        db.execute(head + text)
        return db.table(RESULT).to_arrow_table()
    except duckdb.Error as error:
        raise MetricError(pointed(file, text, complaint.fault(error, len(head)))) from None


def checked(db: warehouse.Connection, file: str, text: str, extra: frozenset[str] = frozenset()) -> None:
    """Raise MetricError with everything in a query that must not be there."""
    if found := guard.faults(db, text, extra):
        told = [pointed(file, text, one) for one in found[:TOLD]]
        raise MetricError("\n".join([*told, *(["…"] if len(found) > TOLD else [])]))


def broken(db: warehouse.Connection, file: str, rule: str) -> tuple[object, ...] | None:
    """The first row of ``result`` for which a rule of the contract does not hold; raises MetricError."""
    head = f"SELECT * FROM {RESULT} WHERE NOT ("  # noqa: S608 what comes after it is guarded below
    sql = f"{head}{rule}\n) LIMIT 1"
    about = f"{file}, the check “{rule}”"
    try:
        if found := guard.faults(db, sql, frozenset({RESULT})):
            raise MetricError(f"{about}: {found[0].message}.")
        row: tuple[object, ...] | None = next(iter(db.execute(sql).fetchall()), None)
        return row
    except duckdb.Error as error:
        told = complaint.fault(error, len(head))
        raise MetricError("\n".join(filter(None, (f"{about}: {told.message}.", told.hint)))) from None
