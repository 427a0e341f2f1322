"""What the confined process does: opens a workbook or a Parquet file, and gives its cells as texts, page by page.

Nothing in a cell is ever run: of a formula the value that was last computed is read. A workbook with a document type is
refused, because entities are declared there; so is one that unpacks to more than any sheet needs.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tasks.errors import UsageError, printable
from tasks.imports import rows

#: Together, unpacked; half a million rows of ten columns are 350 MB.
MOST_BYTES = 2 << 30
#: Beyond these many parts nobody made it with a spreadsheet.
MOST_PARTS = 2_000
BLOCK = 1 << 20
MOST_CELLS = 15_000_000
DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
#: A number of more digits was rounded by the spreadsheet: what it was, nobody knows any more.
EXACT = 1e15

_open: dict[str, Iterator[list[str]]] = {}


def begin(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Open ``path``; told are the headings, the sheet's name and how many rows stand above."""
    path = Path(given["path"])
    sheet: str | None = None
    if given["kind"] == "xlsx":
        sheet, found = _workbook(path, given["sheet"])
        headings, skip, rest = _under_headings(found, given["skip"])
    else:
        skip = 0
        headings, rest = _parquet(path)
    _open["rows"] = rest
    return {"headings": headings, "sheet": sheet, "skip": skip}, {}


def page(given: dict[str, Any]) -> tuple[None, dict[str, bytes]]:
    """The next so many rows, as JSON."""
    found: list[list[str]] = []
    size = 0
    for cells in _open["rows"]:
        found.append(cells)
        size += sum(map(len, cells))
        if len(found) >= given["rows"] or size > rows.MOST_CHARACTERS:
            break
    return None, {"page": json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass")}


def _workbook(path: Path, wanted: str | None) -> tuple[str, Iterator[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    shown = printable(str(path))
    _harmless(path)
    try:
        book = CalamineWorkbook.from_path(path)
        if wanted and wanted not in book.sheet_names:
            raise UsageError(f"{shown}: there is no sheet “{wanted}”; there are: {', '.join(book.sheet_names)}.")
        for name in [wanted] if wanted else book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > 1 or wanted:
                return name, _cells(sheet)
    except PasswordError:
        raise UsageError(f"{shown}: the workbook has a password; save it without one.") from None
    except (CalamineError, OSError, ValueError) as error:
        raise UsageError(f"{shown}: this workbook cannot be read ({type(error).__name__}).") from None
    raise UsageError(f"{shown}: no sheet of the workbook has rows.")


def _harmless(path: Path) -> None:
    """Raise UsageError for a workbook that unpacks to too much, or declares entities; nothing of it is written."""
    shown = printable(str(path))
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise UsageError(
                    f"{shown}: the workbook has more than {MOST_PARTS:,} parts; no spreadsheet makes that."
                )
            for part in archive.infolist():
                named = printable(part.filename)
                if part.filename.startswith("/") or ".." in part.filename.replace("\\", "/").split("/"):
                    raise UsageError(f"{shown}: its part {named} wants to be outside of it.")
                total += _look(archive, part, f"{shown}: its part {named}", MOST_BYTES - total)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UsageError(f"{shown}: this is no workbook ({type(error).__name__}).") from None


def _look(archive: zipfile.ZipFile, part: zipfile.ZipInfo, shown: str, left: int) -> int:
    """How many bytes a part unpacks to, counted and not believed."""
    size, width, height, tail = 0, 0, 0, b""
    sheet, xml = "worksheets/" in part.filename, part.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > left:
                most = f"{MOST_BYTES // 2**20:,} MB"
                raise UsageError(f"{shown} makes it unpack to more than {most}: a bomb, or too much. Save it as CSV.")
            seen = tail + block
            if xml and DECLARED.search(seen if seen.count(0) < len(seen) // 4 else seen.replace(b"\0", b"")):
                raise UsageError(f"{shown} declares a document type or entities, which no spreadsheet does. Refused.")
            if sheet:
                for column, row in PLACE.findall(seen):
                    width, height = max(width, _number(column)), max(height, int(row))
            tail = seen[-64:]
    if width > rows.MOST_COLUMNS * 4 or width * height > MOST_CELLS:
        raise UsageError(
            f"{shown} is a sheet of {height:,} rows and {width:,} columns; at most {MOST_CELLS:,} cells are read. "
            "Remove what stands far from the table, or save it as CSV."
        )
    return size


def _number(column: bytes) -> int:
    told = 0
    for letter in column.upper():
        told = told * 26 + letter - 64
    return told


def _cells(sheet: Any) -> Iterator[list[str]]:
    """The rows as texts, from the sheet's first row on. A day in a column with times is its midnight."""
    top = sheet.start[0] if sheet.start else 0
    yield from ([] for _ in range(top))
    timed: set[int] = set()
    for cells in sheet.iter_rows():
        told = []
        for place, cell in enumerate(cells):
            if isinstance(cell, datetime):
                timed.add(place)
            told.append(_text(cell, place in timed))
        yield told


def _text(cell: object, timed: bool) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00" if timed else cell.isoformat()
    return cell.isoformat() if isinstance(cell, time) else str(cell)


def _under_headings(found: Iterator[list[str]], skip: int | None) -> tuple[list[str], int, Iterator[list[str]]]:
    """The headings, how many rows stand above them, and the rows below: the first row that is as wide as the table."""
    ahead = [cells for _, cells in zip(range(50), found, strict=False)]
    if skip is None:
        widths = [sum(1 for cell in cells if cell.strip()) for cells in ahead]
        usual = sorted(widths)[len(widths) // 2] if widths else 0
        skip = next((place for place, width in enumerate(widths) if width and width >= usual), 0)
    if len(ahead) <= skip:
        raise UsageError("The sheet has no row of headings.")
    headings = ahead[skip]
    while headings and not headings[-1].strip():
        headings = headings[:-1]

    def rest() -> Iterator[list[str]]:
        yield from ahead[skip + 1 :]
        yield from found

    return headings, skip, rest()


def _parquet(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise UsageError(f"{printable(str(path))}: this is no Parquet file ({type(error).__name__}).") from None
    if len(names) > rows.MOST_COLUMNS:
        raise UsageError(f"{printable(str(path))}: more than {rows.MOST_COLUMNS:,} columns.")

    def found() -> Iterator[list[str]]:
        try:
            for batch in file.iter_batches(batch_size=rows.MOST_ROWS // 10):
                columns = [[_plain(value) for value in column.to_pylist()] for column in batch.columns]
                yield from map(list, zip(*columns, strict=True))
        except (pa.ArrowException, OSError) as error:
            raise UsageError(f"{printable(str(path))}: damaged ({type(error).__name__}).") from None

    return names, found()


def _plain(value: object) -> str:
    """A value of Parquet, which knows whole numbers of any length."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return _text(value, timed=False)
