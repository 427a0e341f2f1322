"""XLSX and Parquet, read in a process with limits (tasks.confined): made to be small and to become huge, or to crash
the library that reads them, they take nothing along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.confined.process import Ended, Limits, Process
from tasks.errors import UsageError, printable
from tasks.imports import rows
from tasks.imports.column_map import File
from tasks.imports.rows import Kind, Page

#: A sheet of half a million rows and ten columns takes 600 MB and seven seconds of processor to open.
LIMITS = Limits(cpu_seconds=300, memory_mb=900, wall_seconds=900)
MODULE = "tasks.imports.confined_reader"


@contextmanager
def opened(path: Path, file: File, kind: Kind) -> Iterator[Confined]:
    """Open a workbook or a Parquet file; raises UsageError when it is none, or asks for more than it may have."""
    with Process(LIMITS, "import") as process:
        yield Confined(path, file, kind, process)


class Confined:
    """Its rows, fetched a page at a time."""

    def __init__(self, path: Path, file: File, kind: Kind, process: Process) -> None:
        self._path, self._process = path, process
        given = {"path": str(path.resolve()), "kind": kind, "sheet": file.sheet, "skip": file.skip}
        told = self._ask("begin", given)
        self.file = File(sheet=told["sheet"], skip=told["skip"])
        self.headings = rows.named(told["headings"])

    def pages(self) -> Iterator[Page]:
        """Ask until nothing comes."""
        first, width = (self.file.skip or 0) + 2, len(self.headings)
        while found := self._ask("page", {"rows": rows.MOST_ROWS}):
            page = Page(first, [], {})
            for cells in found:
                if any(len(cell) > rows.LONGEST_CELL for cell in cells):
                    page.wrong[len(page.rows)] = "huge"
                    cells = []
                elif len(cells) != width and cells:
                    cells = (cells + [""] * (width - len(cells)))[:width]
                page.rows.append(cells)
            yield page
            first += len(page.rows)

    def _ask(self, what: str, given: dict[str, Any]) -> Any:
        shown = printable(str(self._path))
        try:
            done = self._process.call(f"{MODULE}:{what}", given, shown)
        except Ended as ended:
            raise UsageError(f"{ended} Save it as CSV, which can be of any size, or hand in fewer rows.") from None
        return json.loads(done.files["page"]) if "page" in done.files else done.told
