"""Whether a file is the exchange format, a page at a time: for who makes one with dlt, Singer, Airbyte or a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.errors import UsageError, printable
from tasks.extract import exchange

MOST_LINES = 10_000
MOST_BYTES = 16 << 20
TOLD = 1_000


@dataclass(slots=True)
class Checked:
    """How many lines are items, how many are not, and the first of those by line and reason."""

    items: int = 0
    refused: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)


def look(path: Path) -> Checked:
    """Read a file as staging would; raises UsageError when there is nothing to read."""
    found = Checked()
    for before, data in _pages(path):
        items = exchange.read(data)
        found.items += len(items.lines)
        found.refused += len(items.refused)
        found.told += [(line + before, reason) for line, reason in items.refused][: TOLD - len(found.told)]
    if not found.items + found.refused:
        raise UsageError(f"{printable(str(path))}: the file is empty.")
    return found


def _pages(path: Path) -> Iterator[tuple[int, bytes]]:
    """So many lines at a time, with how many came before. A line that is too long is cut where it says so itself."""
    before, lines, size = 0, [], 0
    try:
        with path.open("rb") as file:
            while line := file.readline(4 * exchange.LONGEST_LINE):
                if not line.endswith(b"\n"):
                    while (more := file.readline(4 * exchange.LONGEST_LINE)) and not more.endswith(b"\n"):
                        pass
                    line = line.rstrip(b"\n") + b"\n"
                lines.append(line)
                size += len(line)
                if len(lines) >= MOST_LINES or size > MOST_BYTES:
                    yield before, b"".join(lines)
                    before, lines, size = before + len(lines), [], 0
    except OSError as error:
        raise UsageError(f"{printable(str(path))}: cannot be read ({error.strerror}).") from None
    if lines:
        yield before, b"".join(lines)
