"""The cases of a metric, tests/metrics/NAME.toml: given messages, expect rows.

A case gives messages as a text table (an empty cell is NULL, times are Amsterdam time) and expects the columns it
names, in the order of the query, for one heading (``by``, default all). ``daily`` gives weeks of history, so many a
day (tasks/workbench/history.py). The desk of the cases is open Monday to Friday, nine to five, and promises an answer
within four open hours; ``[defaults]`` or a case may say otherwise in ``respond`` (keys of that table) and ``config``
(other tables of an institution's file, like ``hours`` or ``academic``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from tasks import home, mistakes, warehouse
from tasks.errors import MetricError
from tasks.settings import Institution
from tasks.stage import partition, weeks
from tasks.workbench import history

FOLDER = home.ROOT / "tests" / "metrics"
#: Those of the data tests.
TESTS = home.ROOT / "tests" / "checks"
MESSAGE = {"source": "mastodon", "kind": "post", "direction": "inbound", "sentiment": "neutral"}
NO_WINDOWS = "source | start_at | end_at | status"
NO_DAYS = "from | until"
Table = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Case:
    """One of them: its name, and what its file says."""

    metric: str
    name: str
    said: dict[str, Any]
    file: str


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
        said = mistakes.parsed(text)
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
