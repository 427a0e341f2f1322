"""The least that any job could do: read the same partitions in DuckDB and aggregate once (sql/bench/scan.sql)."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.bench import job, measure
from tasks.bench.plan import THREADS, Plan


def work(plan: Plan) -> list[pa.Table]:
    """The answers of the statements in the file named by the last argument: ``scan`` or ``count``."""
    with duckdb.connect(config={"threads": THREADS}) as db:
        db.execute("SET enable_progress_bar = false; CREATE SCHEMA bench")
        for name, paths in (("messages", plan.messages), ("turns", plan.turns)):
            listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
            db.execute(f"CREATE VIEW bench.{name} AS FROM read_parquet([{listed}], hive_partitioning = false)")
        statements = db.extract_statements(measure.definition(sys.argv[5]))
        return [db.execute(one).to_arrow_table() for one in statements]


def save(answer: list[pa.Table], folder: Path) -> None:
    """A file per statement."""
    for number, table in enumerate(answer):
        pq.write_table(table, folder / f"scan_{number}.parquet")


if __name__ == "__main__":
    job.main(work, save)
