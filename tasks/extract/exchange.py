"""The exchange format: one item a line, JSON. Bad lines are refused with a reason, never guessed at.

The format itself is described in docs/exchange-format.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.extract.fields import CASE, FIELDS, KEYS, TEXTS, BadLine, Field, aside, plain, settled, unknown

#: What a manifest calls a page of it.
FORMAT = "exchange"
LONGEST_LINE = 1_000_000
JSON = json.JSONDecoder()
TEXT_OR_NOTHING = {str, type(None)}


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
    for line, raw in enumerate(_split(data), 1):
        try:
            if text := _decoded(line, raw) if isinstance(raw, bytes) else raw.strip():
                objects.append(_object(text))
                lines.append(line)
        except BadLine as error:
            refused[line] = str(error)
    return _judged(lines, objects, refused)


def judged(found: Iterable[Mapping[str, Any] | BadLine]) -> Items:
    """The same of items that a parser made; ``line`` is an item's number on its page, from 1."""
    lines: list[int] = []
    objects: list[dict[str, Any]] = []
    refused: dict[int, str] = {}
    for number, one in enumerate(found, 1):
        if isinstance(one, BadLine):
            refused[number] = str(one)
        elif other := one.keys() - KEYS:
            refused[number] = unknown(min(other), KEYS)
        else:
            lines.append(number)
            objects.append(dict(one))
    return _judged(lines, objects, refused)


def _judged(lines: list[int], objects: list[dict[str, Any]], refused: dict[int, str]) -> Items:
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
    columns |= _moments(columns["created_at"], columns.pop("indexed_at"))
    if wrong:
        refused |= {lines[place]: reason for place, reason in wrong.items()}
        good = [place for place in range(len(lines)) if place not in wrong]
        lines = [lines[place] for place in good]
        columns = {key: [values[place] for place in good] for key, values in columns.items()}
    return Items(lines, columns, sorted(refused.items()))


def _moments(created: list[Any], indexed: list[Any]) -> dict[str, list[Any]]:
    """When each was written, and what was claimed instead; a line without a time is refused anyway."""
    if not any(indexed):
        return {"created_at": created, "claimed_at": [None] * len(created)}
    both = [settled(one, seen) if one else (None, None) for one, seen in zip(created, indexed, strict=True)]
    return {"created_at": [used for used, _ in both], "claimed_at": [claimed for _, claimed in both]}


def _split(data: bytes) -> Sequence[str | bytes]:
    """The lines as text, or, where anything is not UTF-8, as bytes to be judged one by one."""
    try:
        return data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return data.split(b"\n")


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
    if "set_aside" in data:
        raise aside(data)
    if not data.keys() <= KEYS:
        raise BadLine(unknown(min(data.keys() - KEYS), KEYS))
    return data


def _column(field: Field, objects: Sequence[Mapping[str, Any]], wrong: dict[int, str]) -> list[Any]:
    """One key of all objects, read; what is wrong is noted unless something else is wrong with that object already."""
    key, _, missing, _ = field
    values = [one.get(key) for one in objects]
    if (quick := _all_at_once(field, values)) is not None:
        return quick
    for place, value in enumerate(values):
        try:
            values[place] = _one(field, value)
        except BadLine as error:
            wrong.setdefault(place, str(error))
            values[place] = missing
    return values


def _one(field: Field, value: object) -> Any:
    return field.missing if value is None and not field.required else field.read(value, field.key)


def _all_at_once(field: Field, values: Sequence[Any]) -> list[Any] | None:
    """The same for a column of text with nothing wrong in it, as nearly all are; None for any other."""
    if not set(map(type, values)) <= TEXT_OR_NOTHING:
        return None  # in a set 1 and true are the same value
    if field.key in TEXTS:
        return plain(values)
    different = set(values)
    if len(different) > len(values) // 4:
        return None
    try:
        read = {value: _one(field, value) for value in different}
    except BadLine:
        return None
    return [read[value] for value in values]
