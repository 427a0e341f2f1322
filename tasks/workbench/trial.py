"""Running the cases of a metric or a data test, each on promised tables of its own in a database that reads no file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from tasks import allowance, warehouse
from tasks.errors import CheckFailed, MetricError, UsageError
from tasks.measure import data_test, model, run
from tasks.measure.contract import Metric
from tasks.measure.data_test import DataTest
from tasks.period import Week
from tasks.settings import Institution
from tasks.workbench import cases
from tasks.workbench.cases import Case, Table

AT_ONCE = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns a case looks at, what it expects in them, and what came."""

    columns: list[str]
    expected: Table
    got: Table

    @property
    def holds(self) -> bool:
        return self.expected == self.got


def outcomes(
    listed: Sequence[Case], subject: Metric | DataTest
) -> Iterator[tuple[Case, Outcome | MetricError | CheckFailed]]:
    """Every case with what came of it, in order, some at the same time: DuckDB lets Python go on while it works. Each
    thread has one database for all its cases: opening one costs as much as half a case.
    """
    free: SimpleQueue[warehouse.Connection] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            free.put(stack.enter_context(_locked()))

        def tried(case: Case) -> Outcome | MetricError | CheckFailed:
            db = free.get()
            try:
                warehouse.reset(db)
                return _outcome(db, case, subject)
            except (MetricError, CheckFailed) as error:
                return error
            finally:
                free.put(db)

        pool = ThreadPoolExecutor(AT_ONCE)
        stack.callback(pool.shutdown, cancel_futures=True)
        yield from zip(listed, pool.map(tried, listed), strict=True)


def outcome(case: Case, subject: Metric | DataTest) -> Outcome:
    """Run a metric or a data test on what a case gives. Raises MetricError (the case or the SQL is wrong) or
    CheckFailed.
    """
    with _locked() as db:
        return _outcome(db, case, subject)


def _locked() -> warehouse.Connection:
    """An empty database that reads no file at all, on the clock of the desk."""
    db = warehouse.connect(cases.desk().zone, threads=1)
    warehouse.lock(db)
    return db


@contextmanager
def prepared(case: Case) -> Iterator[warehouse.Connection]:
    """A database with the promised tables of a case; raises MetricError when the case is wrong."""
    with _locked() as db:
        with _readable(case):
            _fill(db, case)
        yield db


@contextmanager
def _readable(case: Case) -> Iterator[None]:
    """What is wrong with what a case says is told as such."""
    try:
        yield
    except (ValidationError, UsageError, ValueError, KeyError, duckdb.Error) as error:
        raise MetricError(f"{_named(case)} cannot be read: {str(error).splitlines()[0]}") from None


def _fill(db: warehouse.Connection, case: Case) -> None:
    given, periods = _given(case)
    windows = cases.fetch_windows(case.said.get("windows", cases.NO_WINDOWS), given.zone)
    cases.fill(db, case.said["given"], case.said.get("daily", cases.NO_DAYS), windows)
    model.build(db, given, periods, model.HEADINGS)


def _outcome(db: warehouse.Connection, case: Case, subject: Metric | DataTest) -> Outcome:
    with _readable(case):
        columns, expected = cases.rows(case.said["expect"])
        _fill(db, case)
        result = run.records(_run(db, subject), subject.file)
    if result and (unknown := [column for column in columns if column not in result[0]]):
        raise MetricError(f"{_named(case)} expects a column {unknown[0]}; the query gives {', '.join(result[0])}.")
    got = [
        [None if row[column] is None else str(row[column]) for column in columns]
        for row in result
        if row.get("dimension", "all") == case.said.get("by", "all")
    ]
    return Outcome(columns, expected, got)


def _run(db: warehouse.Connection, subject: Metric | DataTest) -> pa.Table:
    if isinstance(subject, DataTest):
        return data_test.run(db, subject, allowance.CASE_SECONDS)
    return run.run(db, subject, allowance.CASE_SECONDS)


def _given(case: Case) -> tuple[Institution, list[model.Period]]:
    said = case.said
    found = cases.desk(said.get("config"), **said.get("respond", {}))
    zone = found.zone
    week = Week.parse(said.get("week", "2026-W37"), zone)
    as_of = datetime.fromisoformat(said["as_of"]).replace(tzinfo=zone) if "as_of" in said else None
    periods = [model.Period.of(str(week), "report", week, week, as_of)]
    if "pool" in said:
        first, last = (Week.parse(text, zone) for text in said["pool"])
        periods.append(model.Period.of("all", "pooled", first, last))
    return found, periods


def _named(case: Case) -> str:
    return f"{case.file}: the case “{case.name}”"
