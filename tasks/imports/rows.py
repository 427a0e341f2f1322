"""A file of rows, whatever its format, a page at a time: the same few thousand rows in memory for any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from tasks.errors import UsageError, printable
from tasks.imports.column_map import File

Kind = Literal["csv", "xlsx", "jsonl", "parquet"]
#: What a file is by the end of its name.
ENDINGS: dict[str, Kind] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".parquet": "parquet",
}  # fmt: skip
MOST_ROWS = 10_000
MOST_CHARACTERS = 8_000_000
LONGEST_CELL = 1_000_000
MOST_COLUMNS = 1_000


class Page(NamedTuple):
    """So many rows that follow each other. ``first`` is the number of the first: the row under the headings of a plain
    table is number 2, as a spreadsheet counts. A row without cells is empty, or ``wrong`` says by its place why it
    cannot be used (``fields.SET_ASIDE``).
    """

    first: int
    rows: list[list[str]]
    wrong: dict[int, str]


class Opened(Protocol):
    """An open file of rows."""

    headings: list[str]
    #: How it turned out to be written.
    file: File

    def pages(self) -> Iterator[Page]:
        """The rows under the headings, once."""


def kind_of(path: Path) -> Kind:
    """What a file is; raises UsageError for what is not read here."""
    if kind := ENDINGS.get(path.suffix.lower()):
        return kind
    hint = "Save it as .xlsx or as CSV." if path.suffix.lower() in (".xls", ".xlsb", ".ods", ".numbers") else ""
    raise UsageError(f"{printable(str(path))}: this is none of {', '.join(ENDINGS)}. {hint}".strip())


def opened(path: Path, file: File) -> AbstractContextManager[Opened]:
    """Open a file as a map says it is written; what that leaves open is found out. Raises UsageError."""
    from tasks.imports import confined, delimited, json_rows

    kind = kind_of(path)
    if not path.is_file():
        raise UsageError(f"{printable(str(path))}: there is no such file.")
    if path.stat().st_size == 0:
        raise UsageError(f"{printable(str(path))}: the file is empty.")
    if kind == "csv":
        return delimited.opened(path, file)
    if kind == "jsonl":
        return json_rows.opened(path, file)
    return confined.opened(path, file, kind)


def named(headings: list[str]) -> list[str]:
    """Headings without blanks around them; one that is there twice gets a number, one that is missing its letter."""
    seen: dict[str, int] = {}
    told = []
    for place, heading in enumerate(headings):
        name = " ".join(heading.split())[:200] or f"column {place + 1}"
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
