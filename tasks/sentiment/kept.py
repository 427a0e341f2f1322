"""What an engine made of a text, kept in the lake so that no text is ever read twice.

A partition holds the texts of one week by hash, as whole numbers (four decimals): no words, no ids. It may be thrown
away at any time, and is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks import lake

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

#: So much of a SHA-256 that two texts never share it.
KEY_BYTES = 16
#: Numbers have four decimals, and "nothing to say" (NaN) is a number that none of them becomes.
SCALE, NOTHING = 10_000, -32_768
Make = Callable[[Sequence[str]], "Rows"]


def key(text: str) -> bytes:
    """What a text is found by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


class Kept:
    """A row of ``width`` numbers (-1 … 1, or NaN) per text, of one institution and one version of an engine."""

    def __init__(self, table: str, slug: str, version: str, width: int) -> None:
        self.table, self.slug, self.version, self.width = table, slug, version, width
        self._schema = pa.schema([("text_key", pa.binary(KEY_BYTES)), ("row", pa.binary(2 * width))])

    def rows(self, part: str, texts: Sequence[str], make: Make, forget: frozenset[str] = frozenset()) -> Rows:
        """(n, width): the rows of these texts; ``make`` is asked for those that no partition knows.

        ``part`` (a week) then keeps these texts and no other, and of what is to be forgotten nothing.
        """
        import numpy as np

        keys = [key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        known = self._read([lake.partition(self.table, self.slug, part)], list(wanted))
        if wanted.keys() - known.keys():
            known |= self._read(self._others(part), [one for one in wanted if one not in known])
        if missing := sorted(wanted.keys() - known.keys()):
            known |= self._packed(missing, make([wanted[one] for one in missing]))
        self._write(part, {one: known[one] for one, text in wanted.items() if text not in forget})
        whole = np.frombuffer(b"".join(known[one] for one in keys), np.int16).reshape(len(keys), self.width)
        return np.where(whole == NOTHING, np.nan, whole / SCALE).astype(np.float32)

    def forget(self, part: str, texts: Sequence[str]) -> None:
        """Take these texts out of a part."""
        left = lake.read(self.table, self.slug, part)
        if left is not None and texts:
            gone = {key(text) for text in texts}
            pairs = zip(left["text_key"].to_pylist(), left["row"].to_pylist(), strict=True)
            self._write(part, {one: row for one, row in pairs if one not in gone})

    def _packed(self, keys: Sequence[bytes], rows: Rows) -> dict[bytes, bytes]:
        import numpy as np

        whole = np.where(np.isnan(rows), NOTHING, np.round(np.nan_to_num(rows) * SCALE)).astype(np.int16)
        return {one: row.tobytes() for one, row in zip(keys, whole, strict=True)}

    def _others(self, part: str) -> list[Path]:
        own = lake.partition(self.table, self.slug, part)
        return [path for path in sorted(own.parent.parent.glob("week=*/part-0.parquet")) if path != own]

    def _read(self, paths: Sequence[Path], keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What partitions of this version know of these keys; a damaged one knows nothing."""
        asked = pa.array(keys, pa.binary(KEY_BYTES))
        found: dict[bytes, bytes] = {}
        for path in paths:
            try:
                file = pq.ParquetFile(path)
                if (file.schema_arrow.metadata or {}).get(lake.INPUTS, b"").decode() != self.version:
                    continue
                table = file.read()
            except (OSError, pa.ArrowInvalid):
                continue
            table = table.filter(pc.is_in(table["text_key"], value_set=asked))
            found |= dict(zip(table["text_key"].to_pylist(), table["row"].to_pylist(), strict=True))
        return found

    def _write(self, part: str, rows: dict[bytes, bytes]) -> None:
        """In the order of the keys: same texts, same bytes."""
        listed = sorted(rows)
        columns = {"text_key": listed, "row": [rows[one] for one in listed]}
        table = pa.table(columns, self._schema)
        path = lake.partition(self.table, self.slug, part)
        if not listed:
            path.unlink(missing_ok=True)
        elif lake.inputs(self.table, self.slug, part) != self.version or not self._same(path, table):
            lake.replace(self.table, self.slug, part, table, self.version)

    def _same(self, path: Path, table: pa.Table) -> bool:
        try:
            return bool(pq.read_table(path, partitioning=None).equals(table))
        except (OSError, pa.ArrowInvalid):
            return False
