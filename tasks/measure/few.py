"""Groups of fewer than five people: no edition says anything about them, in whatever form it is handed on.

This is done once, where the document is made that all forms are made of: page, screen, attachments and mails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.measure.contract import GRAIN, VOLUME, Metric

#: Counts of fewer people could point at somebody.
FEWEST = 5
#: A metric that reads nothing else counts hours of sources, not people.
NOT_PEOPLE = frozenset({"core.fetched"})
Row = dict[str, Any]


def hidden(figures: Mapping[str, dict[str, Any]], metrics: Mapping[str, Metric]) -> None:
    """Empty, in place, each row about a department, source or topic with fewer than five people: ``few`` is then true.

    Of metrics with several rows for a heading they are left out. How many people there are is the row's own
    ``authors``; where a metric has none, as many as wrote in that group and week. Fewer than five cases are of fewer
    than five people.
    """
    volume = {_heading(row): row.get("authors") for row in figures.get(VOLUME, {}).get("rows", [])}
    for name, measured in figures.items():
        if set(metrics[name].contract.reads) <= NOT_PEOPLE:
            continue
        several = metrics[name].contract.grain != GRAIN
        rows = measured["rows"]
        few = [_is_few(row, volume) for row in rows]
        measured["rows"] = [
            _emptied(row) if hide else row for row, hide in zip(rows, few, strict=True) if not (hide and several)
        ]


def _is_few(row: Row, volume: Mapping[tuple[Any, ...], int | None]) -> bool:
    if row["dimension"] == "all":
        return False
    people = row["authors"] if row.get("authors") is not None else volume.get(_heading(row))
    return any(0 < (count or 0) < FEWEST for count in (row.get("n"), people))


def _heading(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in GRAIN)


def _emptied(row: Row) -> Row:
    return {name: value if name in GRAIN else None for name, value in row.items()} | {"few": True}
