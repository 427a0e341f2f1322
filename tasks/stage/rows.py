"""One raw page as a typed table: ids and authors already hashed, texts already masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks.extract import exchange, landing, quick
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, NUMBERS
from tasks.stage import privacy
from tasks.topics.read import Reader

TIME = quick.TIME
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
#: Of each key of the exchange format that is no text.
TYPES = {field.name: field.type for field in LANDED}
#: What stands for which of a source's own ids.
PSEUDONYMS = {"item_id": "id", "parent_id": "in_reply_to", "thread_id": "thread_id", "author_key": "author"}
#: What tells whom a post names.
READ = ("title", "text", "author_kind", "source", "author")
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
    lines, found, refused = _read(data)
    count, name = len(lines), page.sha256[:16]
    seen_from = datetime.fromisoformat(page.seen_from) if page.seen_from else None
    sources = found["source"].to_pylist()
    told = reader.read({key: found[key].to_pylist() for key in READ}) if reader.asks else {}
    columns = {
        **found,
        **{key: privacy.pseudonyms(secret, sources, found[native]) for key, native in PSEUDONYMS.items()},
        **{key: _array(told.get(key), count, LANDED.field(key).type) for key in ("accounts", "names")},
        **{key: privacy.masked(found[key]) for key in MASKED},
        "page": pa.repeat(pa.scalar(name), count),
        "line": pa.array(lines, pa.int32()),
        "seen_from": pa.repeat(pa.scalar(seen_from, TIME), count),
    }
    bad = [
        {"page": name, "line": line, "origin": page.origin, "source": page.source, "reason": reason}
        for line, reason in refused
    ]
    good = pa.Table.from_arrays([columns[key] for key in LANDED.names], schema=LANDED)
    return good, pa.Table.from_pylist(bad, QUARANTINE)


def _read(data: bytes) -> tuple[list[int], dict[str, pa.Array], list[tuple[int, str]]]:
    """The numbers of the usable lines, an array per key of the format, and what was refused with the reason."""
    if quickly := quick.read(data):
        return quickly.lines, quickly.arrays, []
    items = exchange.read(data)
    count = len(items.lines)
    arrays = {key: _array(values, count, TYPES.get(key, pa.string())) for key, values in items.columns.items()}
    return items.lines, arrays, items.refused


def _array(values: Sequence[Any] | None, count: int, kind: pa.DataType) -> pa.Array:
    """A column; most of the many that a source may fill are empty."""
    return pa.nulls(count, kind) if values is None or values.count(None) == count else pa.array(values, kind)
