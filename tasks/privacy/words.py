"""Words that go, and the judgements that stay in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import lake
from tasks.stage.erased import WORDS
from tasks.stage.rows import KEPT

Judgements = Mapping[str, dict[str, Any]]
COLUMNS = [field.name for field in KEPT if field.name != "urgent"]


def judgements(slug: str, weeks: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the items of staged weeks were judged as, by item (``KEPT``)."""
    found: dict[str, dict[str, Any]] = {}
    for week in weeks:
        mentions = lake.read("mentions", slug, week)
        if mentions is None:
            continue
        urgent = lake.read("urgent", slug, week)
        marked = set() if urgent is None else set(urgent["item_id"].to_pylist())
        for row in mentions.select(["item_id", *COLUMNS]).to_pylist():
            item = row.pop("item_id")
            found.setdefault(item, row | {"urgent": item in marked})
    return found


def worded(landed: pa.Table) -> pa.Array:
    """Which rows have words of their own."""
    text, title = (pc.is_valid(landed[name]) for name in WORDS)
    return pc.or_(text, title)


def without(landed: pa.Table, gone: pa.Array, judged: Judgements) -> pa.Table:
    """Rows (schema LANDED) of which those that are ``gone`` have a judgement instead of their words."""
    places = set(pc.indices_nonzero(gone).to_pylist())
    if not places:
        return landed
    columns = {name: landed[name].to_pylist() for name in ("item_id", "kept", *WORDS)}
    for place in places:
        columns["kept"][place] = judged.get(columns["item_id"][place], columns["kept"][place])
        for name in WORDS:
            columns[name][place] = None
    for name in ("kept", *WORDS):
        field = landed.schema.field(name)
        landed = landed.set_column(landed.schema.get_field_index(name), field, pa.array(columns[name], field.type))
    return landed
