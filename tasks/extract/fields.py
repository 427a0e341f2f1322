"""What each key of an item in the exchange format may hold, and what is told when it holds something else."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

#: A "case" is no item: it tells of the case of one that another line tells, and nothing else.
KINDS = ("post", "reply", "comment", "review", "article", "ticket_message", "mail", "survey_answer", "repost", "case")
AUTHOR_KINDS = ("public", "own", "staff", "bot", "auto")
VISIBILITIES = ("public", "private", "internal")
CASE_TEXTS = ("id", "department", "cause", "action", "status")
CASE_TIMES = ("assigned_at", "contacted_at", "resolved_at", "reopened_at")
#: What a case becomes in a row.
CASE = (*(f"case_{key}" for key in CASE_TEXTS), *CASE_TIMES)
TEXTS = ("in_reply_to", "thread_id", "author", "text", "title", "language", "url")
#: Moments of an item itself, beside those of its case.
MOMENTS = ("created_at", "indexed_at", "edited_at")
NUMBERS = ("rating", "rating_min", "rating_max")
CHOICES = {"kind": KINDS, "author_kind": AUTHOR_KINDS, "visibility": VISIBILITIES}
SOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
RUINED_ID = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
HALF = re.compile("[\ud800-\udfff]")
#: How far before and after the platform's own time a claimed one is believed (decision 42).
BEFORE, AFTER = timedelta(hours=1), timedelta(minutes=2)
#: Nothing is from before the first of these years, or from the last.
FIRST_YEAR, LAST_YEAR = 1990, 2200
LONGEST_TEXT = 20_000
LONGEST_SHAPE = 40


#: Why whoever made the file set a line aside: `{"set_aside": reason, "field": …, "shape": …}`.
SET_ASIDE = {
    "time": "is not a time as the column map says it is written",
    "day": "is a day without a time of day; [time] day_at of the column map can name one",
    "twice": "is in the hour that came twice when the clock was put back; the column map says to refuse those",
    "missing": "is in the hour that never was when the clock was put forward; the column map says to refuse those",
    "number": "is not a number as the column map says they are written",
    "flag": "is not yes or no",
    "value": "is not in the [values] of the column map",
    "cells": "the row has more cells than there are columns: is a text with the delimiter in it without quotes?",
    "huge": "a cell of the row is longer than 1,000,000 characters",
    "damaged": "this is not one JSON object",
}


class BadLine(ValueError):
    """Why a line cannot be used, in words for the person who made the file."""


def shape(value: object) -> str:
    """What a value looks like, and not what it says, which may be a name: Anna, 17-11 is Xxxx, 99-99."""
    text = "".join(
        "9"
        if c.isdigit()
        else "X"
        if c.isupper()
        else "x"
        if c.isalpha()
        else c
        if c.isascii() and c.isprintable()
        else "?"
        for c in str(value)[:LONGEST_SHAPE]
    )
    return text if len(str(value)) <= LONGEST_SHAPE else text[:-1] + "…"


def unknown(key: object, known: Iterable[str]) -> str:
    """Which key is not known, or what it was meant to be: a key may be a person's name."""
    close = difflib.get_close_matches(str(key), sorted(known), 1) or [one for one in known if one == str(key).lower()]
    return f"unknown key of the shape {shape(key)}" + (f"; did you mean {close[0]}?" if close else "")


def aside(told: Mapping[str, Any]) -> BadLine:
    """What a line says that was set aside before it came here: words of ours, whatever it holds."""
    reason = SET_ASIDE.get(str(told["set_aside"]), "was set aside, for a reason that is not known here")
    field = str(told.get("field") or "")
    if field not in KEYS and field not in CASE:
        return BadLine(reason)
    given = f" (of the shape {shape(told['shape'])})" if told.get("shape") else ""
    return BadLine(f"{field}{given} {reason}")


