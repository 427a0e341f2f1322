"""What weeks said at first (tasks/measure/first.py), carried over when items get other names: only what had changed
since, has changed after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks import durable, home, lake, warehouse
from tasks.measure import first
from tasks.period import Week
from tasks.settings import Institution

SIDES = ("words", "facts", "judged")
BEFORE = b"weerklank.before"


def note(institution: Institution, folder: Path) -> None:
    """Keep in ``folder`` how every recorded week looks now: hashes only, and the names behind them."""
    for week in _weeks(institution):
        now = first.known(institution, week, {})
        told = {"earlier": now.earlier, "items": _items(institution, week)}
        buffer = pa.BufferOutputStream()
        pq.write_table(now.items.replace_schema_metadata({BEFORE: json.dumps(told).encode()}), buffer)
        durable.write_bytes(folder / f"{week}.before.parquet", buffer.getvalue().to_pybytes(), mode=0o600)


def carry(institution: Institution, folder: Path, renamed: Callable[[str], str]) -> None:
    """Let every record speak of items by their names of now, once the lake does. A second time changes nothing."""
    for path in sorted(folder.glob("*.before.parquet")):
        week = Week.parse(path.name.partition(".")[0], institution.zone)
        _carry(institution, week, pq.read_table(path), renamed)
        path.unlink()


def _carry(institution: Institution, week: Week, before: pa.Table, renamed: Callable[[str], str]) -> None:
    path = lake.partition(first.TABLE, institution.slug, str(week))
    if not path.exists():
        return
    record = pq.read_table(path, partitioning=None)
    told = json.loads(before.schema.metadata[BEFORE])
    now = first.known(institution, week, {})
    names = {number(item): number(renamed(item)) for item in told["items"]}
    then, today = (_by_item(table) for table in (before, now.items))
    rows = [_moved(row, names, then, today) for row in record.to_pylist()]
    rows.sort(key=lambda row: int(row["item"]))
    meta = json.loads(record.schema.metadata[first.META])
    if meta["earlier"] == told["earlier"]:
        meta["earlier"] = now.earlier
    schema = record.schema.with_metadata({first.META: json.dumps(meta, sort_keys=True).encode()})
    first.write(path, pa.Table.from_pylist(rows, schema))


def number(item_id: str) -> int:
    """An item as sql/restated/item.sql writes it: the upper 48 of the lower 64 bits of an MD5."""
    return int.from_bytes(hashlib.md5(item_id.encode(), usedforsecurity=False).digest()[8:], "little") >> 16


def _moved(
    row: dict[str, Any], names: Mapping[int, int], then: Mapping[int, Any], today: Mapping[int, Any]
) -> dict[str, Any]:
    """A record's row by its new name; a side that was another already stays another."""
    old, new = then.get(row["item"]), today.get(names.get(row["item"], -1))
    if old is None or new is None:
        return row | {"item": names.get(row["item"], row["item"])}
    sides = {
        side: new[side] if row[side] == old[side] else row[side] if row[side] != new[side] else row[side] ^ 1
        for side in SIDES
    }
    return row | sides | {"item": names[row["item"]]}


def _by_item(table: pa.Table) -> dict[int, dict[str, Any]]:
    return {row["item"]: row for row in table.to_pylist()}


def _items(institution: Institution, week: Week) -> list[str]:
    """The items of a week and of the Monday morning after it."""
    paths = lake.existing("mentions", institution.slug, [str(week), str(week.shift(1))])
    if not paths:
        return []
    with warehouse.connect(institution.zone, threads=1) as db:
        listed = db.read_parquet(paths, hive_partitioning=False).project("item_id").distinct().fetchall()
    return sorted(str(item) for (item,) in listed)


def _weeks(institution: Institution) -> Iterator[Week]:
    for path in sorted((home.lake() / first.TABLE / f"institution={institution.slug}").glob("week=*/part-0.parquet")):
        if pq.read_metadata(path).num_rows:
            yield Week.parse(path.parent.name.removeprefix("week="), institution.zone)
