"""The row of a week as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.quality.estimate import CLASSES


def lines(row: dict[str, Any]) -> Iterator[str]:
    """What follows from the labels of a week; without enough of them, what is missing."""
    if row["status"] == "none":
        yield f"{row['week']}: nobody has labelled anything."
        return
    yield f"\n{row['week']}: {row['labelled']} of {row['wanted']} labelled, {row['unclear']} unclear."
    if row["outdated"]:
        yield f"{row['outdated']} answers no longer count: the words were edited or deleted since."
    if row["status"] == "too_few":
        yield "Too few labels for a figure: at least 30 are needed, and 5 of whatever the machine calls each class."
        return
    yield f"Net score: the machine says {row['net']['machine']:+.0f}, corrected {_span(row['net'], '+.0f')}."
    for name in CLASSES:
        found = row["classes"][name]
        precision, recall = _span(found["precision"]), _span(found["recall"])
        yield f"{name}: of what is called so {precision} % is; of what is so {recall} % is called so."
    yield f"Agreement of machine and people (kappa): {_span(row['agreement']['machine'], '.2f')}"
    if row["labellers"] > 1:
        yield f"Agreement among people (kappa): {_span(row['agreement']['people'], '.2f')}"
    if row["drift"]:
        moved = [name for name, one in row["drift"]["figures"].items() if one["moved"]]
        since = f"{row['drift']['since']} and later, {row['drift']['labelled']} labels"
        yield f"Beside earlier weeks ({since}): {', '.join(moved) or 'nothing'} moved beyond chance."


def _span(figure: dict[str, Any] | None, form: str = ".0f") -> str:
    if figure is None:
        return "(too few)"
    return f"{figure['value']:{form}} ({figure['low']:{form}} to {figure['high']:{form}})"
