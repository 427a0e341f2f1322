"""The lake: one Parquet file per table, institution and week, replaced whole and never appended to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks import durable, home
from tasks.errors import SourceError

INPUTS = b"weerklank.inputs"
#: Hardly a value comes twice in these: a dictionary of them is larger than they are, and takes half of the writing.
UNIQUE = frozenset({"item_id", "parent_id", "thread_id", "thread_key", "text"})


def partition(table: str, slug: str, week: str) -> Path:
    """Where one partition lives."""
    return _part(_folder(table, slug), week)


def _folder(table: str, slug: str) -> Path:
    return home.lake() / table / f"institution={slug}"


def _part(folder: Path, week: str) -> Path:
    return folder / f"week={week}" / "part-0.parquet"


def inputs(table: str, slug: str, week: str) -> str | None:
    """The hash of everything a partition was made from; None when there is none, or it cannot be read."""
    path = partition(table, slug, week)
    try:
        stored: dict[bytes, bytes] = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return stored.get(INPUTS, b"").decode()


def replace(table: str, slug: str, week: str, rows: pa.Table, made_from: str) -> None:
    """Write one partition: same rows and same inputs, same bytes."""
    tagged = rows.replace_schema_metadata({INPUTS: made_from.encode()})
    with durable.replacing(partition(table, slug, week)) as aside:
        repeating = [name for name in tagged.column_names if name not in UNIQUE]
        pq.write_table(tagged, aside, compression="zstd", use_dictionary=repeating, write_page_checksum=True)


def remove(table: str, slug: str, week: str) -> None:
    """Take a partition away that nothing is left for; its folder may stay."""
    partition(table, slug, week).unlink(missing_ok=True)


def count(table: str, slug: str, week: str) -> int:
    """The rows of a partition, from its footer; 0 when it is not there."""
    path = partition(table, slug, week)
    try:
        return int(pq.read_metadata(path).num_rows) if path.exists() else 0
    except (OSError, pa.ArrowInvalid):
        raise damaged(path) from None


def check(path: str) -> None:
    """Raise SourceError when a partition cannot be read."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        raise damaged(path) from None


def read(table: str, slug: str, week: str) -> pa.Table | None:
    """One partition, or None when it is not there."""
    path = partition(table, slug, week)
    try:
        return pq.read_table(path, partitioning=None) if path.exists() else None
    except (OSError, pa.ArrowInvalid):
        raise damaged(path) from None


def damaged(path: Path | str) -> SourceError:
    """What to say of a partition that cannot be read: nothing is lost, it can be made again."""
    return SourceError(f"{path} is damaged. Remove it and run again: it is made anew from the raw pages.")


def existing(table: str, slug: str, weeks: Sequence[str]) -> list[str]:
    """The paths, as text, of those weeks that are there: an explicit list, so that years of history cost nothing."""
    folder = _folder(table, slug)  # once: resolving the state folder takes longer than looking into it
    paths = (_part(folder, week) for week in weeks)
    return [str(path) for path in paths if path.exists()]
