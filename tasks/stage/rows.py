"""One raw page as a typed table: ids and authors already hashed, texts already masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks.extract import landing
from tasks.extract.exchange import CASE_TEXTS, CASE_TIMES, NUMBERS
from tasks.stage.privacy import mask, pseudonym

TIME = pa.timestamp("us", tz="UTC")
LANDED = pa.schema(
    [
        *((name, pa.string()) for name in ("item_id", "source", "kind", "parent_id", "thread_id")),
        *((name, pa.string()) for name in ("author_key", "author_kind", "visibility", "language", "text", "title")),
        ("created_at", TIME),
        ("edited_at", TIME),
        ("deleted", pa.bool_()),
        ("needs_reply", pa.bool_()),
        *((name, pa.float64()) for name in NUMBERS),
        *((f"case_{name}", pa.string()) for name in CASE_TEXTS),
        *((name, TIME) for name in CASE_TIMES),
        ("page", pa.string()),
        ("line", pa.int32()),
        ("seen_from", TIME),
    ]
)
MASKED = ("text", "title", "case_cause", "case_action")
QUARANTINE = pa.schema(
    [
        ("page", pa.string()),
        ("line", pa.int32()),
        ("origin", pa.string()),
        ("source", pa.string()),
        ("reason", pa.string()),
    ]
)


def table(secret: bytes, page: landing.Page, data: bytes) -> tuple[pa.Table, pa.Table]:
    """The page's usable rows (schema LANDED) and the lines that were refused (schema QUARANTINE)."""
    good: list[dict[str, Any]] = []
    numbers: list[int] = []
    bad: list[dict[str, Any]] = []
    name = page.sha256[:16]
    for line, row, reason in landing.lines(data):
        if row is None:
            bad.append({"page": name, "line": line, "origin": page.origin, "source": page.source, "reason": reason})
        else:
            _hide(secret, row)
            good.append(row)
            numbers.append(line)
    seen_from = datetime.fromisoformat(page.seen_from) if page.seen_from else None
    whole = {"page": [name] * len(good), "line": numbers, "seen_from": [seen_from] * len(good)}
    columns = [
        pa.array(whole[key] if key in whole else [row[key] for row in good], kind)
        for key, kind in zip(LANDED.names, LANDED.types, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=LANDED), pa.Table.from_pylist(bad, QUARANTINE)


def _hide(secret: bytes, row: dict[str, Any]) -> None:
    """Put hashes in the place of ids and authors, and masks in the place of handles in texts."""
    source = row["source"]
    row["item_id"] = pseudonym(secret, source, row["id"])
    row["parent_id"] = pseudonym(secret, source, row["in_reply_to"])
    row["thread_id"] = pseudonym(secret, source, row["thread_id"])
    row["author_key"] = pseudonym(secret, source, row["author"])
    for name in MASKED:
        row[name] = mask(row[name])
