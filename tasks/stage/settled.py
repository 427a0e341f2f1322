"""The rows of lines that left a raw page: all that staging needs of them, and nothing native.

One Parquet file per page. Its metadata hold the lines that were refused, and which keys its pseudonyms are made with:
whoever reads it with more keys gets them made anew (tasks/stage/keys.py).
"""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import SourceError
from tasks.extract import landing
from tasks.stage import keys as keyring
from tasks.stage import privacy, rows
from tasks.stage.keys import Chain
from tasks.stage.people import People
from tasks.topics.read import Reader

META = b"weerklank.settled"
PSEUDONYMS = ("item_id", "parent_id", "thread_id", "author_key", "case_id")
Parsed = tuple[pa.Table, pa.Table]


def parsed(slug: str, keys: Chain, page: landing.Page, reader: Reader, people: People) -> Parsed:
    """Usable rows and refused lines of a page, wherever they are by now, in the order of their lines."""
    raw = rows.table(keys, page, landing.read(slug, page), reader, people)
    left = gone(slug, keys, page)
    if left is None:
        return raw
    good, bad = (pa.concat_tables(pair).sort_by("line") for pair in zip(raw, left, strict=True))
    return good, bad


def gone(slug: str, keys: Chain, page: landing.Page) -> Parsed | None:
    """Rows and refused lines of what left the page's raw bytes; None when nothing did."""
    data = landing.read_rows(slug, page)
    return None if data is None else unpack(keys, data, page)


def pack(keys: Chain, good: pa.Table, bad: pa.Table) -> bytes:
    """The file: the same rows and keys, the same bytes."""
    told = {"keys": len(keys), "check": keyring.check(keys), "refused": bad.to_pylist()}
    buffer = pa.BufferOutputStream()
    tagged = good.replace_schema_metadata({META: json.dumps(told, sort_keys=True).encode()})
    pq.write_table(tagged, buffer, compression="zstd", write_page_checksum=True)
    packed: bytes = buffer.getvalue().to_pybytes()
    return packed


def unpack(keys: Chain, data: bytes, page: landing.Page) -> Parsed:
    """What ``pack`` was given, with pseudonyms of these keys; raises SourceError when the keys are others."""
    table = pq.read_table(pa.BufferReader(data))
    told = json.loads(table.schema.metadata[META])
    made_with = int(told["keys"])
    if told["check"] != keyring.check(keys[:made_with]):
        raise SourceError(
            f"{page.rows_name}: its pseudonyms were made with other keys. Put the institution's keys back from your "
            "back-up: docs/privacy/keys.md."
        )
    good = table.replace_schema_metadata(None).cast(rows.LANDED)
    for name in PSEUDONYMS if made_with < len(keys) else ():
        anew = pa.array(privacy.rekeyed(keys[made_with:], good[name].to_pylist()), pa.string())
        good = good.set_column(good.schema.get_field_index(name), name, anew)
    return good, pa.Table.from_pylist(told["refused"], rows.QUARANTINE)
