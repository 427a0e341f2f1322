"""One raw page as a typed table: ids and authors already hashed, texts already masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.extract import exchange, landing, quick, sources
from tasks.extract.fields import CASE_TEXTS, CASE_TIMES, NUMBERS
from tasks.stage import privacy
from tasks.stage.keys import Chain
from tasks.stage.people import People
from tasks.topics.read import Reader

TIME = quick.TIME
#: Whether a post means us: judged on what it says before handles are masked.
NAMES = pa.struct([("confidence", pa.float64()), ("why", pa.string()), ("relevant", pa.bool_())])
#: What a text was judged as, for a row whose words are gone: the columns of a mention that are made of words.
KEPT = pa.struct(
    [
        ("language", pa.string()),
        ("sentiment", pa.string()),
        ("sentiment_score", pa.float64()),
        ("sentiment_by", pa.string()),
        (
            "topics",
            pa.list_(pa.struct([("topic", pa.string()), ("fired", pa.string()), ("similarity", pa.float64())])),
        ),
        ("intent", pa.string()),
        ("department", pa.string()),
        ("department_rule", pa.string()),
        ("template", pa.bool_()),
        ("urgent", pa.bool_()),
    ]
)
LANDED = pa.schema(
    [
        *((name, pa.string()) for name in ("item_id", "source", "kind", "parent_id", "thread_id")),
        *((name, pa.string()) for name in ("author_key", "author_kind", "visibility", "language", "text", "title")),
        ("accounts", pa.list_(pa.string())),
        ("names", NAMES),
        ("created_at", TIME),
        ("claimed_at", TIME),
        ("edited_at", TIME),
        ("deleted", pa.bool_()),
        ("needs_reply", pa.bool_()),
        *((name, pa.float64()) for name in NUMBERS),
        *((f"case_{name}", pa.string()) for name in CASE_TEXTS),
        *((name, TIME) for name in CASE_TIMES),
        ("page", pa.string()),
        ("line", pa.int32()),
        ("seen_from", TIME),
        ("kept", KEPT),
    ]
)
#: Of each key of the exchange format that is no text.
TYPES = {field.name: field.type for field in LANDED}
#: What stands for which of a source's own ids.
PSEUDONYMS = {"item_id": "id", "parent_id": "in_reply_to", "thread_id": "thread_id", "author_key": "author"}
#: What tells whom a post names.
READ = ("title", "text", "author_kind", "source", "author")
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
#: The kind of a line that only tells of a case, and all that such a line says.
CASE_KIND = "case"
OF_A_CASE = frozenset(
    ("item_id", "source", "created_at", "deleted", "needs_reply", "page", "line", "seen_from", "kept",
     *(f"case_{name}" for name in CASE_TEXTS), *CASE_TIMES)
)  # fmt: skip
QUARANTINE = pa.schema(
    [
        ("page", pa.string()),
        ("line", pa.int32()),
        ("source", pa.string()),
        ("reason", pa.string()),
    ]
)


def table(keys: Chain, page: landing.Page, data: bytes, reader: Reader, people: People) -> tuple[pa.Table, pa.Table]:
    """The page's usable rows (schema LANDED) and the lines that were refused (schema QUARANTINE)."""
    lines, found, refused = _read(page, data, reader)
    count, name = len(lines), page.sha256[:16]
    seen_from = datetime.fromisoformat(page.seen_from) if page.seen_from else None
    named = found["source"].to_pylist()
    told = reader.read({key: found[key].to_pylist() for key in READ}) if reader.asks else {}
    accounts = people.accounts_of(found["author"].to_pylist())
    # Of our own people not even a keyed hash: nothing here can be counted by employee.
    found["author"] = pc.if_else(pc.equal(found["author_kind"], "public"), found["author"], None)
    columns = {
        **found,
        **{key: privacy.pseudonyms(keys, named, found[native]) for key, native in PSEUDONYMS.items()},
        **{key: _array(told.get(key), count, LANDED.field(key).type) for key in ("accounts", "names")},
        **{key: privacy.masked(found[key], people, accounts) for key in MASKED},
        "case_id": privacy.pseudonyms(keys, [CASE_SOURCE] * count, found["case_id"]),
        "case_status": _status(found["case_status"]),
        "page": pa.repeat(pa.scalar(name), count),
        "line": pa.array(lines, pa.int32()),
        "seen_from": pa.repeat(pa.scalar(seen_from, TIME), count),
        "kept": pa.nulls(count, KEPT),
    }
    columns = _only_the_case(columns, found["kind"])
    bad = [{"page": name, "line": line, "source": page.source, "reason": reason} for line, reason in refused]
    good = pa.Table.from_arrays([columns[key] for key in LANDED.names], schema=LANDED)
    return good, pa.Table.from_pylist(bad, QUARANTINE)


def _read(
    page: landing.Page, data: bytes, reader: Reader
) -> tuple[list[int], dict[str, pa.Array], list[tuple[int, str]]]:
    """The numbers of the usable lines, an array per key of the format, and what was refused with the reason."""
    if page.format == exchange.FORMAT and (quickly := quick.read(data)):
        return quickly.lines, quickly.arrays, []
    items = sources.items(page, data, reader.sources)
    count = len(items.lines)
    arrays = {key: _array(values, count, TYPES.get(key, pa.string())) for key, values in items.columns.items()}
    return items.lines, arrays, items.refused


def _only_the_case(columns: dict[str, pa.Array], kinds: pa.Array) -> dict[str, pa.Array]:
    """A line that only tells of a case says nothing of its item's words, kind or writer: another line does."""
    cases = pc.equal(kinds, CASE_KIND)
    if not pc.any(cases).as_py():
        return columns
    return {key: one if key in OF_A_CASE else pc.if_else(cases, None, one) for key, one in columns.items()}


def _status(given: pa.Array) -> pa.Array:
    """Words that we know; ``other`` for any other, which may be a name."""
    lower = pc.utf8_lower(given)
    known = pc.is_in(lower, value_set=pa.array(sorted(STATUSES)))
    return pc.if_else(pc.or_(known, pc.is_null(given)), lower, "other")


def _array(values: Sequence[Any] | None, count: int, kind: pa.DataType) -> pa.Array:
    """A column; most of the many that a source may fill are empty."""
    return pa.nulls(count, kind) if values is None or values.count(None) == count else pa.array(values, kind)
