"""The catalogue as a folder of pages: an index, a page for each metric, one for each promised and staged table.

The same files and the same lake give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks import durable, home
from tasks.catalogue import lineage
from tasks.catalogue.entry import Entry, entry
from tasks.catalogue.lineage import Origins
from tasks.measure import contract, model
from tasks.period import Week
from tasks.settings import Institution
from tasks.workbench import pages

STAGED = "staging"


def write(institution: Institution, first: Week, last: Week, folder: Path) -> list[Entry]:
    """Write every page; the metrics say the weeks from ``first`` to ``last``. Reads the staged lake only."""
    periods = [model.Period.of(str(week), "trend", week, week) for week in first.until(last)]
    with model.tables(institution, first, last, periods, headings=["all"]) as db:
        origins = lineage.origins(db)
        entries = [entry(db, origins, institution, name) for name in contract.names()]
    made = dict(_pages(institution, origins, entries, first, last))
    for old in folder.rglob("*.html"):
        if str(old.relative_to(folder)) not in made:
            old.unlink()
    for name, page in made.items():
        durable.write_bytes(folder / name, page.encode())
    return entries


def _pages(
    institution: Institution, origins: Origins, entries: list[Entry], first: Week, last: Week
) -> Iterator[tuple[str, str]]:
    span = f"{first} to {last}"
    tables = [f"{owner}.{name}" for owner in ("core", STAGED) for name in sorted(origins.schema.get(owner, {}))]
    known = {table for table in tables if "(" not in table}
    about = {"institution": institution.name, "span": span}
    yield "index.html", pages.page("index", **about, entries=entries, tables=sorted(known))
    for one in entries:
        yield f"metrics/{one.name}.html", pages.page("metric", **about, entry=one, known=known)
    for table in sorted(known):
        yield f"tables/{table}.html", pages.page("table", **_table(origins, entries, table, known))


def _table(origins: Origins, entries: list[Entry], table: str, known: set[str]) -> dict[str, object]:
    """Its columns and where each comes from, who reads it, and the SQL that makes it."""
    owner, name = table.split(".")
    columns = [
        {"name": column, "kind": kind, "sources": sorted(origins.of_column(table, column) or ())}
        for column, kind in origins.schema[owner][name].items()
    ]
    readers = [one.name for one in entries if one.metric and table in one.metric.contract.reads]
    feeds = sorted(other for other in origins.queries if table in origins.tables_of(other))
    query = origins.queries.get(table)
    return {
        "table": table,
        "columns_": columns,
        "readers": readers,
        "feeds": [one for one in feeds if one in known],
        "made_from": [one for one in origins.tables_of(table) if one in known],
        "sql": query.sql(dialect=lineage.DIALECT, pretty=True) if query is not None else "",
        "by_hand": owner == "core" and query is None,
        "known": known,
    }


def folder() -> Path:
    """Where it is written unless somebody says otherwise."""
    return home.state() / "catalogue"


def broken(entries: list[Entry]) -> list[str]:
    """The names of metrics that are told with a fault."""
    return [one.name for one in entries if one.wrong]
