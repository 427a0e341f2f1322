"""JSON Lines of another shape than the exchange format: keys are headings, what lies deeper is named with dots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from tasks.errors import UsageError, printable
from tasks.extract.exchange import LONGEST_LINE
from tasks.imports import rows
from tasks.imports.column_map import File
from tasks.imports.rows import Page

SAMPLE_LINES = 1_000


@contextmanager
def opened(path: Path, file: File) -> Iterator[JsonRows]:
    """Open a file of JSON objects; raises UsageError when the first lines hold none."""
    with path.open("rb") as raw, TextIOWrapper(raw, file.encoding or "utf-8-sig", errors="replace") as text:
        yield JsonRows(path, text, file)


class JsonRows:
    """Each line is a row; its number is that of the line."""

    def __init__(self, path: Path, text: TextIOWrapper, file: File) -> None:
        self.file, self._text = file, text
        found: dict[str, None] = {}
        for _, line in zip(range(SAMPLE_LINES), self._lines(), strict=False):
            found |= dict.fromkeys(flat(line) or ())
        if not found or len(found) > rows.MOST_COLUMNS:
            raise UsageError(f"{printable(str(path))}: these are no lines of JSON objects.")
        self.headings = list(found)
        text.seek(0)

    def pages(self) -> Iterator[Page]:
        """So many lines at a time."""
        page, size = Page(1, [], {}), 0
        for number, line in enumerate(self._lines(), 1):
            given = flat(line)
            if given is None and line.strip():
                page.wrong[len(page.rows)] = "huge" if len(line) >= LONGEST_LINE else "damaged"
            page.rows.append([given.get(heading, "") for heading in self.headings] if given else [])
            size += len(line)
            if len(page.rows) >= rows.MOST_ROWS or size > rows.MOST_CHARACTERS:
                yield page
                page, size = Page(number + 1, [], {}), 0
        if page.rows:
            yield page

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while (more := self._text.readline(LONGEST_LINE)) and not more.endswith("\n"):
                    pass
            yield line


def flat(line: str) -> dict[str, str] | None:
    """One object's values as texts, by key; None where the line is no object."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return dict(_flat(given, "")) if isinstance(given, dict) else None


def _flat(given: dict[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if isinstance(value, dict) and above.count(".") < 3:
            yield from _flat(value, f"{above}{key}.")
        elif isinstance(value, str):
            yield f"{above}{key}", value
        elif value is not None:
            yield f"{above}{key}", json.dumps(value, ensure_ascii=False)
