"""The exchange format: one item a line, JSON. Bad lines are refused with a reason, never guessed at.

The format itself is described in docs/exchange-format.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.extract.fields import CASE, FIELDS, KEYS, BadLine, Field, short

LONGEST_LINE = 1_000_000
JSON = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a page, a list per column, and the lines that cannot be used with the reason why."""

    lines: list[int]
    columns: dict[str, list[Any]]
    refused: list[tuple[int, str]]


def read(data: bytes) -> Items:
    """All lines that are not blank. Every column is there; times are aware UTC datetimes."""
    lines: list[int] = []
    objects: list[dict[str, Any]] = []
    refused: dict[int, str] = {}
    for line, raw in enumerate(data.split(b"\n"), 1):
        try:
            if text := _decoded(line, raw):
                objects.append(_object(text))
                lines.append(line)
        except BadLine as error:
            refused[line] = str(error)
    wrong: dict[int, str] = {}  # by place among the objects: the reason that comes first
    given = frozenset[str]().union(*objects)
    columns = {
        field.key: _column(field, objects, wrong)
        if field.required or field.key in given
        else [field.missing] * len(lines)
        for field in FIELDS
    }
    cases = columns.pop("case")
    columns |= {key: [case and case[key] for case in cases] for key in CASE}
    if wrong:
        refused |= {lines[place]: reason for place, reason in wrong.items()}
        good = [place for place in range(len(lines)) if place not in wrong]
        lines = [lines[place] for place in good]
        columns = {key: [values[place] for place in good] for key, values in columns.items()}
    return Items(lines, columns, sorted(refused.items()))


def _decoded(line: int, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig" if line == 1 else "utf-8").strip()
    except UnicodeDecodeError:
        raise BadLine("this is not UTF-8 text") from None


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_LINE:
        raise BadLine(f"the line has {len(text):,} characters; at most {LONGEST_LINE:,} are read")
    try:
        data, end = JSON.raw_decode(text)
    except (ValueError, RecursionError):
        raise BadLine("this is not valid JSON") from None
    if end != len(text):
        raise BadLine("this is not valid JSON")
    if not isinstance(data, dict):
        raise BadLine("this is not a JSON object with an id, a source and a created_at")
    if not data.keys() <= KEYS:
        raise BadLine(f"unknown key “{short(min(data.keys() - KEYS))}”")
    return data


def _column(field: Field, objects: Sequence[Mapping[str, Any]], wrong: dict[int, str]) -> list[Any]:
    """One key of all objects, read; what is wrong is noted unless something else is wrong with that object already."""
    key, read, missing, required = field
    values = [one.get(key) for one in objects]
    for place, value in enumerate(values):
        try:
            values[place] = missing if value is None and not required else read(value, key)
        except BadLine as error:
            wrong.setdefault(place, str(error))
            values[place] = missing
    return values
