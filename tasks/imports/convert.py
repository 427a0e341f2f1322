"""Rows of a file as lines of the exchange format, by a column map. What no field asks for stays behind at the door."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from tasks.extract.fields import CASE, CASE_TIMES, CHOICES, LONGEST_TEXT, MOMENTS, RUINED_ID, shape
from tasks.imports.column_map import DECIMALS, OTHER, Map
from tasks.imports.moments import Aside, Moments, told
from tasks.imports.rows import Page

TIMES = frozenset((*MOMENTS, *CASE_TIMES))
FLAGS = frozenset(("deleted", "needs_reply"))
YES = frozenset(("true", "1", "yes", "y", "ja", "j", "waar", "x"))
NO = frozenset(("false", "0", "no", "n", "nee", "onwaar"))
#: Names of languages as exports write them; other names say nothing.
LANGUAGES = {
    "dutch": "nl", "nederlands": "nl", "dut": "nl", "nld": "nl", "english": "en", "engels": "en", "eng": "en",
    "german": "de", "duits": "de", "french": "fr", "frans": "fr",
}  # fmt: skip
LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
ID_LENGTH = 32
#: Columns of which many rows say the same, and the most different texts of one that are remembered.
FEW = DECIMALS | FLAGS | CHOICES.keys() | {"source", "language", "case_department", "case_status", "case_cause"}
MOST_REMEMBERED = 50_000
Read = Callable[[str], Any]


class Filling(NamedTuple):
    """One field: the places of its columns in a row, how their text is read, and what was read so far, as JSON."""

    field: str
    places: tuple[int, ...]
    read: Read
    known: dict[str, str | Aside] | None


class Converter:
    """Makes lines of rows, a column at a time; ``ruined`` counts the ids that a spreadsheet ruined.

    ``departments``: the id of each by its name, in small letters.
    """

    def __init__(
        self, mapped: Map, headings: Sequence[str], source: str, moments: Moments, departments: Mapping[str, str]
    ) -> None:
        where = {heading: place for place, heading in enumerate(headings)}
        self.moments = moments
        self.ruined = 0
        self._map = mapped
        self._departments = departments
        always: dict[str, Any] = {key: value for key, value in mapped.always.items() if value != ""}
        if "source" not in mapped.columns:
            always.setdefault("source", source)
        self._always = {key: f"{quoted(key)}:{json.dumps(value)}" for key, value in always.items()}
        self._own = {
            handle(one): kind
            for kind, many in (("staff", mapped.people.staff), ("own", mapped.people.own))
            for one in many
        }
        self._made_of = tuple(where[heading] for heading in mapped.made_id)
        self._fillings = [
            Filling(field, tuple(where[one] for one in many), self._reader(field), {} if field in FEW else None)
            for field, many in mapped.columns.items()
        ]

    def lines(self, page: Page) -> bytes:
        """A line for every row, in order; an empty row is an empty line, so that numbers stay what they are."""
        made = iter(self._lines(good := [row for row in page.rows if any(row)]))
        told = list(made) if len(good) == len(page.rows) else [next(made) if any(row) else "" for row in page.rows]
        for place, why in page.wrong.items():
            told[place] = aside(Aside(why))
        return ("\n".join(told) + "\n").encode("utf-8", "replace")

    def _lines(self, good: list[list[str]]) -> list[str]:
        wrong: dict[int, str] = {}
        items: list[list[str]] = []
        cases: list[list[str]] = []
        for filling in self._fillings:
            column = self._column(filling, good, wrong)
            (cases if filling.field in CASE else items).append(column)
        items += [[part] * len(good) for key, part in self._always.items() if key not in self._map.columns]
        if self._made_of:
            items.append([f'"id":{quoted(made_id([row[place] for place in self._made_of]))}' for row in good])
        if self._own:
            items.append(self._whose(good))
        if cases:
            items.append(
                [
                    f'"case":{{{",".join(filter(None, parts))}}}' if any(parts) else ""
                    for parts in zip(*cases, strict=True)
                ]
            )
        lines = [f"{{{','.join(filter(None, parts))}}}" for parts in zip(*items, strict=True)]
        for place, instead in wrong.items():
            lines[place] = instead
        return lines

    def _column(self, filling: Filling, good: list[list[str]], wrong: dict[int, str]) -> list[str]:
        """A column as parts of JSON objects; what cannot be read is noted, unless the row is wrong already."""
        field, places, read, known = filling
        if len(places) == 1:
            (only,) = places
            texts = [row[only] for row in good]
        else:
            texts = [told([row[place] for place in places]) for row in good]
        key = f"{quoted(field.removeprefix('case_'))}:"
        if read is _words:  # most of what there is
            return [key + quoted(words) if (words := text[:LONGEST_TEXT].strip()) else "" for text in texts]
        made: list[str] = []
        for place, text in enumerate(texts):
            if not text:
                made.append("")
                continue
            part = known.get(text) if known is not None else None
            if part is None:
                value = read(text)
                part = (
                    key + quoted(value) if type(value) is str
                    else "" if value is None
                    else value if type(value) is Aside
                    else key + json.dumps(value)
                )  # fmt: skip
                if known is not None and len(known) < MOST_REMEMBERED:
                    known[text] = part
            if type(part) is Aside:
                wrong.setdefault(place, aside(part._replace(field=field, shape=shape(text.strip()))))
                part = ""
            made.append(str(part))
        return made

    def _whose(self, good: list[list[str]]) -> list[str]:
        place = next((filling.places[0] for filling in self._fillings if filling.field == "author"), None)
        if place is None:
            return [""] * len(good)
        kinds = (self._own.get(handle(row[place])) for row in good)
        return [f'"author_kind":"{kind}"' if kind else "" for kind in kinds]

    def _reader(self, field: str) -> Read:
        if field in self._map.values:
            return self._translated(field, {key.strip().lower(): one for key, one in self._map.values[field].items()})
        if field in TIMES:
            return self.moments.read
        if field in DECIMALS:
            return lambda text: number(text, self._map.decimal or ".")
        if field in FLAGS:
            return flag
        if field in CHOICES:
            return lambda text: text.strip().lower() or None
        own = {"id": self._id, "language": language, "case_department": self._department}
        return own.get(field, _words)

    def _translated(self, field: str, table: dict[str, Any]) -> Read:
        def read(text: str) -> Any:
            word = text.strip().lower()
            if word in table:
                return table[word]
            if field in CHOICES and word in CHOICES[field]:
                return word
            return table.get(OTHER, Aside("value")) if word else None

        return read

    def _department(self, text: str) -> str | None:
        return self._departments.get(text.strip().lower(), text.strip()) or None

    def _id(self, text: str) -> str | None:
        text = text.strip()
        if "E" in text or "e" in text:
            self.ruined += RUINED_ID.fullmatch(text) is not None
        return text or None


def handle(author: str) -> str:
    """An author as both a map and an export may write them: with or without @, in any letters."""
    return author.strip().lstrip("@").lower()


def aside(why: Aside) -> str:
    """The line of a row that is set aside: nothing of what it says."""
    told = {"set_aside": why.why, "field": why.field, "shape": why.shape}
    return json.dumps({key: value for key, value in told.items() if value})


def made_id(cells: Sequence[str]) -> str:
    """An id of what tells rows apart: the same row has the same one in every export."""
    joined = "\x1f".join(" ".join(cell.split()) for cell in cells)
    return "row-" + hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:ID_LENGTH]


def number(text: str, decimal: str) -> float | Aside | None:
    """A number with this decimal sign; a point or comma between groups of three is left out."""
    text = text.strip().replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    other = "." if decimal == "," else ","
    if decimal in text or THOUSANDS.fullmatch(text):
        text = text.replace(other, "")
    text = text.replace(decimal, ".")
    try:
        value = float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None
    except ValueError:
        value = None
    return Aside("number") if value is None else value


def flag(text: str) -> bool | Aside | None:
    """Yes or no, in Dutch, English or as a spreadsheet says it."""
    word = text.strip().lower()
    if not word:
        return None
    return True if word in YES else False if word in NO else Aside("flag")


def language(text: str) -> str | None:
    """A language's code, where it is one or a name that we know."""
    word = text.strip()
    if known := LANGUAGES.get(word.lower()):
        return known
    return word[:2].lower() if LANGUAGE.fullmatch(word) else None


def _words(text: str) -> str | None:
    return text[:LONGEST_TEXT].strip() or None
