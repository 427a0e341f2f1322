"""One raw page as a typed table: ids and authors already hashed, texts already masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks.extract import landing, sources
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, NUMBERS
from tasks.stage import privacy
from tasks.topics.read import Reader

TIME = pa.timestamp("us", tz="UTC")
#: Whether a post means us: judged on what it says before handles are masked.
NAMES = pa.struct([("confidence", pa.float64()), ("why", pa.string()), ("relevant", pa.bool_())])
LANDED = pa.schema(
    [
        *((name, pa.string()) for name in ("item_id", "source", "kind", "parent_id", "thread_id")),
        *((name, pa.string()) for name in ("author_key", "author_kind", "visibility", "language", "text", "title")),
        ("accounts", pa.list_(pa.string())),
        ("names", NAMES),
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


def table(secret: bytes, page: landing.Page, data: bytes, reader: Reader) -> tuple[pa.Table, pa.Table]:
    """The page's usable rows (schema LANDED) and the lines that were refused (schema QUARANTINE)."""
    items = sources.items(page, data, reader.sources)
    found = items.columns
    count, name = len(items.lines), page.sha256[:16]
    seen_from = datetime.fromisoformat(page.seen_from) if page.seen_from else None
    columns: dict[str, Any] = {
        **found,
        "item_id": privacy.pseudonyms(secret, found["source"], found["id"]),
        "parent_id": privacy.pseudonyms(secret, found["source"], found["in_reply_to"]),
        "thread_id": privacy.pseudonyms(secret, found["source"], found["thread_id"]),
        "author_key": privacy.pseudonyms(secret, found["source"], found["author"]),
        **reader.read(found),
        **{key: privacy.masked(found[key]) for key in MASKED},
        "page": [name] * count,
        "line": items.lines,
        "seen_from": [seen_from] * count,
    }
    arrays = [_array(columns[key], kind) for key, kind in zip(LANDED.names, LANDED.types, strict=True)]
    bad = [
        {"page": name, "line": line, "origin": page.origin, "source": page.source, "reason": reason}
        for line, reason in items.refused
    ]
    return pa.Table.from_arrays(arrays, schema=LANDED), pa.Table.from_pylist(bad, QUARANTINE)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; most of the many that a source may fill are empty."""
    return pa.nulls(len(values), kind) if values.count(None) == len(values) else pa.array(values, kind)
