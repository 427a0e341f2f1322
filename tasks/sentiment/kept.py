"""What an engine made of a text, kept in the lake so that no text is ever read twice.

A partition holds the texts of one week by hash, as whole numbers (four decimals): no words, no ids. It may be thrown
away at any time, and is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks import home, lake
from tasks.errors import SourceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

#: So much of a SHA-256 that two texts never share it.
KEY_BYTES = 16
#: Numbers have four decimals, and "nothing to say" (NaN) is a number that none of them becomes.
SCALE, NOTHING = 10_000, -32_768
#: The tables of this kind; what is in them goes with the mentions it was made of.
TABLES = ("scores", "embeddings")
Make = Callable[[Sequence[str]], "Rows"]


def key(text: str) -> bytes:
    """What a text is found by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def forget(slug: str, part: str) -> None:
    """Keep nothing at all of a week that has no mentions."""
    for table in TABLES:
        lake.remove(table, slug, part)


def keep_only(table: str, slug: str, part: str, texts: Iterable[str]) -> None:
    """Of a part that some other engine made, take out all but these texts: when that one is back it need not read them
    again, and nothing outlives its mention. A damaged part goes altogether.
    """
    try:
        left = lake.read(table, slug, part)
    except SourceError:
        lake.remove(table, slug, part)
        return
    if left is None:
        return
    stay = left.filter(pc.is_in(left["text_key"], value_set=pa.array(map(key, texts), pa.binary(KEY_BYTES))))
    if not stay.num_rows:
        lake.remove(table, slug, part)
    elif stay.num_rows < left.num_rows:
        lake.replace(table, slug, part, stay, lake.inputs(table, slug, part) or "")


class Kept:
    """A row of ``width`` numbers (-1 … 1, or NaN) per text, of one institution and one version of an engine."""

    def __init__(self, table: str, slug: str, version: str, width: int) -> None:
        self.table, self.slug, self.version, self.width = table, slug, version, width
        self._schema = pa.schema([("text_key", pa.binary(KEY_BYTES)), ("row", pa.binary(2 * width))])
        self._keys: dict[Path, tuple[tuple[int, int], pa.Array]] = {}

    def rows(self, part: str, texts: Sequence[str], make: Make, forget: frozenset[str] = frozenset()) -> Rows:
        """(n, width): the rows of these texts; ``make`` is asked for those that no partition knows.

        ``part`` (a week) then keeps these texts and no other, and of what is to be forgotten nothing.
        """
        import numpy as np

        keys = [key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        stay = [one for one, text in wanted.items() if text not in forget]
        known = self._known(part, wanted)
        if wanted.keys() <= known.keys():
            self._write(part, {one: known[one] for one in stay})
        else:
            with self._alone():  # whoever had this to itself before us may have read the same texts
                known |= self._known(part, wanted.keys() - known.keys())
                if missing := sorted(wanted.keys() - known.keys()):
                    known |= self._packed(missing, make([wanted[one] for one in missing]))
                self._write(part, {one: known[one] for one in stay})
        whole = np.frombuffer(b"".join(known[one] for one in keys), np.int16).reshape(len(keys), self.width)
        return np.where(whole == NOTHING, np.nan, whole / SCALE).astype(np.float32)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes rows of an institution; the lock dies with the process that holds it."""
        path = home.state() / "locks" / f"{self.table}.{self.slug}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _packed(self, keys: Sequence[bytes], rows: Rows) -> dict[bytes, bytes]:
        import numpy as np

        whole = np.where(np.isnan(rows), NOTHING, np.round(np.nan_to_num(rows) * SCALE)).astype(np.int16)
        return {one: row.tobytes() for one, row in zip(keys, whole, strict=True)}

    def _known(self, part: str, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """What any partition of this version knows of these keys, its own first; a damaged one knows nothing."""
        own = lake.partition(self.table, self.slug, part)
        found: dict[bytes, bytes] = {}
        for path in (own, *(one for one in sorted(own.parent.parent.glob("week=*/part-0.parquet")) if one != own)):
            if len(found) == len(keys):
                break
            asked = pa.array([one for one in keys if one not in found], pa.binary(KEY_BYTES))
            try:
                found |= self._read(path, asked)
            except (OSError, pa.ArrowInvalid):
                continue
        return found

    def _read(self, path: Path, asked: pa.Array) -> dict[bytes, bytes]:
        """Of a partition its keys, once; the rows, which are wide, only where it has some that are asked for."""
        state = path.stat()
        mark = (state.st_mtime_ns, state.st_size)
        seen, keys = self._keys.get(path, (None, asked[:0]))
        if seen != mark:
            with pq.ParquetFile(path) as file:
                ours = (file.schema_arrow.metadata or {}).get(lake.INPUTS, b"").decode() == self.version
                keys = file.read(columns=["text_key"])["text_key"].combine_chunks() if ours else asked[:0]
            self._keys[path] = (mark, keys)
        if not pc.any(pc.is_in(keys, value_set=asked)).as_py():
            return {}
        table = pq.read_table(path, partitioning=None)
        table = table.filter(pc.is_in(table["text_key"], value_set=asked))  # it may be another file by now
        return dict(zip(table["text_key"].to_pylist(), table["row"].to_pylist(), strict=True))

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
