"""One raw page as a typed table: ids and authors already hashed, texts already masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks.extract import exchange, landing
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, NUMBERS
from tasks.stage import privacy
from tasks.stage.people import People
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
#: How a case stands, in the words of help desks. Any other word may be anything, a name too: it becomes ``other``.
STATUSES = frozenset(
    (
        "new", "open", "assigned", "pending", "hold", "contacted", "waiting", "solved", "resolved", "closed",
        "reopened", "spam", "nieuw", "toegewezen", "wacht", "wachtend", "opgelost", "gesloten", "afgerond",
        "heropend",
    )
)  # fmt: skip
#: Cases have one name in all sources: a ticket that a post led to is the post's.
CASE_SOURCE = "case"
QUARANTINE = pa.schema(
    [
        ("page", pa.string()),
        ("line", pa.int32()),
        ("source", pa.string()),
        ("reason", pa.string()),
    ]
)


def table(secret: bytes, page: landing.Page, data: bytes, reader: Reader, people: People) -> tuple[pa.Table, pa.Table]:
    """The page's usable rows (schema LANDED) and the lines that were refused (schema QUARANTINE)."""
    items = exchange.read(data)
    found = items.columns
    count, name = len(items.lines), page.sha256[:16]
    # Of our own people not even a keyed hash: nothing here can be counted by employee.
    told = zip(found["author"], found["author_kind"], strict=True)
    outsiders = [author if kind == "public" else None for author, kind in told]
    accounts, statuses = people.accounts_of(found["author"]), found["case_status"]
    seen_from = datetime.fromisoformat(page.seen_from) if page.seen_from else None
    columns: dict[str, Any] = {
        **found,
        "item_id": privacy.pseudonyms(secret, found["source"], found["id"]),
        "parent_id": privacy.pseudonyms(secret, found["source"], found["in_reply_to"]),
        "thread_id": privacy.pseudonyms(secret, found["source"], found["thread_id"]),
        "author_key": privacy.pseudonyms(secret, found["source"], outsiders),
        **reader.read(found),
        **{key: privacy.masked(found[key], people, accounts) for key in MASKED},
        "case_id": privacy.pseudonyms(secret, [CASE_SOURCE] * count, found["case_id"]),
        "case_status": [status and (status.lower() if status.lower() in STATUSES else "other") for status in statuses],
        "page": [name] * count,
        "line": items.lines,
        "seen_from": [seen_from] * count,
    }
    arrays = [_array(columns[key], kind) for key, kind in zip(LANDED.names, LANDED.types, strict=True)]
    bad = [{"page": name, "line": line, "source": page.source, "reason": reason} for line, reason in items.refused]
    return pa.Table.from_arrays(arrays, schema=LANDED), pa.Table.from_pylist(bad, QUARANTINE)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; most of the many that a source may fill are empty."""
    return pa.nulls(len(values), kind) if values.count(None) == len(values) else pa.array(values, kind)
