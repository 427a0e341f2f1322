"""What a week said when it was measured for the first time: written once, so that a later look can be compared with it.

    lake/first_measured/institution=<slug>/week=<week>/part-0.parquet

One row per item that was known then, as numbers only (sql/restated/item.sql); the figures and the hashes of what made
them stand in the file's metadata. Throwing it away loses the comparison and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks import durable, home, lake, warehouse
from tasks.measure import contract, definition
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.settings import Institution

TABLE = "first_measured"
META = b"weerklank.first"
#: Raise it when older records can no longer be compared: they are then taken as absent.
VERSION = 1
#: Twelve bytes an item: sorted numbers by their distances, the others as they are.
SMALL = {
    "compression": "zstd",
    "use_dictionary": False,
    "write_page_checksum": True,
    "column_encoding": {"item": "DELTA_BINARY_PACKED"},
}
Measured = dict[str, dict[str, Any]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's headline for a whole week; ``followed`` is how long people were followed, in seconds, for a time."""

    value: float | None
    n: int
    followed: float | None
    definition: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a week: figures by metric, the hash of the shared rules, a digest of the weeks before, and
    one row per item (item, deleted, words, facts, judged)."""

    figures: dict[str, Figure]
    rules: str
    earlier: str
    items: pa.Table


def keep(institution: Institution, week: Week, as_of: datetime, measured: Measured) -> None:
    """Write the record of a week, unless it has one or this is a what-if with another cut-off than its own."""
    path = lake.partition(TABLE, institution.slug, str(week))
    if as_of != week.cutoff or path.exists():
        return
    now = known(institution, week, figures(institution, week, measured))
    told = {"version": VERSION, "rules": now.rules, "earlier": now.earlier}
    told |= {"figures": {name: asdict(figure) for name, figure in now.figures.items()}}
    metrics = [contract.load(name) for name in sorted(measured)]
    told |= {"sources": {one.name: one.source for one in metrics}}
    told |= {"definitions": {one.name: definition.of_metric(one) for one in metrics if one.name not in now.figures}}
    meta = {META: json.dumps(told, sort_keys=True).encode()}
    durable.create_once(path, _packed(now.items.replace_schema_metadata(meta)))


def write(path: Path, record: pa.Table) -> None:
    """Let a record be these items, with the metadata that they carry: when its items are erased, over, or re-keyed."""
    durable.write_bytes(path, _packed(record))


def _packed(record: pa.Table) -> bytes:
    buffer = pa.BufferOutputStream()
    pq.write_table(record, buffer, **SMALL)
    packed: bytes = buffer.getvalue().to_pybytes()
    return packed


def read(slug: str, week: str) -> Known | None:
    """The record of a week; None when there is none, or (said in the log) when it cannot be used."""
    path = lake.partition(TABLE, slug, week)
    try:
        items = pq.read_table(path, partitioning=None)
        told = json.loads(items.schema.metadata[META])
        if told["version"] != VERSION:
            return None
        first = {name: Figure(**figure) for name, figure in told["figures"].items()}
        return Known(first, told["rules"], told["earlier"], items)
    except FileNotFoundError:
        return None
    except (OSError, pa.ArrowInvalid, ValueError, KeyError, TypeError):
        log.warning(
            "%s is damaged: what %s said at first is not known, and nothing of it is shown as restated.", path, week
        )
        return None


def sources(slug: str, week: str) -> dict[str, tuple[str, str]]:
    """Of every metric, the hash of the definition by which a week was measured first, and its file then; nothing when
    there is no record, or one without them.
    """
    try:
        told = json.loads(pq.read_schema(lake.partition(TABLE, slug, week)).metadata[META])
        kept: dict[str, str] = told.get("sources", {})
        known = {name: figure["definition"] for name, figure in told["figures"].items()} | told.get("definitions", {})
        return {name: (known[name], text) for name, text in kept.items()}
    except (OSError, pa.ArrowInvalid, ValueError, KeyError, TypeError):
        return {}  # `read` says so of a damaged one


def figures(institution: Institution, week: Week, measured: Measured) -> dict[str, Figure]:
    """The headline of every metric that has one figure a week, for this week as measured now."""
    return {
        metric.name: _figure(institution, metric, measured[metric.name], week)
        for metric in map(contract.load, sorted(measured))
        if metric.contract.grain == contract.GRAIN and {"report", "trend"} <= set(metric.contract.show.only)
    }


def known(institution: Institution, week: Week, now: dict[str, Figure]) -> Known:
    """What is known of a week by now, with the items behind it."""
    weeks = [str(one) for one in week.shift(1 - definition.WEEKS).until(week.shift(1))]
    with warehouse.connect(institution.zone, threads=1) as db:
        paths = lake.existing("mentions", institution.slug, weeks)
        if paths:
            db.read_parquet(paths, hive_partitioning=False).create_view("mention")
        else:
            warehouse.run_file(db, home.SQL / "staging" / "mention.sql")
            db.table("staging.mention").create_view("mention")
        moments = {"start_at": [week.start], "as_of": [week.cutoff]}
        warehouse.put(db, "this_week", pa.table(moments))
        warehouse.run_file(db, home.SQL / "restated" / "item.sql")
        items = query(db, "known")
        digest = str(query(db, "earlier")["digest"][0])
    rules = definition.shared(institution, week)
    return Known(now, rules, hashlib.sha256(digest.encode()).hexdigest(), items)


def query(db: warehouse.Connection, name: str) -> pa.Table:
    """The rows of one of our questions in sql/restated."""
    return db.sql((home.SQL / "restated" / f"{name}.sql").read_text(encoding="utf-8")).to_arrow_table()


def _row(measured: dict[str, Any], week: Week) -> dict[str, Any]:
    rows = (row for row in measured["rows"] if (row["week"], row["dimension"]) == (str(week), "all"))
    return next(rows, {})


def _figure(institution: Institution, metric: Metric, measured: dict[str, Any], week: Week) -> Figure:
    row, told = _row(measured, week), measured["contract"]
    followed = f"followed_{institution.respond.headline_clock}_seconds"
    return Figure(
        value=row.get(told["headline"]),
        n=int(row.get("n") or 0),
        followed=row.get(followed) if told["unit"] == "seconds" else None,
        definition=definition.of_metric(metric),
    )
