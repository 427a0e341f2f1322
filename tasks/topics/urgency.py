"""How many posts somebody should look at now, where an institution asked for that: a number and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from tasks import lake
from tasks.settings import Institution

TABLE = "urgent"
log = logging.getLogger(__name__)


def posts(institution: Institution, weeks: Iterable[str], as_of: datetime | None = None) -> int | None:
    """The urgent posts of staged weeks, as far as they were written by ``as_of``; None where nobody looks for them."""
    if not institution.urgent.on:
        return None
    found = [table for week in weeks if (table := lake.read(TABLE, institution.slug, week)) is not None]
    if as_of is None:
        return sum(int(table.num_rows) for table in found)
    until = pa.scalar(as_of, pa.timestamp("us", tz="UTC"))
    return sum(int(table.filter(pc.less_equal(table["created_at"], until)).num_rows) for table in found)


def tell(institution: Institution, weeks: Iterable[str]) -> None:
    """Say in the log that there are some in weeks that were just staged, and whose they are to read."""
    named = sorted(weeks)
    if found := posts(institution, named):
        log.warning(
            "%s: %d posts of %s to %s need attention now, by %s: lake/%s says where each of them is. "
            "Weerklank is not a crisis service.",
            institution.slug, found, named[0], named[-1], institution.urgent.contact, TABLE,
        )  # fmt: skip
