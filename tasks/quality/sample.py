"""The items of a week that people are asked to read: drawn by hash, so the same week always gives the same ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from tasks import home, lake, warehouse
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import keys
from tasks.stage.rows import TIME

#: So many are read in a week …
SIZE = 50
#: … and of each class of the machine so many, as far as there are.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """One item to be read. ``stratum`` is the machine's answer, which nobody is shown; it was drawn with the chance
    (drawn of its stratum) / ``stratum_size``. ``text_key`` changes when the words do."""

    item_id: str
    language: str
    private: bool
    words: str
    text_key: str
    stratum: str
    stratum_size: int


def draw(institution: Institution, week: Week) -> list[Drawn]:
    """The sample of a staged week, in the order of reading; empty when nothing of it can be read."""
    with readable(institution, week) as db:
        rows = query(db, "sample").to_pylist()
    return [
        Drawn(
            item_id=row["item_id"],
            language=row["language"],
            private=row["visibility"] != "public",
            words="\n".join(part for part in (row["title"], row["text"]) if part),
            text_key=row["text_key"],
            stratum=row["stratum"],
            stratum_size=row["stratum_size"],
        )
        for row in rows
    ]


@contextmanager
def readable(institution: Institution, week: Week, as_of: datetime | None = None) -> Iterator[warehouse.Connection]:
    """A database with the views of ``sql/quality/readable.sql`` for one week, as far as it was known at ``as_of``."""
    slug, name = institution.slug, str(week)
    once = {
        "seed": f"{slug} {name}",
        "secret": hashlib.sha256(b"text_key" + b"".join(keys.chain(institution))).hexdigest(),
        "known_until": as_of or week.end,
        "size": SIZE,
        "least": LEAST,
    }
    types = [pa.string(), pa.string(), TIME, pa.int32(), pa.int32()]
    with warehouse.connect(institution.zone, threads=1) as db:
        paths = lake.existing("mentions", slug, [name])
        for path in paths:
            lake.check(path)
            db.read_parquet(path, hive_partitioning=False).create_view("mention")
        if not paths:
            warehouse.run_file(db, home.SQL / "staging" / "mention.sql")
            db.table("staging.mention").create_view("mention")
        schema = pa.schema(list(zip(once, types, strict=True)))
        warehouse.put(db, "draw", pa.Table.from_pylist([once], schema))
        warehouse.run_file(db, home.SQL / "quality" / "readable.sql")
        yield db


def query(db: warehouse.Connection, name: str) -> pa.Table:
    """The rows of one of our questions in sql/quality."""
    return db.sql((home.SQL / "quality" / f"{name}.sql").read_text(encoding="utf-8")).to_arrow_table()
