"""Which weeks are stale, and what is carried from one week to the next."""

from __future__ import annotations

import hashlib
from datetime import datetime

import duckdb
import pyarrow as pa

from tasks import home, lake, warehouse
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition, rows

#: The core tables that decide what is carried along.
CARRYING = ("message", "waiting_turn", "carried")


def refresh(institution: Institution, until: Week) -> dict[str, int]:
    """Stage every stale week up to the one after ``until`` (answers of its Monday morning); {week: mentions}."""
    pages = partition.Pages(institution)
    first = min((page.first_at for page in pages.all if page.first_at), default=None)
    if first is None:
        earliest = until
    else:
        earliest = min(Week.containing(datetime.fromisoformat(first), institution.zone), until, key=lambda w: w.monday)
    staged: dict[str, int] = {}
    carried = _carry_inputs(institution, None, earliest)
    with warehouse.connect(institution.zone, threads=1) as db:  # many small queries: threads only wait for each other
        for week in earliest.until(until.shift(1)):
            name = str(week)
            made_from = partition.inputs(institution, pages, week)
            if lake.inputs("open_before", institution.slug, name) != carried:
                _carry(db, institution, week, carried)
            if any(lake.inputs(table, institution.slug, name) != made_from for table in partition.TABLES):
                staged[name], _ = partition.write(db, institution, pages, week, made_from)
            carried = _carry_inputs(institution, carried, week)
    return staged


def _carry_inputs(institution: Institution, before: str | None, week: Week) -> str:
    """What the open items at the end of ``week`` depend on: those at its start, its mentions, and the model."""
    if before is None:
        return "none"
    mentions = lake.inputs("mentions", institution.slug, str(week)) or ""
    model = [(home.SQL / "core" / f"{name}.sql").read_text(encoding="utf-8") for name in CARRYING]
    return hashlib.sha256("\n".join([before, mentions, *model]).encode()).hexdigest()


def _carry(db: warehouse.Connection, institution: Institution, week: Week, made_from: str) -> None:
    """Write what ``week`` must know of the weeks before it, so that no report reads all history."""
    before = str(week.shift(-1))
    same = lake.read("open_before", institution.slug, before)
    if same is not None and not same.num_rows and not lake.count("mentions", institution.slug, before):
        lake.replace("open_before", institution.slug, str(week), same, made_from)
        return
    warehouse.reset(db)
    load(db, institution.slug, [before], open_before=before)
    warehouse.put(db, "core.week_end", pa.table({"at": pa.array([week.start], rows.TIME)}))
    warehouse.core(db, *CARRYING)
    waiting = db.table("core.carried").to_arrow_table()
    lake.replace("open_before", institution.slug, str(week), waiting, made_from)


def load(db: warehouse.Connection, slug: str, weeks: list[str], *, open_before: str) -> None:
    """Fill ``staging.mention`` with whole weeks plus what was still waiting when the first of them began."""
    warehouse.core(db, "mention")
    for table, wanted in (("mentions", weeks), ("open_before", [open_before])):
        for path in lake.existing(table, slug, wanted):
            try:
                db.execute(
                    "INSERT INTO staging.mention BY NAME SELECT * FROM read_parquet($path, hive_partitioning = false)",
                    {"path": path},
                )
            except duckdb.Error:
                raise lake.damaged(path) from None
