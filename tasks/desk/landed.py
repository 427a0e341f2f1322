"""The desk's statements as a landed page for each week: what staging reads of them, and nothing of who said it.

A page is made anew from the statements, so that staging them again gives the same lake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import groupby

import pyarrow as pa

from tasks import home
from tasks.desk import case
from tasks.desk.book import Book, Entry
from tasks.extract import landing
from tasks.extract.sources.table import CASE_DESK
from tasks.settings import Institution
from tasks.stage import keys, privacy, retained, rows, settled
from tasks.stage.people import People


def land(institution: Institution) -> int:
    """Bring the pages up to date with what was said; returns how many weeks it is about."""
    slug = institution.slug
    entries = sorted(Book(home.ledger_url()).entries(slug), key=lambda one: one.item.week)
    there = {page.sha256 for page in landing.pages(slug) if page.source == CASE_DESK}
    if not entries and not there:
        return 0
    floor = retained.floor(institution)
    kept = [one for one in entries if floor is None or one.item.week >= str(floor)]
    chain, people = keys.chain(institution), People.of(institution)
    wanted = set()
    for week, mine in groupby(kept, key=lambda one: one.item.week):
        wanted.add(_land(slug, week, mine, chain, people))
    for page in landing.pages(slug):
        if page.source == CASE_DESK and page.sha256 not in wanted:
            landing.remove(slug, page)
    return len(wanted)


def _land(slug: str, week: str, entries: Iterable[Entry], chain: keys.Chain, people: People) -> str:
    name = hashlib.sha256(f"{CASE_DESK} {week}".encode()).hexdigest()
    good = case.rows(entries, name[:16])
    for column in ("case_cause", "case_action"):
        place = good.schema.get_field_index(column)
        good = good.set_column(place, rows.LANDED.field(column), privacy.masked(_whole(good[column]), people))
    moments = good["created_at"].to_pylist()
    packed = settled.pack(chain, good, rows.QUARANTINE.empty_table())
    landing.land_rows(slug, CASE_DESK, f"case desk {week}", name, packed, moments)
    return name


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
