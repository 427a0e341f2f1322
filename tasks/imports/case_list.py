"""An empty list of cases for a team that keeps one by hand; the map that reads it decides its columns."""

from __future__ import annotations

from pathlib import Path

from tasks import durable, home
from tasks.errors import UsageError, printable
from tasks.imports import column_map, workbook
from tasks.quality import sheet

MAP = "case_list"
#: How each field is filled; shown as the first row, which is to be removed or written over.
EXAMPLE = {
    "id": "2026-001",
    "created_at": "09-11-2026 13:05",
    "text": "Mother called: the study adviser has not answered for two weeks",
    "url": "https://",
    "case_department": "Student Affairs",
    "case_status": "solved",
    "assigned_at": "09-11-2026 13:20",
    "contacted_at": "09-11-2026 16:40",
    "resolved_at": "10-11-2026 11:00",
    "reopened_at": "",
    "case_cause": "the adviser's telephone was not forwarded",
    "case_action": "forwarded it, and called back",
}


def write(path: Path) -> None:
    """Write the list as .xlsx or .csv; raises UsageError when something of that name is there already."""
    shown = printable(str(path))
    mapped = column_map.read(home.MAPS / f"{MAP}.toml")
    fields = {many[0]: field for field, many in reversed(mapped.columns.items())}
    headings = list(dict.fromkeys(one for many in mapped.columns.values() for one in many))
    example = [EXAMPLE.get(fields[one], EXAMPLE["id"] if fields[one] == "case_id" else "") for one in headings]
    if path.exists():
        raise UsageError(f"{shown} is there already. Choose another name.")
    if path.suffix.lower() == ".csv":
        sheet.save(path, headings, [example])
    elif path.suffix.lower() == ".xlsx":
        durable.write_bytes(path, workbook.made("Cases", [headings, example], len(headings)), mode=0o600)
    else:
        raise UsageError(f"{shown}: a template is .xlsx or .csv.")
