"""Retention: raw pages before texts before rows, by the institution's own terms ([privacy], docs/privacy/retention.md).

What the public deleted itself goes at the next round, whatever its age. Measured figures and editions stay.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import durable, home
from tasks.desk.book import Book as Desk
from tasks.extract import landing
from tasks.period import Week
from tasks.privacy import memory, state, words
from tasks.privacy.pages import Landed, Page
from tasks.settings import Institution
from tasks.stage import retained, rows
from tasks.stage.settled import Parsed

COUNTED = ("raw_lines", "texts", "deleted", "rows", "ids")


@dataclass(slots=True)
class Went:
    """What a round took away, or would take: lines, texts and rows by source, statements of the case desk."""

    on: str
    really: bool
    raw_lines: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    #: Native ids that were kept for asking a source again.
    ids: Counter[str] = field(default_factory=Counter)
    rows_from: str | None = None
    desk: int = 0
    partitions: int = 0
    files: list[str] = field(default_factory=list)
    staged: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        counts = {name: dict(sorted(getattr(self, name).items())) for name in COUNTED}
        told = {"on": self.on, "really": self.really, **counts, "rows_from": self.rows_from}
        return told | {"desk": self.desk, "partitions": self.partitions, "files": self.files, "staged": self.staged}


@dataclass(frozen=True)
class Terms:
    """The institution's terms on a day."""

    institution: Institution
    on: date

    def raw_fetched_by(self, source: str) -> date:
        """Raw lines that were fetched on this day or before are over."""
        return self.on - timedelta(days=self.institution.privacy.raw(source))

    def texts_from(self, source: str) -> Week:
        """The first week of which texts are kept."""
        return self._week(self.institution.privacy.text(source))

    @property
    def rows_from(self) -> Week:
        """The first week of which rows are kept."""
        return self._week(self.institution.privacy.row_days)

    def _week(self, days: int) -> Week:
        day = self.on - timedelta(days=days)
        return Week(day - timedelta(days=day.weekday()), self.institution.zone)


def retain(institution: Institution, on: date, *, really: bool) -> Went:
    """One round as of a day; without ``really`` it says what would go. Killed in between, the next round ends it."""
    landed, terms, went = Landed(institution), Terms(institution, on), Went(on.isoformat(), really)
    went.files += [home.shown(path) for path in landing.strays(institution.slug)]
    if really:
        state.clear_strays(institution.slug)
        landed.stage()  # so that every text is judged before it goes
    floor = _floor(landed, terms)
    if floor and really:
        retained.keep_from(institution, floor)
    went.rows_from = str(floor) if floor else None
    deleted = _deleted(landed)
    gone = {*deleted.to_pylist(), *landed.erased.named}  # no source is asked for these again
    for page in landed.pages():
        _page(page, terms, deleted, gone, went)
    went.ids = memory.tidy(landed, on, gone, really=really)
    for path in state.refused(institution.slug):
        kept_on = datetime.fromtimestamp(path.stat().st_mtime, institution.zone).date()
        if kept_on <= terms.raw_fetched_by(path.parent.parent.name):
            state.away(path, went, really)
    state.blank_documents(institution.slug, terms.texts_from, went, really=really)
    if floor:
        state.drop(institution.slug, floor, went, really=really)
        went.desk = Desk(home.ledger_url()).drop_before(institution.slug, str(floor), really=really)
    if really:
        went.staged = landed.stage()
        path = home.privacy(institution.slug) / "retention" / f"{on.isoformat()}.json"
        durable.write_bytes(path, json.dumps(went.as_json(), indent=1).encode())
    return went


def _floor(landed: Landed, terms: Terms) -> Week | None:
    """The first week with rows, if any went or now go; it never moves back."""
    wanted, known = terms.rows_from, retained.floor(landed.institution)
    if known and known.monday >= wanted.monday:
        return known
    first = min((page.page.first_at for page in landed.pages() if page.page.first_at), default=None)
    older = first is not None and landing.moment(first) < wanted.start
    return wanted if known or older else None


def _deleted(landed: Landed) -> pa.Array:
    """The items of which a source said that they were deleted."""
    found: set[str] = set()
    for page in landed.pages():
        for good, _ in (page.raw, page.gone):
            found |= set(good.filter(good["deleted"])["item_id"].to_pylist())
    return pa.array(sorted(found), pa.string())


