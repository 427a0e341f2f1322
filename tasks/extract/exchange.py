"""The exchange format: one item a line, JSON. Bad lines are refused with a reason, never guessed at.

The format itself is described in docs/exchange-format.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

KINDS = ("post", "reply", "comment", "review", "article", "ticket_message", "mail", "survey_answer", "repost")
AUTHOR_KINDS = ("public", "own", "staff", "bot", "auto")
VISIBILITIES = ("public", "private", "internal")
CASE_TEXTS = ("id", "department", "cause", "action", "status")
CASE_TIMES = ("assigned_at", "contacted_at", "resolved_at", "reopened_at")
TEXTS = ("in_reply_to", "thread_id", "author", "text", "title", "language", "url")
NUMBERS = ("rating", "rating_min", "rating_max")
KEYS = {
    "id",
    "source",
    "kind",
    "author_kind",
    "created_at",
    "edited_at",
    "deleted",
    "visibility",
    "needs_reply",
    "case",
}
KEYS |= {*TEXTS, *NUMBERS}

CHOICES = {"kind": KINDS, "author_kind": AUTHOR_KINDS, "visibility": VISIBILITIES}
#: A row of which nothing is given.
EMPTY: dict[str, Any] = dict.fromkeys([*TEXTS, *NUMBERS, *(f"case_{key}" for key in CASE_TEXTS), *CASE_TIMES])
EMPTY |= {key: known[0] for key, known in CHOICES.items()}

SOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
RUINED_ID = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
HALF = re.compile("[\ud800-\udfff]")
LONGEST_LINE = 1_000_000
LONGEST_TEXT = 20_000


class BadLine(ValueError):
    """Why a line cannot be used, in words for the person who made the file."""


def parse(line: str) -> dict[str, Any]:
    """One line → one flat row with every key present; times are aware UTC datetimes. Raises BadLine."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"the line has {len(line):,} characters; at most {LONGEST_LINE:,} are read")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("this is not valid JSON") from None
    if not isinstance(data, dict):
        raise BadLine("this is not a JSON object with an id, a source and a created_at")
    if not data.keys() <= KEYS:
        raise BadLine(f"unknown key “{_short(min(data.keys() - KEYS))}”")
    row = EMPTY | {"id": _id(data), "source": _source(data)}
    for key, read in READERS:
        if data.get(key) is not None:
            row[key] = read(data, key)
    row["created_at"] = _time(data, "created_at", required=True)
    row["edited_at"] = _time(data, "edited_at")
    row["deleted"] = bool(_flag(data, "deleted"))
    row["needs_reply"] = _flag(data, "needs_reply")
    if data.get("case") is not None:
        row |= _case(data["case"])
    return row


def _id(data: Mapping[str, Any]) -> str:
    value = data.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise BadLine("id is missing" if value is None or value == "" else "id is not text")
    if RUINED_ID.fullmatch(value.strip()):
        raise BadLine(f"id “{_short(value)}” was ruined by a spreadsheet (scientific notation); export the ids as text")
    return _whole("id", value.strip())


def _source(data: Mapping[str, Any]) -> str:
    value = data.get("source")
    if not isinstance(value, str) or not SOURCE.fullmatch(value):
        raise BadLine("source is missing" if not value else "source is not a short lower-case name like “mastodon”")
    return value


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data[key]
    if value == "":
        return None
    if not isinstance(value, str):
        if not isinstance(value, int) or isinstance(value, bool) or key not in ("in_reply_to", "thread_id", "author"):
            raise BadLine(f"{key} is not text")
        value = str(value)
    # A lone surrogate cannot be written as UTF-8, and NUL ends strings in half of the world's software.
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT]


def _whole(key: str, value: str) -> str:
    """The same text, if it can be written at all: half a surrogate pair cannot."""
    if "\0" in value or not (value.isascii() or HALF.search(value) is None):
        raise BadLine(f"{key} holds half a character")
    return value


def _number(data: Mapping[str, Any], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e6:
        raise BadLine(f"{key} is not a number")
    return float(value)


def _one_of(data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if value not in CHOICES[key]:
        raise BadLine(f"{key} “{_short(value)}” is unknown; use one of {', '.join(CHOICES[key])}")
    return str(value)


def _flag(data: Mapping[str, Any], key: str) -> bool | None:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadLine(f"{key} is not true or false")
    return value


def _time(data: Mapping[str, Any], key: str, *, required: bool = False) -> datetime | None:
    value = data.get(key)
    if value is None or value == "":
        if required:
            raise BadLine(f"{key} is missing")
        return None
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise BadLine(f"{key} “{_short(value)}” is not a time like 2026-11-17T21:14:00+01:00")
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLine(f"{key} “{_short(value)}” is not a time that exists") from None
    if not 1990 <= moment.year < 2200:
        raise BadLine(f"{key} “{_short(value)}” is outside 1990–2199")
    return moment


def _case(case: object) -> dict[str, Any]:
    if not isinstance(case, dict):
        raise BadLine("case is not a JSON object")
    if unknown := sorted(set(case) - {*CASE_TEXTS, *CASE_TIMES}):
        raise BadLine(f"unknown key “{_short(unknown[0])}” in case")
    row: dict[str, Any] = {}
    for key in CASE_TEXTS:
        value = case.get(key)
        if value is not None and not isinstance(value, str):
            raise BadLine(f"case {key} is not text")
        row[f"case_{key}"] = _whole(f"case {key}", value) if value else None
    if case and not row["case_id"]:
        raise BadLine("case has no id")
    try:
        return row | {key: _time(case, key) for key in CASE_TIMES}
    except BadLine as error:
        raise BadLine(f"case {error}") from None


#: How each key that may be left out is read, in this order; the first that is wrong is the reason.
READERS: tuple[tuple[str, Callable[[Mapping[str, Any], str], Any]], ...] = (
    *((key, _text) for key in TEXTS),
    *((key, _number) for key in NUMBERS),
    *((key, _one_of) for key in CHOICES),
)


def _short(value: object) -> str:
    text = "".join(c if c.isprintable() else "?" for c in str(value))
    return text if len(text) <= 40 else text[:39] + "…"