def _id(value: object, key: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not (value := value.strip()):
        raise BadLine("id is missing" if value is None or value == "" else "id is not text")
    if RUINED_ID.fullmatch(value):
        raise BadLine(
            f"id (of the shape {shape(value)}) was ruined by a spreadsheet (scientific notation); "
            "export the ids as text"
        )
    return _whole(key, value)


def _source(value: object, _key: str) -> str:
    if not isinstance(value, str) or not SOURCE.fullmatch(value):
        raise BadLine("source is missing" if not value else "source is not a short lower-case name like “mastodon”")
    return value


def _text(value: object, key: str) -> str | None:
    if value == "":
        return None
    if not isinstance(value, str):
        if not isinstance(value, int) or isinstance(value, bool) or key not in ("in_reply_to", "thread_id", "author"):
            raise BadLine(f"{key} is not text")
        value = str(value)
    # A lone surrogate cannot be written as UTF-8, and NUL ends strings in half of the world's software.
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT]


def plain(values: Sequence[str | None]) -> list[str | None] | None:
    """What ``_text`` makes of each, where it changes none of them; else None."""
    texts = [value for value in values if value]
    together = "".join(texts)
    if "\0" in together or max(map(len, texts), default=0) > LONGEST_TEXT:
        return None
    try:
        together.encode()
    except UnicodeEncodeError:
        return None
    return [value or None for value in values]


def _whole(key: str, value: str) -> str:
    """The same text, if it can be written at all: half a surrogate pair cannot."""
    if "\0" in value or not (value.isascii() or HALF.search(value) is None):
        raise BadLine(f"{key} holds half a character")
    return value


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e6:
        raise BadLine(f"{key} is not a number")
    return float(value)


def _one_of(value: object, key: str) -> str:
    if value not in CHOICES[key]:
        raise BadLine(f"{key} (of the shape {shape(value)}) is unknown; use one of {', '.join(CHOICES[key])}")
    return str(value)


def _flag(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise BadLine(f"{key} is not true or false")
    return value


def _written_at(value: object, key: str) -> datetime:
    moment = None if value is None else _time(value, key)
    if moment is None:
        raise BadLine(f"{key} is missing")
    return moment


def _time(value: object, key: str) -> datetime | None:
    if value == "":
        return None
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise BadLine(f"{key} (of the shape {shape(value)}) is not a time like 2026-11-17T21:14:00+01:00")
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLine(f"{key} “{value}” is not a time that exists") from None
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise BadLine(f"{key} “{value}” is outside {FIRST_YEAR}–{LAST_YEAR - 1}")
    return moment


def settled(claimed: datetime, seen: datetime | None) -> tuple[datetime, datetime | None]:
    """When it was written; and what the writer's program claimed, where that is not believed."""
    if seen is None:
        return claimed, None
    if seen - BEFORE <= claimed <= seen + AFTER:
        return min(claimed, seen), None
    return seen, claimed


def _case(case: object, _key: str) -> dict[str, Any]:
    if not isinstance(case, dict):
        raise BadLine("case is not a JSON object")
    if others := sorted(set(case) - {*CASE_TEXTS, *CASE_TIMES}):
        raise BadLine(f"in case: {unknown(others[0], (*CASE_TEXTS, *CASE_TIMES))}")
    row: dict[str, Any] = {}
    for key in CASE_TEXTS:
        value = case.get(key)
        if value is not None and not isinstance(value, str):
            raise BadLine(f"case {key} is not text")
        row[f"case_{key}"] = _whole(f"case {key}", value) if value else None
    if case and not row["case_id"]:
        raise BadLine("case has no id")
    try:
        return row | {key: None if case.get(key) is None else _time(case[key], key) for key in CASE_TIMES}
    except BadLine as error:
        raise BadLine(f"case {error}") from None


class Field(NamedTuple):
    """How one key is read. ``missing``: its value where it is not given, unless it is ``required``."""

    key: str
    read: Callable[[object, str], Any]
    missing: Any = None
    required: bool = False


#: How each key is read, in this order: the first that is wrong is the reason.
FIELDS = (
    Field("id", _id, required=True),
    Field("source", _source, required=True),
    *(Field(key, _text) for key in TEXTS),
    *(Field(key, _number) for key in NUMBERS),
    *(Field(key, _one_of, known[0]) for key, known in CHOICES.items()),
    Field("created_at", _written_at, required=True),
    Field("indexed_at", _time),
    Field("edited_at", _time),
    Field("deleted", _flag, missing=False),
    Field("needs_reply", _flag),
    Field("case", _case),
)
KEYS = frozenset(field.key for field in FIELDS)
