"""Whether two jobs gave the same answer: every row, every column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tasks.bench.plan import METRICS

KEY = ("week", "dimension", "group")
#: The last decimal of a percentage may be rounded either way.
NEAR = 1e-4 + 1e-9
Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]


def differences(ours: Path, theirs: Path) -> list[str]:
    """What differs between two folders of answers, in words; at most one finding for each column of each metric."""
    found: list[str] = []
    for metric in METRICS:
        sides = [_rows(folder / f"{metric}.parquet") for folder in (ours, theirs)]
        found += [f"{metric}: {finding}" for finding in _compared(*sides)]
    return found


def _rows(path: Path) -> Rows | str:
    listed = pq.read_table(path).to_pylist()
    rows = {tuple(row[name] for name in KEY): row for row in listed}
    return rows if len(rows) == len(listed) else f"{len(listed) - len(rows)} rows too many in {path.parent.name}"


def _compared(ours: Rows | str, theirs: Rows | str) -> list[str]:
    if isinstance(ours, str) or isinstance(theirs, str):
        return [side for side in (ours, theirs) if isinstance(side, str)]
    if not ours or not theirs:
        return ["no rows at all"]
    if ours.keys() != theirs.keys():
        odd = sorted(ours.keys() ^ theirs.keys())
        return [f"{len(odd)} rows are in one answer only, like {' '.join(odd[0])}"]
    columns, others = (set(next(iter(rows.values()))) for rows in (ours, theirs))
    if columns != others:
        return [f"columns in one answer only: {', '.join(sorted(columns ^ others))}"]
    return [finding for column in sorted(columns) if (finding := _column(column, ours, theirs))]


def _column(column: str, ours: Rows, theirs: Rows) -> str | None:
    odd = [key for key, row in ours.items() if not _same(row[column], theirs[key][column])]
    if not odd:
        return None
    one, other = ours[odd[0]][column], theirs[odd[0]][column]
    return f"{column} differs in {len(odd)} rows, like {' '.join(odd[0])}: {one} and {other}"


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return abs(float(one) - float(other)) <= NEAR
