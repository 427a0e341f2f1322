"""CSV and its like: how a file is written, and its rows.

Python's own reader takes the rows apart, one line at a time: it says which row is wrong and goes on with the next,
which the quicker ones do not.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import get_args

from tasks.errors import UsageError, printable
from tasks.imports import rows
from tasks.imports.column_map import Delimiter, Encoding, File
from tasks.imports.rows import Page

DELIMITERS: tuple[Delimiter, ...] = get_args(Delimiter)
#: As bytes begin that say how they are to be read.
MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
#: Where it is not UTF-8: what would give the most of the letters and signs that Dutch and English have.
OLD: tuple[Encoding, ...] = ("cp1252", "cp850", "mac_roman")
USUAL = frozenset("éëïöüèàçáóíñêôâûäÉËÖÜ€–—’‘“”…·«»°")
SAMPLE_ROWS = 200
#: So much of a text can be read.
MOST = 0.9
SAMPLE_BYTES = 1 << 20
#: A line without end is cut here; the row is set aside.
LONGEST_LINE = 4 * rows.LONGEST_CELL


@contextmanager
def opened(path: Path, file: File) -> Iterator[Delimited]:
    """Open a delimited file; raises UsageError when it is no text."""
    encoding = file.encoding or encoding_of(path)
    read_as = "utf-8-sig" if encoding == "utf-8" else encoding  # the mark may come and go from one export to the next
    with path.open("rb") as raw, TextIOWrapper(raw, read_as, newline="") as text:
        try:
            written = written_as(path, file, encoding)
            yield Delimited(path, text, written)
        except UnicodeError:
            raise UsageError(f"{printable(str(path))}: this is not {encoding} text all the way.") from None


def encoding_of(path: Path) -> Encoding:
    """How the bytes of a file are to be read."""
    with path.open("rb") as raw:
        head = raw.read(SAMPLE_BYTES)
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise UsageError(f"{printable(str(path))}: this is UTF-32; save it as UTF-8.")
        for mark, encoding in MARKS:
            if head.startswith(mark):
                return encoding
        if len(head) > 1 and 0 in head[:4000]:
            evens, odds = head[0:4000:2].count(0), head[1:4000:2].count(0)
            wide: Encoding = "utf-16-be" if evens > odds else "utf-16-le"
            told = head[:4000].decode(wide, "replace")
            if sum(char.isprintable() or char.isspace() for char in told) < MOST * len(told):
                raise UsageError(f"{printable(str(path))}: this is not text.")
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        raw.seek(0)
        try:
            while block := raw.read(SAMPLE_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _old(head + block)
        return "utf-8"


def _old(head: bytes) -> Encoding:
    odd = bytes(byte for byte in head if byte > 127)
    scores = {
        encoding: sum((char in USUAL) - (not char.isprintable()) for char in odd.decode(encoding, "replace"))
        for encoding in OLD
    }
    return max(OLD, key=lambda encoding: (scores[encoding], -OLD.index(encoding)))


def written_as(path: Path, file: File, encoding: Encoding) -> File:
    """The file's delimiter and the lines above its headings, where the map leaves them open."""
    with path.open("rb") as raw:
        head = codecs.getincrementaldecoder(encoding)("strict").decode(raw.read(SAMPLE_BYTES))
    lines = head.splitlines(keepends=True)[: SAMPLE_ROWS * 10]
    told = 0
    if lines and lines[0].strip().lower()[:4] == "sep=":  # a spreadsheet's own word for it
        told = 1
    delimiter = file.delimiter or _delimiter(lines[told:])
    skip = file.skip if file.skip is not None else told + _above(lines[told:], delimiter)
    return File(encoding=encoding, delimiter=delimiter, skip=skip)


def _widths(lines: list[str], delimiter: str) -> list[int]:
    reader = csv.reader(lines, delimiter=delimiter)
    widths: list[int] = []
    while len(widths) < SAMPLE_ROWS:
        try:
            widths.append(len(next(reader)))
        except StopIteration:
            break
        except csv.Error:  # a cell without end; what comes after it still tells
            continue
    return widths


def _delimiter(lines: list[str]) -> Delimiter:
    """The one that parts most rows into the same number of cells, and into more than one."""

    def score(delimiter: Delimiter) -> tuple[float, int, int]:
        widths = [width for width in _widths(lines, delimiter) if width]
        if not widths:
            return 0, 0, 0
        width, many = Counter(widths).most_common(1)[0]
        return (many / len(widths) if width > 1 else 0), width, -DELIMITERS.index(delimiter)

    return max(DELIMITERS, key=score)


def _above(lines: list[str], delimiter: str) -> int:
    """How many rows stand above the headings: they are narrower than the table."""
    widths = _widths(lines, delimiter)
    usual = Counter(width for width in widths if width).most_common(1)
    return next((place for place, width in enumerate(widths) if usual and width >= usual[0][0]), 0)


class Delimited:
    """The rows of an open text."""

    def __init__(self, path: Path, text: TextIOWrapper, written: File) -> None:
        self.path, self.file = path, written
        self._text, self._characters, self._cut = text, 0, False
        self._reader = csv.reader(self._lines(), delimiter=written.delimiter or ",")
        for _ in range(written.skip or 0):
            next(self._reader, None)
        first = next(self._reader, [])
        if not 1 <= len(first) <= rows.MOST_COLUMNS:
            raise UsageError(f"{printable(str(path))}: there are no headings.")
        self.headings = rows.named(first)

    def pages(self) -> Iterator[Page]:
        """So many rows, or so many characters, at a time."""
        before = csv.field_size_limit(rows.LONGEST_CELL)
        first = (self.file.skip or 0) + 2
        try:
            while (page := self._page(first)).rows:
                yield page
                first += len(page.rows)
        finally:
            csv.field_size_limit(before)

    def _page(self, first: int) -> Page:
        width, reader = len(self.headings), self._reader
        found: list[list[str]] = []
        wrong: dict[int, str] = {}
        self._characters = 0
        while len(found) < rows.MOST_ROWS and self._characters < rows.MOST_CHARACTERS:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error:
                wrong[len(found)], cells = "huge", []
            if self._cut:
                self._cut = False
                wrong[len(found)], cells = "huge", []
            elif len(cells) > width and any(cells[width:]):
                wrong[len(found)], cells = "cells", []
            elif len(cells) < width and cells:
                cells += [""] * (width - len(cells))
            found.append(cells)
        return Page(first, found, wrong)

    def _lines(self) -> Iterator[str]:
        """The lines of the text, none of them longer than we can bear."""
        readline = self._text.readline
        while line := readline(LONGEST_LINE):
            self._characters += len(line)
            if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                self._cut = True
                while (more := readline(LONGEST_LINE)) and not more.endswith(("\n", "\r")):
                    pass
                line = "\n"
            yield line
