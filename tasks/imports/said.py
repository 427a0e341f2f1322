"""What a person is told of a file beside its counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.imports.take import Taken


def clocks(taken: Taken) -> Iterator[str]:
    """The hours that came twice or never, and ids that a spreadsheet ruined."""
    if many := taken.clock["twice"]:
        yield f"{many:,} times are in the hour that came twice when the clock was put back; [time] twice says which."
    if many := taken.clock["missing"]:
        yield f"{many:,} times are in the hour that never was when the clock was put forward; see [time] missing."
    if taken.ruined:
        yield (
            f"{taken.ruined:,} ids were ruined by a spreadsheet (like 1.23E+18) and their rows set aside: export the "
            "ids as text, or let --preview make a map that tells rows apart otherwise."
        )
