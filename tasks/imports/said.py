"""What a person is told of a file beside its counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.imports.take import Taken


def clocks(taken: Taken) -> Iterator[str]:
    """The hours that came twice or never, and ids that a spreadsheet ruined."""
    if many := taken.clock["twice"]:
        yield f"In the hour that came twice when the clock was put back: {many:,}; [time] twice says which is meant."
    if many := taken.clock["missing"]:
        yield f"In the hour that never was when the clock was put forward: {many:,}; see [time] missing."
    if taken.ruined:
        yield (
            f"Ids that a spreadsheet ruined (like 1.23E+18): {taken.ruined:,}; their rows are set aside. Export the "
            "ids as text, or let --preview make a map that tells rows apart otherwise."
        )
