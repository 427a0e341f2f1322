"""The figures as files inside the PDF: every metric and every count, nobody's words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tasks.render.verdict import SMALLEST_GROUP

#: Lists without anybody's words; the others never leave the edition.
SAFE_LISTS = ("coverage", "department_topics", "funnel", "hours")
KEYS = ("week", "dimension", "group")


def part_of(document: dict[str, Any], department: str | None) -> dict[str, Any]:
    """What belongs to a department's page: its rows, and what was read. All of it for the board's."""
    if department is None:
        return document
    metrics = {
        name: {**metric, "rows": [row for row in metric["rows"] if _of(row) == ("department", department)]}
        for name, metric in document["metrics"].items()
    }
    topics = document["lists"].get("department_topics", [])
    lists = {
        "coverage": document["lists"].get("coverage", []),
        "department_topics": [row for row in topics if row["department"] == department],
    }
    kept = ("institution", "week", "as_of", "weeks", "base", "topics", "unavailable")
    return {name: document[name] for name in kept if name in document} | {"metrics": metrics, "lists": lists}


def as_json(document: dict[str, Any], printed: Mapping[str, Collection[str]]) -> str:
    """The document without quotes, and where every figure in the report comes from: ``printed``, text → origins.

    Without white space: that is written by C, and eight times as quickly.
    """
    metrics = {
        name: {**metric, "rows": list(_large_enough(metric["rows"]))} for name, metric in document["metrics"].items()
    }
    lists = {name: document["lists"].get(name, []) for name in SAFE_LISTS}
    figures = [{"text": text, "from": sorted(origins)} for text, origins in sorted(printed.items())]
    safe = {**document, "metrics": metrics, "lists": lists, "figures": figures}
    safe |= {"unavailable": sorted(document["unavailable"])} if "unavailable" in document else {}
    return json.dumps(safe, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False) + "\n"


def as_csv(document: dict[str, Any]) -> str:
    """One value a line: metric, week, dimension, group, column, value. What a spreadsheet would run gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("metric", *KEYS, "column", "value"))
    for name, metric in sorted(document["metrics"].items()):
        if name == "answer_curve":  # thousands of steps, whole in the JSON
            continue
        for row in _large_enough(metric["rows"]):
            where = [_inert(row.get(key)) for key in KEYS]
            writer.writerows((name, *where, column, _inert(row[column])) for column in sorted(row.keys() - KEYS))
    return "\ufeff" + out.getvalue()


def _large_enough(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without the rows of departments and sources in which so few were counted that they point at people."""
    return (row for row in rows if row.get("dimension") == "all" or (row.get("n") or 0) >= SMALLEST_GROUP)


def _of(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row.get("dimension"), row.get("group")


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
