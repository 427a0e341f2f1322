"""Files that people hand in, in the exchange format: landed as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks.errors import UsageError
from tasks.extract import exchange, landing
from tasks.settings import Institution

SOURCE = "import"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file."""

    path: Path
    items: int
    refused: tuple[tuple[int, str], ...]
    page: landing.Page


def receive(institution: Institution, path: Path, *, fetched_at: datetime) -> Received:
    """Land one file; the same content again changes nothing. Raises UsageError when it cannot be read at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    if not data.strip():
        raise UsageError(f"{path}: the file is empty.")
    page = landing.land(institution.slug, SOURCE, origin(path), data, fetched_at=fetched_at)
    items = exchange.read(data)
    return Received(path, len(items.lines), tuple(items.refused), page)


def origin(path: Path) -> str:
    """A file's name as a person would recognise it, without anything that could act in a terminal or a report."""
    return "".join(c if c.isprintable() else "?" for c in path.name)[:120]
