"""Which weeks are stale: each week's own items first, then the conversations that they continue, week after week."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from tasks import home, lake, warehouse
from tasks.period import Week
from tasks.sentiment import kept
from tasks.settings import Institution
from tasks.stage import ahead, partition, retained, rows
from tasks.topics import urgency

#: From items to conversations, in this order.
CONVERSING = ("40_message", "50_turn", "60_open_before")
#: What a conversation needs not, and takes longest to read.
WORDS = "text, title, sentiment_words, topics"
#: All the time there is, for items that are not read week by week.
ALWAYS = (datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
#: What they leave in the lake, and the table each comes from; a week's ``open_before`` comes from the week before it.
KEPT = {"messages": "staging.week_message", "turns": "staging.week_turn"}


@dataclass(frozen=True, slots=True)
class Carried:
    """What a week hands on to the next: a hash of all that it depends on, empty when nothing came before.

    ``rows`` are the threads that the next may continue, if they were made just now; else the lake has them.
    """

    made_from: str = ""
    rows: pa.Table | None = None


def refresh(institution: Institution, until: Week) -> dict[str, int]:
    """Stage every stale week up to the one after ``until`` (answers of its Monday morning); {week: mentions}."""
    pages = partition.Pages(institution)
    first = min((page.first_at for page in pages.all if page.first_at), default=None)
    if first is None:
        earliest = until
    else:
        earliest = min(Week.containing(datetime.fromisoformat(first), institution.zone), until, key=lambda w: w.monday)
    carried = Carried()
    if floor := retained.floor(institution):
        # Of the weeks before it nothing is left; who waited then is carried on, as what it was.
        earliest = floor
        carried = Carried(lake.inputs("open_before", institution.slug, str(floor)) or "")
    weeks = list(earliest.until(until.shift(1)))
    staged: dict[str, int] = {}
    with (
        ahead.judged(institution, pages, weeks) as judged,
        ahead.writing() as write,
        warehouse.connect(institution.zone, threads=1) as db,  # many small queries: threads only wait for each other
    ):
        for week in weeks:
            name = str(week)
            if _nothing_at_all(institution, pages, week, carried):
                carried = Carried()
                continue
            if name in judged:
                staged[name] = judged[name].result()
            else:
                made_from = partition.inputs(institution, pages, week)
                if any(lake.inputs(table, institution.slug, name) != made_from for table in partition.TABLES):
                    staged[name], _ = partition.write(db, institution, pages, week, made_from)
            carried = _conversations(db, institution, week, carried, write)
    return staged


def _nothing_at_all(institution: Institution, pages: partition.Pages, week: Week, carried: Carried) -> bool:
    """Whether a week has no pages, no fetch windows and nobody who waits: then it has no partitions either.

    So one item of 1990 does not cost forty years of empty files.
    """
    slug, name = institution.slug, str(week)
    if pages.near(week) or pages.asked(week):
        return False
    if carried.made_from and (lake.count("open_before", slug, name) if carried.rows is None else len(carried.rows)):
        return False
    for table in (*partition.TABLES, *KEPT, urgency.TABLE, *kept.TABLES):
        lake.remove(table, slug, name)
    lake.remove("open_before", slug, str(week.shift(1)))
    return True


def _conversations(
    db: warehouse.Connection, institution: Institution, week: Week, carried: Carried, write: ahead.Write
) -> Carried:
    """Bring a week's messages and turns up to date; returns what the week after it depends on."""
    slug, name, after = institution.slug, str(week), str(week.shift(1))
    mentions = lake.inputs("mentions", slug, name) or ""
    model = [
        (home.SQL / "staging" / f"{step}.sql").read_text(encoding="utf-8") for step in ("open_before", *CONVERSING)
    ]
    made_from = hashlib.sha256("\n".join([carried.made_from or "none", mentions, *model]).encode()).hexdigest()
    made = {*(lake.inputs(table, slug, name) for table in KEPT), lake.inputs("open_before", slug, after)}
    if made == {made_from}:
        return Carried(made_from)
    warehouse.reset(db)
    load(db, slug, name, carried)
    converse(db, week.start, week.end)
    tables = {(table, name): db.table(source).to_arrow_table() for table, source in KEPT.items()}
    rows = db.view("staging.next_open_before").to_arrow_table()
    write({**tables, ("open_before", after): rows}, slug, made_from)
    return Carried(made_from, rows)


def load(db: warehouse.Connection, slug: str, week: str, carried: Carried) -> None:
    """Fill ``staging.mention`` with a week and ``staging.open_before`` with the threads that it may continue.

    Nothing is open before the first week, whatever an older lake says.
    """
    blank(db)
    _fill(db, "mention", f"* EXCLUDE ({WORDS})", lake.existing("mentions", slug, [week]))
    if carried.rows is not None:
        db.execute("DROP TABLE staging.open_before")
        warehouse.put(db, "staging.open_before", carried.rows)
    elif carried.made_from:
        _fill(db, "open_before", "*", lake.existing("open_before", slug, [week]))


def _fill(db: warehouse.Connection, table: str, columns: str, paths: Sequence[str]) -> None:
    for path in paths:
        try:
            db.execute(
                f"INSERT INTO staging.{table} BY NAME "  # noqa: S608 names of ours
                f"SELECT {columns} FROM read_parquet($path, hive_partitioning = false)",
                {"path": path},
            )
        except duckdb.Error:
            raise lake.damaged(path) from None


def blank(db: warehouse.Connection) -> None:
    """Empty ``staging.mention`` and ``staging.open_before``."""
    for table in ("mention", "open_before"):
        warehouse.run_file(db, home.SQL / "staging" / f"{table}.sql")


def nothing(db: warehouse.Connection) -> None:
    """What staging keeps, when there was never anything to keep: empty tables of the right shape."""
    blank(db)
    converse(db, *ALWAYS)
    warehouse.put(db, "staging.fetch_windows", partition.WINDOWS.empty_table())


def converse(db: warehouse.Connection, start: datetime, end: datetime) -> None:
    """Make messages, turns and what is carried on from ``staging.mention`` and ``staging.open_before``."""
    bounds = {"start_at": pa.array([start], rows.TIME), "end_at": pa.array([end], rows.TIME)}
    warehouse.put(db, "staging.this_week", pa.table(bounds))
    for step in CONVERSING:
        warehouse.run_file(db, home.SQL / "staging" / f"{step}.sql")