def _page(page: Page, terms: Terms, deleted: pa.Array, gone: set[str], went: Went) -> None:
    lines = page.with_dependents(_over(page, terms, deleted))
    drop = terms.rows_from
    good = pa.concat_tables([page.gone[0], page.raw[0].filter(pc.is_in(page.raw[0]["line"], value_set=_int(lines)))])
    told, old = words.worded(good), _before(good, terms)
    dropped = _earlier(good, drop)
    _count(went.rows, good, dropped)
    by_public = pc.is_in(good["item_id"], value_set=deleted)
    stay = pc.invert(dropped)
    _count(went.texts, good, pc.and_(pc.and_(told, old), stay))
    _count(went.deleted, good, pc.and_(pc.and_(told, pc.and_(by_public, pc.invert(old))), stay))
    went.raw_lines.update(_sources(page, lines))
    if not went.really:
        return
    if lines:
        memory.note(page, terms.on, gone)
    wordless = pc.and_(told, pc.or_(old, by_public))
    weeks = _weeks(good.filter(pc.and_(wordless, stay)), terms)
    judged = words.judgements(page.of.slug, weeks)

    def edit(now: pa.Table, bad: pa.Table) -> Parsed:
        over = pc.or_(_before(now, terms), pc.is_in(now["item_id"], value_set=deleted))
        return words.without(
            now, pc.and_(pc.and_(words.worded(now), over), pc.invert(_earlier(now, drop))), judged
        ), bad

    page.settle(lines, edit, drop=drop)


def _over(page: Page, terms: Terms, deleted: pa.Array) -> set[int]:
    """The raw lines whose time is over: fetched long ago, of a text that goes, deleted, or back after an erasure."""
    good, bad = page.raw
    fetched = landing.moment(page.page.fetched_at).astimezone(terms.institution.zone).date()
    over = {source for source in set(good["source"].to_pylist()) if fetched <= terms.raw_fetched_by(source)}
    renamed = pa.array(sorted(set(page.of.erased.named.values())), pa.string())
    mask = pc.or_(pc.is_in(good["source"], value_set=pa.array(sorted(over), pa.string())), _before(good, terms))
    mask = pc.or_(mask, pc.is_in(good["item_id"], value_set=pa.concat_arrays([deleted, renamed])))
    lines = set(good.filter(mask)["line"].to_pylist())
    if fetched <= terms.raw_fetched_by(page.page.source):
        lines |= set(bad["line"].to_pylist())
    if good.num_rows and good.num_rows == good.filter(mask).num_rows:  # nothing is left but what nobody could read
        lines |= set(bad["line"].to_pylist())
    return lines


def _before(good: pa.Table, terms: Terms) -> pa.Array:
    """Which rows are older than the texts of their source may be."""
    old = pa.array([False] * good.num_rows, pa.bool_())
    for source in sorted(set(good["source"].to_pylist())):
        mine = pc.equal(good["source"], source)
        old = pc.or_(old, pc.and_(mine, _earlier(good, terms.texts_from(source))))
    return old


def _earlier(good: pa.Table, week: Week) -> pa.Array:
    return pc.less(good["created_at"], pa.scalar(week.start, rows.TIME))


def _count(into: Counter[str], good: pa.Table, mask: pa.Array) -> None:
    into.update(good.filter(mask)["source"].to_pylist())


def _sources(page: Page, lines: Iterable[int]) -> list[str]:
    good, bad = page.raw
    taken = _int(lines)
    found: list[str] = good.filter(pc.is_in(good["line"], value_set=taken))["source"].to_pylist()
    return found + [page.page.source] * bad.filter(pc.is_in(bad["line"], value_set=taken)).num_rows


def _weeks(good: pa.Table, terms: Terms) -> list[str]:
    """The weeks that these rows are of; a moment is at most in one."""
    return sorted({str(Week.containing(one, terms.institution.zone)) for one in good["created_at"].to_pylist()})


def _int(lines: Iterable[int]) -> pa.Array:
    return pa.array(sorted(lines), pa.int32())
