"""A lake of made-up weeks, written the way staging writes it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC

import pyarrow as pa
import pyarrow.parquet as pq

from tasks import home, lake, warehouse
from tasks.bench import world
from tasks.period import Week
from tasks.stage import partition, rows

MADE = {"messages": "bench.message", "turns": "bench.turn"}
WEEK = pa.schema(
    [
        ("no", pa.int64()),
        ("iso_week", pa.string()),
        ("start_at", rows.TIME),
        ("end_at", rows.TIME),
        ("seconds", pa.int64()),
        ("items", pa.int64()),
    ]
)


def fill(made: Sequence[Week], items_a_week: int) -> None:
    """Write the partitions of these weeks into the lake of ``WEERKLANK_HOME``; the same weeks, the same bytes.

    No metric of the benchmark reads texts or fetch windows: those partitions are there and empty.
    """
    with warehouse.connect(made[0].zone, threads=1) as db, ThreadPoolExecutor(1) as writer:
        db.execute("CREATE SCHEMA bench")
        warehouse.run_file(db, home.SQL / "bench" / "dice.sql")
        warehouse.run_file(db, home.SQL / "staging" / "mention.sql")
        tables = {
            "mentions": db.table("staging.mention").to_arrow_table(),
            "fetch_windows": partition.WINDOWS.empty_table(),
        }
        written: Future[None] | None = None
        for number, week in enumerate(made):
            warehouse.put(db, "bench.week", _week(number, week, items_a_week))
            for step in ("message", "turn"):
                warehouse.run_file(db, home.SQL / "bench" / f"{step}.sql")
            db.execute("DROP TABLE bench.week")
            tables |= {name: db.table(source).to_arrow_table() for name, source in MADE.items()}
            if written:
                written.result()
            written = writer.submit(_write, dict(tables), str(week))
        if written:
            written.result()


def _week(number: int, week: Week, items: int) -> pa.Table:
    span = {
        "start_at": week.start,
        "end_at": week.end,
        "seconds": int((week.end.astimezone(UTC) - week.start).total_seconds()),
    }
    return pa.Table.from_pylist([{"no": number, "iso_week": str(week), "items": items} | span], WEEK)


def _write(tables: dict[str, pa.Table], week: str) -> None:
    for name, table in tables.items():
        path = lake.partition(name, world.SLUG, week)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")


if __name__ == "__main__":
    fill(world.weeks(int(sys.argv[1])), int(sys.argv[2]))
