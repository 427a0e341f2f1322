"""Which map reads a file, for who hands one in: by hand or in the inbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tasks.errors import UsageError, WeerklankError, printable
from tasks.extract.fields import KEYS
from tasks.imports import column_map, resolve, rows
from tasks.imports.take import Taken
from tasks.imports.take import take as taking
from tasks.settings import Institution

LINE = 1_000_000


def is_exchange(path: Path) -> bool:
    """Whether a file is meant to be the exchange format: JSON Lines whose first object knows its keys."""
    if path.suffix.lower() in rows.ENDINGS and rows.ENDINGS[path.suffix.lower()] != "jsonl":
        return False
    try:
        with path.open("rb") as file:
            first = next((line for line in iter(lambda: file.readline(LINE), b"") if line.strip()), b"")
        told = json.loads(first.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return True  # which reads it will say what is wrong with it
    return not isinstance(told, dict) or bool(told.keys() & (KEYS - {"id", "text", "title", "url"})) or not told


def take(institution: Institution, path: Path, name: str | None, source: str | None, *, fetched_at: datetime) -> Taken:
    """Take a file in by a map of this name, or by the one of the institution's own whose columns it has."""
    if name is None:
        name = fitting(institution, path, own(institution))
    mapped = column_map.load(institution.slug, name)
    given = resolve.source_of(institution, mapped, source, name)
    return taking(institution, path, mapped, given, fetched_at=fetched_at)


def own(institution: Institution) -> list[str]:
    """The institution's own maps."""
    there = column_map.names(institution.slug)
    return [name for name in there if column_map.path(institution.slug, name).exists()]


def fitting(institution: Institution, path: Path, names: Sequence[str]) -> str:
    """Of these maps the first whose columns are all in the file; raises UsageError when there is none."""
    for name in names:
        mapped = column_map.load(institution.slug, name)
        try:
            with rows.opened(path, mapped.file) as opened:
                if mapped.headings <= set(opened.headings):
                    return name
        except WeerklankError:
            if name == names[-1]:
                raise
    tried = f" (tried: {', '.join(names)})" if names else ""
    raise UsageError(
        f"{printable(str(path))}: no column map of {institution.slug} reads this file{tried}. Look at it first: "
        f"./weerklank import {institution.slug} FILE --preview"
    )
