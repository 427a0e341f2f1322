"""DuckDB, set up the same way everywhere: the institution's clock, no network, no files once the tables are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tasks import allowance, arrow, complaint, home
from tasks.errors import MetricError
from tasks.pointing import pointed

arrow.without_pandas()
Connection = duckdb.DuckDBPyConnection


def connect(zone: ZoneInfo, threads: int = 2) -> Connection:
    """An empty in-memory database whose dates and weeks are the institution's."""
    db = duckdb.connect(
        config={"threads": threads, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    db.execute("SET enable_progress_bar = false; SET python_enable_replacements = false")
    db.execute("SET temp_directory = ''")  # what memory cannot hold must not lie about in the working folder
    db.execute("SET errors_as_json = true")  # tasks.complaint reads them
    db.execute(f"SET TimeZone = '{zone.key}'")  # SET takes no parameters; a ZoneInfo key holds no quote
    reset(db)
    return db


def reset(db: Connection) -> None:
    """Empty the database: opening a new one costs thirty times as much, and staging needs hundreds."""
    db.execute("DROP SCHEMA IF EXISTS staging CASCADE; DROP SCHEMA IF EXISTS core CASCADE")
    db.execute("CREATE SCHEMA staging; CREATE SCHEMA core")


def put(db: Connection, name: str, table: pa.Table) -> None:
    """Create a table of this name (ours, never a person's) from rows that Python made."""
    db.register("incoming", table)
    db.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 a name of ours
    db.unregister("incoming")


def run_file(db: Connection, path: Path) -> None:
    """Run a file of our own SQL (core and staging; analysts' files go through tasks.measure)."""
    file = "/".join(path.parts[-3:])  # sql/core/turn.sql
    try:
        text = path.read_text(encoding="utf-8")
        db.execute(text)
    except UnicodeDecodeError:
        raise MetricError(f"{file}: the file is not UTF-8 text; save it as UTF-8.") from None
    except duckdb.Error as error:
        raise MetricError(pointed(file, text, complaint.fault(error))) from None


def core(db: Connection, *names: str) -> None:
    """Build promised tables by file name, in the order given."""
    for name in names:
        run_file(db, home.SQL / "core" / f"{name}.sql")


def lock(db: Connection, readable: Sequence[str] = ()) -> None:
    """From here on this connection reads the files named, no other, writes none and changes no setting."""
    db.execute(f"SET memory_limit = '{allowance.query_mb()}MB'")
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in readable)
    db.execute(f"SET allowed_paths = [{listed}]")
    db.execute("SET enable_external_access = false; SET lock_configuration = true")
