"""The cases of a metric, tests/metrics/NAME.toml: given messages, expect rows.

A case gives messages as a text table (an empty cell is NULL, times are Amsterdam time) and expects the columns it
names, in the order of the query, for one heading (``by``, default all). ``daily`` gives weeks of history, so many a
day (tasks/workbench/history.py). The desk of the cases is open Monday to Friday, nine to five, and promises an answer
within four open hours; ``[defaults]`` or a case may say otherwise in ``respond`` (keys of that table) and ``config``
(other tables of an institution's file, like ``hours`` or ``academic``).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from tasks import allowance, home, mistakes, warehouse
from tasks.errors import CheckFailed, MetricError, UsageError
from tasks.measure import data_test, model, run
from tasks.measure.contract import Metric
from tasks.measure.data_test import DataTest
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition, weeks
from tasks.workbench import history

FOLDER = home.ROOT / "tests" / "metrics"
#: Those of the data tests.
TESTS = home.ROOT / "tests" / "checks"
MESSAGE = {"source": "mastodon", "kind": "post", "direction": "inbound", "sentiment": "neutral"}
NO_WINDOWS = "source | start_at | end_at | status"
NO_DAYS = "from | until"
AT_ONCE = min(4, os.cpu_count() or 1)
Table = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Case:
    """One of them: its name, and what its file says."""

    metric: str
    name: str
    said: dict[str, Any]
    file: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns a case looks at, what it expects in them, and what came."""

    columns: list[str]
    expected: Table
    got: Table

    @property
    def holds(self) -> bool:
        return self.expected == self.got


def file_of(metric: str) -> Path:
    """Where a metric's cases are."""
    return FOLDER / f"{metric}.toml"


def load(metric: str) -> list[Case]:
    """The cases of a metric; raises MetricError with the file and what to do."""
    return _read(file_of(metric), f"tests/metrics/{metric}.toml")


def of_test(name: str) -> list[Case]:
    """The cases of a data test; raises MetricError."""
    return _read(TESTS / f"{name}.toml", f"tests/checks/{name}.toml")


def _read(path: Path, file: str) -> list[Case]:
    try:
        text = path.read_text(encoding="utf-8")
        said = tomllib.loads(text)
    except FileNotFoundError:
        raise MetricError(f"{file} is missing: every metric has cases. ./weerklank metric new makes both.") from None
    except UnicodeDecodeError:
        raise MetricError(f"{file}: the file is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise MetricError(mistakes.toml(file, text, error)) from None
    found = [
        Case(path.stem, str(one.get("name", "")), said.get("defaults", {}) | one, file) for one in said.get("case", [])
    ]
    for case in found:
        for key in ("name", "given", "expect"):
            if not isinstance(case.said.get(key), str):
                raise MetricError(f"{file}: the case “{case.name}” has no {key}.")
    if not found:
        raise MetricError(f"{file} has no [[case]].")
    return found


def desk(config: Mapping[str, Any] | None = None, **respond: Any) -> Institution:
    """The institution of the cases; ``config`` replaces other tables of its file."""
    return Institution.model_validate(
        {
            "slug": "cases",
            "institution": {"name": "Cases", "timezone": "Europe/Amsterdam", "country": "NL", "languages": ["en"]},
            "respond": respond,
            "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "until": "17:00"}],
            "source": [{"id": "mastodon", "type": "files", "name": {"nl": "Mastodon", "en": "Mastodon"}}],
            "department": [
                {"id": "it", "name": {"nl": "IT", "en": "IT"}},
                {"id": "exams", "name": {"nl": "T", "en": "E"}},
            ],
            "deliver": {"sender": "a@b.example", "recipients": [{"email": "c@d.example", "language": "en"}]},
        }
        | dict(config or {})
    )


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
    db = warehouse.connect(desk().zone, threads=1)
    warehouse.lock(db)
    return db


def _outcome(db: warehouse.Connection, case: Case, subject: Metric | DataTest) -> Outcome:
    try:
        given, periods = _given(case)
        columns, expected = rows(case.said["expect"])
        windows = fetch_windows(case.said.get("windows", NO_WINDOWS), given.zone)
        fill(db, case.said["given"], case.said.get("daily", NO_DAYS), windows)
        model.build(db, given, periods, model.HEADINGS)
        result = run.records(_run(db, subject), subject.file)
    except (ValidationError, UsageError, ValueError, KeyError, duckdb.Error) as error:
        raise MetricError(f"{_named(case)} cannot be read: {str(error).splitlines()[0]}") from None
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


def _named(case: Case) -> str:
    return f"{case.file}: the case “{case.name}”"


def _given(case: Case) -> tuple[Institution, list[model.Period]]:
    said = case.said
    found = desk(said.get("config"), **said.get("respond", {}))
    zone = found.zone
    week = Week.parse(said.get("week", "2026-W37"), zone)
    as_of = datetime.fromisoformat(said["as_of"]).replace(tzinfo=zone) if "as_of" in said else None
    periods = [model.Period.of(str(week), "report", week, week, as_of)]
    if "pool" in said:
        first, last = (Week.parse(text, zone) for text in said["pool"])
        periods.append(model.Period.of("all", "pooled", first, last))
    return found, periods


def rows(table: str) -> tuple[list[str], Table]:
    """The header and the lines of a text table; raises ValueError for a line with another number of cells."""
    header, *body = [[cell.strip() or None for cell in line.split("|")] for line in table.strip().splitlines()]
    for line in body:
        if len(line) != len(header):
            raise ValueError(
                f"{len(line)} cells below {len(header)} columns: {' | '.join(cell or '' for cell in line)}"
            )
    return [name or "" for name in header], body


def fill(db: warehouse.Connection, table: str, daily: str, windows: pa.Table) -> None:
    """Put the messages of a case into staging.mention and make their conversations; the rest takes the defaults."""
    weeks.blank(db)
    columns, body = rows(table)
    known = {name for (name, *_) in db.execute("DESCRIBE staging.mention").fetchall()}
    if unknown := [name for name in columns if name not in known]:
        raise ValueError(f"a message has no {unknown[0]}; it has {', '.join(sorted(known))}")
    for line in body:
        message = MESSAGE | dict(zip(columns, line, strict=True))
        message.setdefault("author_key", message["item_id"])
        if message["direction"] == "inbound":
            message.setdefault("eligibility", "repost" if message["kind"] == "repost" else "eligible")
        names, slots = ", ".join(message), ", ".join(f"${name}" for name in message)
        db.execute(f"INSERT INTO staging.mention ({names}) VALUES ({slots})", message)  # noqa: S608 known names
    history.fill(db, *rows(daily))
    weeks.converse(db, *weeks.ALWAYS)
    warehouse.put(db, "staging.fetch_windows", windows)


def fetch_windows(table: str, zone: ZoneInfo) -> pa.Table:
    """What was asked of the sources in a case, and what came of it."""
    columns, body = rows(table)
    listed: list[dict[str, Any]] = [dict(zip(columns, line, strict=True)) for line in body]
    for window in listed:
        for end in ("start_at", "end_at"):
            window[end] = datetime.fromisoformat(window[end]).replace(tzinfo=zone)
    return pa.Table.from_pylist(listed, partition.WINDOWS)
