"""A file taken in by a column map: looked at once, then landed page by page in the exchange format.

What was read is remembered by the hash of the file and of the map: the same again changes nothing, and brings nothing
back that was erased. The same file by another map replaces what the first one made of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc

from tasks import durable, holding, home
from tasks.errors import SourceError, UsageError, printable
from tasks.extract import exchange, landing, quick
from tasks.extract.files import SOURCE, origin
from tasks.imports import resolve, rows
from tasks.imports.column_map import DECIMALS, Map
from tasks.imports.convert import Converter
from tasks.imports.moments import Moments
from tasks.settings import Institution

#: What is remembered of a file: hashes and counts, and nothing that it says.
REMEMBERED = ("items", "set_aside", "last_at", "made_from", "pages")
#: How many rows that were set aside are told one by one; all of them are counted.
TOLD = 1_000
MOST_REASONS = 1_000


@dataclass(slots=True)
class Taken:
    """What became of a file. ``refused``: the first of the rows that were set aside, with why; ``reasons``: all of
    them, counted without what differs.
    """

    path: Path
    items: int = 0
    set_aside: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    pages: list[str] = field(default_factory=list)
    last_at: str | None = None
    known: bool = False
    ruined: int = 0
    clock: Counter[str] = field(default_factory=Counter)
    #: What row the first line of a page is.
    first_rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """An open file with the map that reads it, complete."""

    mapped: Map
    opened: rows.Opened
    converter: Converter

    def pages(self) -> Iterator[tuple[int, bytes]]:
        """The row of the first line and the lines, page by page."""
        for page in self.opened.pages():
            yield page.first, self.converter.lines(page)


def complete(path: Path, mapped: Map) -> Map:
    """The map with everything that the file itself can tell: how it is written, the order of its dates."""
    with rows.opened(path, mapped.file) as opened:
        mapped = mapped.model_copy(update={"file": opened.file})
        _must_have(path, mapped, opened.headings)
        if _is_whole(mapped):
            return mapped
        look = resolve.Look().take(mapped, opened.headings, opened.pages())
    try:
        return resolve.complete(mapped, look)
    except UsageError as error:
        raise UsageError(f"{printable(str(path))}: {error}") from None


def _is_whole(mapped: Map) -> bool:
    """Whether nothing has to be found out of the values."""
    return bool(mapped.time.order) and bool(mapped.decimal or not DECIMALS & mapped.columns.keys())


def _must_have(path: Path, mapped: Map, headings: list[str]) -> None:
    if missing := sorted(mapped.headings - set(headings)):
        there = ", ".join(f"“{one}”" for one in headings[:40])
        raise UsageError(
            f"{printable(str(path))}: there is no column “{missing[0]}”; there are: {printable(there)}. Is it another "
            "export than the column map is for? --preview looks anew."
        )


def converter(mapped: Map, headings: list[str], source: str, institution: Institution) -> Converter:
    """What makes lines of the file's rows."""
    zone = ZoneInfo(mapped.time.zone) if mapped.time.zone else institution.zone
    departments = {
        name.lower(): one.id for one in institution.department for name in (one.id, one.name.nl, one.name.en)
    }
    return Converter(mapped, headings, source, Moments(mapped.time, zone), departments)


def take(institution: Institution, path: Path, mapped: Map, source: str, *, fetched_at: datetime) -> Taken:
    """Land a file; raises UsageError when it cannot be read at all, and then nothing of it was landed."""
    slug = institution.slug
    sha = _hash(path)
    made_from = f"{mapped.fingerprint} {source} {mapped.time.zone or institution.institution.timezone}"
    before = _remembered(slug, sha)
    if before and before["made_from"] == made_from and _there(slug, before["pages"]):
        return Taken(path, before["items"], before["set_aside"], known=True, last_at=before["last_at"])
    full = mapped if _is_whole(mapped) else complete(path, mapped)
    taken = Taken(path)
    with rows.opened(path, full.file) as opened, durable.Together() as together, holding.shared(slug):
        _must_have(path, full, opened.headings)
        made = converter(full, opened.headings, source, institution)
        with ThreadPoolExecutor(1) as second:  # one page is landed while the next is read
            last = None
            for first, data in Source(full, opened, made).pages():
                if last:
                    last.result()
                last = second.submit(_land, slug, taken, first, data, fetched_at, together)
            if last:
                last.result()
        taken.ruined, taken.clock = made.ruined, made.moments.counts
    _remember(slug, sha, taken, made_from)
    if before and (gone := set(before["pages"]) - set(taken.pages)):
        with holding.alone(slug):
            for page in landing.pages(slug):
                if page.sha256 in gone and page.source == SOURCE:
                    landing.remove(slug, page)
    return taken


def _land(slug: str, taken: Taken, first: int, data: bytes, fetched_at: datetime, together: durable.Together) -> None:
    items = read(data)
    last = first + data.count(b"\n") - 1
    page = landing.land(
        slug, SOURCE, f"{origin(taken.path)}, rows {first:,}-{last:,}", data, fetched_at=fetched_at, items=items,
        together=together,
    )  # fmt: skip
    taken.pages.append(page.sha256)
    taken.first_rows[page.sha256[:16]] = first
    taken.items += len(items.lines)
    tell(taken, first, items)
    if page.last_at:
        taken.last_at = max(taken.last_at or page.last_at, page.last_at)


def read(data: bytes) -> exchange.Items:
    """A page's items as the exchange format has them. Where nothing is odd it is read quickly, and of its moments only
    the first, the last and one of every day are there.
    """
    if quickly := quick.read(data):
        moments = quickly.arrays["created_at"]
        first, last = (end.as_py() for end in pc.min_max(moments).values())
        days = pc.unique(pc.floor_temporal(moments, unit="day")).to_pylist()
        return exchange.Items(quickly.lines, {"created_at": [*(max(day, first) for day in days), last]}, [])
    return exchange.read(data)


def tell(taken: Taken, first: int, items: exchange.Items) -> None:
    """Note what of a page was set aside, by the row of the file."""
    taken.set_aside += len(items.refused)
    for line, reason in items.refused:
        if len(taken.reasons) < MOST_REASONS or reason in taken.reasons:
            taken.reasons[reason] += 1
        if len(taken.refused) < TOLD:
            taken.refused.append((first + line - 1, reason))


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{printable(str(path))}: cannot be read ({error.strerror}).") from None


def _book(slug: str, sha: str) -> Path:
    return home.landing(slug, SOURCE) / "received" / f"{sha}.json"


def _remembered(slug: str, sha: str) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(_book(slug, sha).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told


def _remember(slug: str, sha: str, taken: Taken, made_from: str) -> None:
    told = {name: getattr(taken, name) for name in REMEMBERED[:3]}
    told |= {"made_from": made_from, "pages": sorted(set(taken.pages))}
    durable.write_bytes(_book(slug, sha), json.dumps(told, indent=1).encode(), mode=0o600)


def _there(slug: str, names: list[str]) -> bool:
    """Whether none of the pages is damaged; one that is gone went for good."""
    for page in landing.pages(slug):
        if page.sha256 in names and page.source == SOURCE:
            try:
                landing.read(slug, page)
            except SourceError:
                return False
    return True
