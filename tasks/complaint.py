"""What DuckDB says of a query, in the words and at the place of who wrote it."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb

from tasks.pointing import Fault

#: DuckDB lists every type a function knows; more than this helps nobody.
CANDIDATES, CLOSE = 5, 3
#: Errors that quote the query. Any other may quote what people wrote, and ends up in logs.
ABOUT_SQL = ("Parser", "Binder", "Catalog", "Syntax")
VALUE = re.compile(r"'.*'|\".*\"", re.DOTALL)


def fault(error: duckdb.Error, before: int = 0) -> Fault:
    """A fault from an error with ``errors_as_json``; ``before`` bytes stood before what the person wrote."""
    told = _told(error)
    message = str(told.get("exception_message") or str(error)).strip()
    first, _, rest = message.partition("\n")
    place = told.get("position")
    at = max(0, int(place) - before) if place is not None else None
    if told.get("error_subtype") == "COLUMN_NOT_FOUND":
        first = f"there is no column {told.get('name')} here"
    elif told.get("exception_type") not in ABOUT_SQL:
        first, rest = (VALUE.sub("'…'", part) for part in (first, rest))
    return Fault(_plain(first), at, _length(told), hint=_hint(told, rest))


def _told(error: duckdb.Error) -> dict[str, Any]:
    text = str(error)
    try:
        found = json.loads(text[text.index("{") :])
        return found if isinstance(found, dict) else {}
    except ValueError:
        return {}


def _length(told: dict[str, Any]) -> int:
    try:
        return max(1, int(json.loads(told["location"])[1]))
    except (KeyError, ValueError, IndexError, TypeError):
        return 1


def _plain(message: str) -> str:
    """Without a list of all weeks where DuckDB names the type of one."""
    message = re.sub(r"ENUM\([^)]*\)", "ENUM", message)
    return message.replace('"', "“", 1).replace('"', "”", 1) if message.count('"') == 2 else message


def _hint(told: dict[str, Any], rest: str) -> str:
    close = [one for one in str(told.get("candidates", "")).split(",") if one and not re.search(r"[()]|->", one)]
    if close:
        return f"Did you mean {' or '.join(one.strip().removeprefix('main.') for one in close[:CLOSE])}?"
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    if len(lines) > CANDIDATES:
        lines = [*lines[:CANDIDATES], "…"]
    return "\n".join(lines)
