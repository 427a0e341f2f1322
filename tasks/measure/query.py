"""Run one SELECT of a person's on the promised tables: a metric, a list, a rule that must hold."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from tasks import allowance, complaint, warehouse
from tasks.confined import limits as confined
from tasks.errors import MetricError
from tasks.measure import guard
from tasks.pointing import pointed

RESULT = "result"
#: So many faults of one file are told at once.
TOLD = 10
_alone = False
TOO_MUCH = 'Does a join lack one of its keys (week, dimension, "group"), so that every row meets every other?'


def select(
    db: warehouse.Connection,
    file: str,
    text: str,
    extra: frozenset[str] = frozenset(),
    seconds: int | None = None,
) -> pa.Table:
    """The rows of a file's query, which stay behind as the temporary table ``result``; raises MetricError. ``extra`` as
    in `guard.faults`; it may take so many ``seconds``, or as many as ``tasks.allowance`` says.
    """
    checked(db, file, text, extra)
    head = f"CREATE OR REPLACE TEMP TABLE {RESULT} AS "
    try:
        with limited(db, file, seconds):
            [(rows,)] = db.execute(head + text).fetchall()
            _few_enough(rows, file)
            return db.table(RESULT).to_arrow_table()
    except duckdb.Error as error:
        raise MetricError(pointed(file, text, complaint.fault(error, len(head)))) from None


@contextmanager
def limited(db: warehouse.Connection, about: str, seconds: int | None = None) -> Iterator[None]:
    """Stop what runs in here after so long, and say in words what it takes too much of; raises MetricError."""
    seconds = seconds or allowance.query_seconds()
    watches = [threading.Timer(seconds, db.interrupt)]
    if _alone:
        watches.append(threading.Timer(allowance.hard_seconds(seconds), _end, [about, seconds]))
    for watch in watches:
        watch.daemon = True
        watch.start()
    try:
        yield
    except duckdb.InterruptException:
        raise MetricError(f"{about}: it takes longer than {seconds} s, and was stopped. {TOO_MUCH}") from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise MetricError(f"{about}: it needs more than {allowance.query_mb()} MB of memory. {TOO_MUCH}") from None
    finally:
        for watch in watches:
            watch.cancel()


def alone() -> None:
    """From now on this process is a person's command: it has the memory of one query, and ends with one that cannot be
    stopped. (Where a report is made, ``tasks.measure.process`` looks after that.)
    """
    global _alone
    _alone = True
    confined.limit_memory(allowance.process_mb())


def _end(about: str, seconds: int) -> None:
    told = (
        f"weerklank: {about}: it takes longer than {seconds} s and cannot be stopped, so this command ends. {TOO_MUCH}"
    )
    print(told, file=sys.stderr, flush=True)
    os._exit(1)


def _few_enough(rows: int, file: str) -> None:
    if rows > allowance.MOST_ROWS:
        raise MetricError(
            f"{file}: it gives {rows:,} rows; more than {allowance.MOST_ROWS:,} are no metric. {TOO_MUCH}"
        )


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
        with limited(db, about):
            row: tuple[object, ...] | None = next(iter(db.execute(sql).fetchall()), None)
            return row
    except duckdb.Error as error:
        told = complaint.fault(error, len(head))
        raise MetricError("\n".join(filter(None, (f"{about}: {told.message}.", told.hint)))) from None
