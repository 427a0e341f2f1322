"""Every file in sql/metrics against its cases in tests/metrics: given messages, expect rows.

A case gives messages as a text table (an empty cell is NULL, times are Amsterdam time) and expects the columns it
names, in the order of the query, for one heading (``by``, default all). ``daily`` gives weeks of history, so many a day
(tests/daily.py). The desk of the cases is open Monday to Friday, nine to five, and promises an answer within four open
hours; ``[defaults]`` or a case may say otherwise in ``respond`` (keys of that table) and ``config`` (other tables of an
institution's file, like ``hours`` or ``academic``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from tasks import warehouse
from tasks.measure import contract, model, run
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition, weeks
from tests import daily

HERE = Path(__file__).parent / "metrics"
MESSAGE = {"source": "mastodon", "kind": "post", "direction": "inbound", "sentiment": "neutral"}


def institution(config: Mapping[str, Any] | None = None, **respond: Any) -> Institution:
    """The desk of the cases; ``config`` replaces other tables of its file."""
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


def cases() -> Iterator[Any]:
    for file in sorted(HERE.glob("*.toml")):
        spec = tomllib.loads(file.read_text(encoding="utf-8"))
        for case in spec["case"]:
            yield pytest.param(file.stem, spec.get("defaults", {}) | case, id=f"{file.stem}: {case['name']}")


def rows(table: str) -> tuple[list[str], list[list[str | None]]]:
    header, *body = [[cell.strip() or None for cell in line.split("|")] for line in table.strip().splitlines()]
    return [name or "" for name in header], body


def fill(db: warehouse.Connection, table: str, history: str, windows: pa.Table) -> None:
    """Put the messages of a case into staging.mention and make their conversations; the rest takes the defaults."""
    weeks.blank(db)
    columns, body = rows(table)
    for line in body:
        message = MESSAGE | dict(zip(columns, line, strict=True))
        message.setdefault("author_key", message["item_id"])
        if message["direction"] == "inbound":
            message.setdefault("eligibility", "repost" if message["kind"] == "repost" else "eligible")
        names, slots = ", ".join(message), ", ".join(f"${name}" for name in message)
        db.execute(f"INSERT INTO staging.mention ({names}) VALUES ({slots})", message)
    daily.fill(db, *rows(history))
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


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_metric(name: str, case: dict[str, Any]) -> None:
    cases_of = institution(case.get("config"), **case.get("respond", {}))
    zone = cases_of.zone
    week = Week.parse(case.get("week", "2026-W37"), zone)
    as_of = datetime.fromisoformat(case["as_of"]).replace(tzinfo=zone) if "as_of" in case else None
    periods = [model.Period.of(str(week), "report", week, week, as_of)]
    if "pool" in case:
        first, last = (Week.parse(text, zone) for text in case["pool"])
        periods.append(model.Period.of("all", "pooled", first, last))
    with warehouse.connect(zone) as db:
        windows = fetch_windows(case.get("windows", "source | start_at | end_at | status"), zone)
        fill(db, case["given"], case.get("daily", "from | until"), windows)
        model.build(db, cases_of, periods, model.HEADINGS)
        warehouse.lock(db)
        result = run.records(run.run(db, contract.load(name)))

    columns, expected = rows(case["expect"])
    got = [
        [None if row[column] is None else str(row[column]) for column in columns]
        for row in result
        if row["dimension"] == case.get("by", "all")
    ]
    assert got == expected


def test_every_metric_has_cases_with_a_quiet_and_a_one_message_week() -> None:
    assert set(contract.names()) == {path.stem for path in HERE.glob("*.toml")}
    for path in HERE.glob("*.toml"):
        names = [case["name"] for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
        for kind in ("quiet week", "one-message week"):
            assert any(kind in name for name in names), (path.name, kind)
