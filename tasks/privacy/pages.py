"""Landed pages, with lines taken from raw bytes to rows, and rows changed or dropped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from tasks.extract import asking, envelope, exchange, landing, sources
from tasks.extract.fields import BadLine
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import erased, keys, rows, settled, weeks
from tasks.stage.keys import Chain
from tasks.stage.people import People
from tasks.stage.settled import Parsed
from tasks.topics.read import Reader

Edit = Callable[[pa.Table, pa.Table], Parsed]


@dataclass(frozen=True)
class Landed:
    """The pages of an institution, as its keys and names make rows of them."""

    institution: Institution

    @property
    def slug(self) -> str:
        return self.institution.slug

    @cached_property
    def keys(self) -> Chain:
        return keys.chain(self.institution)

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.institution)

    @cached_property
    def people(self) -> People:
        return People.of(self.institution)

    @cached_property
    def erased(self) -> erased.Erased:
        return erased.load(self.slug, self.keys)

    def pages(self) -> Iterator[Page]:
        """One at a time: years of them need not fit in memory."""
        for page in landing.pages(self.slug):
            yield Page(self, page)

    def newest(self) -> Week | None:
        """The last week of which anything was landed."""
        last = max((page.last_at for page in landing.pages(self.slug) if page.last_at), default=None)
        return None if last is None else Week.containing(landing.moment(last), self.institution.zone)

    def stage(self) -> list[str]:
        """Bring the lake up to date with the pages; returns the weeks that were not."""
        newest = self.newest()
        return sorted(weeks.refresh(self.institution, newest)) if newest else []


@dataclass(frozen=True)
class Page:
    """One page: what is left of its raw bytes, and the rows of what left them."""

    of: Landed
    page: landing.Page

    @cached_property
    def data(self) -> bytes:
        return landing.read(self.of.slug, self.page)

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer of a source: one piece, of which no line can leave alone."""
        return self.page.format != exchange.FORMAT

    def whole(self) -> set[int]:
        """All lines; one, where nothing on the page can be read."""
        return set(range(1, len(self.lines) + 1)) or {1}

    def strings(self) -> Iterator[str]:
        """All texts that an answer is made of, also those that nobody reads."""
        if self.data.strip():
            answer = envelope.read(self.data)
            yield from (answer.url, answer.stream)
            try:
                yield from _strings([dict(answer.about), answer.json()])
            except (ValueError, RecursionError):
                yield answer.body.decode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[bytes]:
        """What is left raw, an item a line; of an answer of a source, which is one line, its items."""
        if not self.is_answer:
            return self.data.split(b"\n")
        return [b"" if isinstance(one, BadLine) else json.dumps(one).encode() for one in self._answered()]

    def _answered(self) -> list[asking.Item | BadLine]:
        if not self.data.strip():
            return []
        kind, named = self.page.format.partition("/")[0], self.of.reader.sources.get(self.page.source)
        return list(sources.parsed(kind, envelope.read(self.data), self.page.source, named))

    @cached_property
    def raw(self) -> Parsed:
        """Rows and refused lines of the raw bytes."""
        return self._read(self.data)

    def _read(self, data: bytes) -> Parsed:
        good, bad = rows.table(self.of.keys, self.page, data, self.of.reader, self.of.people)
        return self.of.erased.apply(good), bad

    @cached_property
    def gone(self) -> Parsed:
        """The same of the lines that left them."""
        found = settled.gone(self.of.slug, self.of.keys, self.page)
        if found is None:
            return rows.LANDED.empty_table(), rows.QUARANTINE.empty_table()
        return self.of.erased.apply(found[0]), found[1]

    def settle(
        self, lines: Collection[int], edit: Edit | None = None, *, origin: str | None = None, drop: Week | None = None
    ) -> bool:
        """Move these lines from the raw bytes to the rows, edit the rows, and drop those from before a week.

        Returns whether anything changed. The page's content is another only when the edit changed something: what is
        dropped is of weeks that nobody stages any more.
        """
        lines = self.with_dependents(lines)
        before = _joined(self.gone, _of_lines(self.raw, lines))
        after = edit(*before) if edit else before
        same = all(old.equals(new) for old, new in zip(before, after, strict=True))
        left = self._without(lines)
        stay = _since(after, drop, self.page, self.of.institution) if drop else after
        unchanged = (
            same and not lines and stay[0].num_rows == after[0].num_rows and stay[1].num_rows == after[1].num_rows
        )
        if unchanged and origin in (None, self.page.origin):
            return False
        if not left.strip() and not stay[0].num_rows and not stay[1].num_rows:
            landing.remove(self.of.slug, self.page)
            return True
        content = None if same else hashlib.sha256(settled.pack(self.of.keys, *self._whole(after, lines))).hexdigest()
        landing.replace(
            self.of.slug,
            self.page,
            left if left.strip() else None,
            settled.pack(self.of.keys, *stay),
            edited=content or self.page.edited,
            origin=self.page.origin if origin is None else origin,
        )
        return True

    def _without(self, lines: Collection[int]) -> bytes:
        if self.is_answer:
            return b"" if lines else self.data
        return _blanked(self.data, lines)

    def with_dependents(self, lines: Collection[int]) -> set[int]:
        """These lines, and those that would be read otherwise without them: an author's own name is masked in what
        others on the page wrote, for as long as the page names that author.
        """
        away = set(lines)
        if self.is_answer and away:
            return self.whole()
        while away:
            with_all, without = _of_lines(self.raw, away, but=True)[0], self._read(_blanked(self.data, away))[0]
            if with_all.equals(without):
                break
            pairs = zip(with_all.to_pylist(), without.to_pylist(), strict=True)
            away |= {one["line"] for one, other in pairs if one != other}
        return away

    def _whole(self, settled_rows: Parsed, lines: Collection[int]) -> Parsed:
        """All of the page, wherever its lines are: so its content does not depend on that."""
        return _joined(settled_rows, _of_lines(self.raw, lines, but=True))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _strings(one)


def _joined(one: Parsed, other: Parsed) -> Parsed:
    good, bad = (pa.concat_tables(pair).sort_by("line").combine_chunks() for pair in zip(one, other, strict=True))
    return good, bad


def _of_lines(parsed: Parsed, lines: Collection[int], *, but: bool = False) -> Parsed:
    wanted = pa.array(sorted(lines), pa.int32())
    masks = (pc.is_in(table["line"], value_set=wanted) for table in parsed)
    good, bad = (table.filter(pc.invert(mask) if but else mask) for table, mask in zip(parsed, masks, strict=True))
    return good, bad


def _blanked(data: bytes, lines: Collection[int]) -> bytes:
    """The raw bytes with nothing on these lines (from 1); all others keep their number."""
    if not lines:
        return data
    away = set(lines)
    return b"\n".join(b"" if number in away else line for number, line in enumerate(data.split(b"\n"), 1))


def _since(parsed: Parsed, week: Week, page: landing.Page, institution: Institution) -> Parsed:
    """Without the rows of earlier weeks; a refused line belongs to the last week that its page reaches."""
    good, bad = parsed
    last = landing.moment(page.last_at) if page.last_at else landing.moment(page.fetched_at)
    stay = good.filter(pc.greater_equal(good["created_at"], pa.scalar(week.start, rows.TIME)))
    return stay, bad if Week.containing(last, institution.zone).monday >= week.monday else bad.slice(0, 0)
