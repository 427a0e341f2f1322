"""Everything of one person in what was landed: their items, who answers these, and who writes of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from tasks.extract import exchange
from tasks.extract.fields import TEXTS
from tasks.period import Week
from tasks.privacy import words
from tasks.privacy.pages import Landed, Page
from tasks.privacy.person import Person
from tasks.stage.rows import MASKED

LINKS = ("item_id", "parent_id", "thread_id")
#: The keys of an item that can hold a name.
FREE = ("id", *TEXTS)


@dataclass(slots=True)
class Found:
    """Pseudonyms of the person's own items, of threads that are named after them, and of the person; by how many lines
    and rows in which page; the weeks that they wrote in."""

    items: set[str] = field(default_factory=set)
    threads: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    own_lines: Counter[str] = field(default_factory=Counter)
    other_lines: Counter[str] = field(default_factory=Counter)
    own_rows: Counter[str] = field(default_factory=Counter)
    other_rows: Counter[str] = field(default_factory=Counter)
    weeks: set[str] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)
    #: Items of others with words that name the person.
    naming: set[str] = field(default_factory=set)

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.items or self.other_lines or self.other_rows)


def find(landed: Landed, person: Person) -> Found:
    """Look through every page, twice: first for what the person wrote, then for what hangs on it."""
    found = Found()
    usual = person.pseudonyms(landed.keys)
    for page in landed.pages():
        _own(Seen(page, person), found, usual)
    for page in landed.pages():
        _count(Seen(page, person), found)
    return found


@dataclass(frozen=True)
class Seen:
    """A page as one looks through it for a person."""

    page: Page
    person: Person

    @cached_property
    def named_lines(self) -> set[int]:
        """Raw lines, usable or not, that name the person anywhere."""
        if self.page.is_answer:  # which leaves whole; what its parser does not read may name them too
            return self.page.whole() if self.person.in_answer(self.page.strings()) else set()
        return self.naming_lines

    @cached_property
    def naming_lines(self) -> set[int]:
        """Items, or lines that are none, whose own words name the person."""
        if not self.person.maybe_in(b"\n".join(self.page.lines)):
            return set()
        return {number for number, line in enumerate(self.page.lines, 1) if self.person.pattern.search(_plain(line))}

    @cached_property
    def own(self) -> tuple[list[bool], list[bool]]:
        """Of each usable raw line, whether the person wrote it, and whether its thread is named after them."""
        items = exchange.read(b"\n".join(self.page.lines)).columns
        wrote = [self.person.is_author(*one) for one in zip(items["source"], items["author"], strict=True)]
        named = [bool(one and self.person.inside.search(one)) for one in items["thread_id"]]
        return wrote, named

    def hanging(self, items: Iterable[str], threads: Iterable[str]) -> set[int]:
        """Raw lines that must become rows: the person's items, what hangs on them, and what names the person."""
        return (
            set(self.page.raw[0].filter(linked(self.page.raw[0], items, threads))["line"].to_pylist())
            | self.named_lines
        )

    def named_rows(self, good: pa.Table) -> pa.Array:
        """Which rows name the person in a text."""
        mask = pa.array([False] * good.num_rows, pa.bool_())
        for name in MASKED:
            values = good[name].to_pylist()
            mask = pc.or_(mask, pa.array([bool(one and self.person.pattern.search(one)) for one in values], pa.bool_()))
        return mask


def linked(good: pa.Table, items: Iterable[str], threads: Iterable[str]) -> pa.Array:
    """Which rows are one of these items, answer one, or are in one of these threads."""
    wanted = pa.array(sorted({*items, *threads}), pa.string())
    mask = pa.array([False] * good.num_rows, pa.bool_())
    for name in LINKS:
        mask = pc.or_(mask, pc.is_in(good[name], value_set=wanted))
    return mask


def _plain(line: bytes) -> str:
    """What people wrote on a line, with its escapes undone; all of it where it is no item."""
    text = line.decode("utf-8", "replace")
    try:
        told = json.loads(text)
        return "\n".join(str(one) for one in (*(told.get(key) for key in FREE), *(told.get("case") or {}).values()))
    except (ValueError, RecursionError, AttributeError):
        return text


def _own(seen: Seen, found: Found, usual: set[str]) -> None:
    raw, gone = seen.page.raw[0], seen.page.gone[0]
    wrote, named = (pa.array(one, pa.bool_()) for one in seen.own)
    mine = gone.filter(pc.is_in(gone["author_key"], value_set=pa.array(sorted(usual), pa.string())))
    for own in (raw.filter(wrote), mine):
        found.items |= set(own["item_id"].to_pylist())
        found.authors |= set(own["author_key"].to_pylist())
        found.weeks |= {str(Week.containing(at, seen.page.of.institution.zone)) for at in own["created_at"].to_pylist()}
    found.threads |= set(raw.filter(named)["thread_id"].to_pylist()) - {None}


def _count(seen: Seen, found: Found) -> None:
    name = seen.page.page.sha256
    raw, gone = seen.page.raw[0], seen.page.gone[0]
    mine = pa.array(sorted(found.items), pa.string())
    lines = seen.hanging(found.items, found.threads)
    own = raw.filter(pc.is_in(raw["item_id"], value_set=mine))
    rows = gone.filter(pc.is_in(gone["item_id"], value_set=mine))
    others = pc.or_(linked(gone, found.items, found.threads), seen.named_rows(gone))
    for counter, count in (
        (found.own_lines, own.num_rows),
        (found.other_lines, len(lines) - own.num_rows),
        (found.own_rows, rows.num_rows),
        (found.other_rows, gone.filter(others).num_rows - rows.num_rows),
    ):
        if count > 0:
            counter[name] += count
    # Of who names the person, a quote may end in the middle of the name.
    naming = raw.filter(pc.is_in(raw["line"], value_set=pa.array(sorted(seen.named_lines), pa.int32())))
    named = gone.filter(seen.named_rows(gone))
    told = raw.filter(pc.is_in(raw["line"], value_set=pa.array(sorted(seen.naming_lines), pa.int32())))
    found.naming |= {*told["item_id"].to_pylist(), *named["item_id"].to_pylist()} - found.items
    for table in (own, rows, naming, named):
        told = table.filter(words.worded(table))
        pairs = zip(*(told[name].to_pylist() for name in ("source", "title", "text")), strict=True)
        found.texts |= {(source, title or text) for source, title, text in pairs}
