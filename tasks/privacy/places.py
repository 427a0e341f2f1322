"""Where anything is kept, with its columns as the code makes them: what the data map describes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import Table

from tasks import home, warehouse
from tasks.deliver import schema
from tasks.desk import book as desk_book
from tasks.digest import book as digest_book
from tasks.editorial import Editorial
from tasks.extract import cursor, landing, remembered
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, KEYS
from tasks.imports.take import REMEMBERED
from tasks.privacy.plan import Plan
from tasks.privacy.requests import Request
from tasks.quality.labels import Label
from tasks.review import book
from tasks.sentiment import kept
from tasks.stage import corrections, partition, rows, weeks
from tasks.topics import urgency
from tasks.topics.listening import URGENT
from tasks.withdrawal import Withdrawal

#: What has no columns of ours: described as a whole.
WHOLE = (
    "airflow", "airflow_logs", "editions", "editions_quoted", "inbox", "keys", "lake_document", "lake_measured",
    "mailbox", "privacy_receipts", "raw_refused", "read_by_people", "reports_config",
)  # fmt: skip


def places() -> dict[str, tuple[str, ...]]:
    """Every place with its columns, in the order of the data's way; ``WHOLE`` ones have none."""
    found = {
        "raw_pages": (*sorted(KEYS), *(f"case.{name}" for name in (*CASE_TEXTS, *CASE_TIMES))),
        "raw_manifests": _fields(landing.Page),
        "raw_remembered": _fields(remembered.Remembered),
        "raw_rows": tuple(rows.LANDED.names),
        "raw_windows": _fields(landing.Window),
        "raw_received": REMEMBERED,
        **_lake(),
        "labels": _fields(Label),
        "editor": tuple(Editorial.model_fields),
        "erasures": _fields(Plan),
        "erase_requests": _fields(Request),
        "withdrawn": _fields(Withdrawal),
        **{f"ledger_{table.name}": tuple(table.columns.keys()) for table in _ledger()},
    }
    return found | dict.fromkeys(WHOLE, ())


def _lake() -> dict[str, tuple[str, ...]]:
    with warehouse.connect(ZoneInfo("Europe/Amsterdam"), threads=1) as db:
        weeks.nothing(db)
        mention = db.table("staging.mention").columns
        made = {table: db.table(source).columns for table, source in weeks.KEPT.items()}
        made["open_before"] = db.view("staging.next_open_before").columns
        db.table("staging.mention").create_view("mention")
        always = {name: pa.array([at], rows.TIME) for name, at in zip(("start_at", "as_of"), weeks.ALWAYS, strict=True)}
        warehouse.put(db, "this_week", pa.table(always))
        warehouse.run_file(db, home.SQL / "restated" / "item.sql")
        known = db.sql((home.SQL / "restated" / "known.sql").read_text(encoding="utf-8")).columns
    with warehouse.connect(ZoneInfo("Europe/Amsterdam"), threads=1) as db:
        warehouse.reset(db)
        warehouse.put(db, "staging.handed", rows.LANDED.empty_table())
        warehouse.put(db, "staging.correction", corrections.SCHEMA.empty_table())
        warehouse.run_file(db, home.SQL / "staging" / "05_corrected.sql")
        corrected = db.table("staging.corrected").columns
    found: dict[str, Iterable[str]] = {
        "mentions": mention,
        **made,
        "quarantine": rows.QUARANTINE.names,
        "fetch_windows": partition.WINDOWS.names,
        urgency.TABLE: URGENT.names,
        corrections.TABLE: corrected,
        **dict.fromkeys(kept.TABLES, ("text_key", "row")),
        "first_measured": known,
    }
    return {f"lake_{name}": tuple(columns) for name, columns in found.items()}


def _fields(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _ledger() -> list[Table]:
    ours = {book.review, cursor.source_cursor, digest_book.told_item, desk_book.desk_entry}
    return sorted({*schema.metadata.sorted_tables, *ours}, key=lambda table: table.name)
