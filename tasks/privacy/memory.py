"""What a collector must know of answers that leave their raw bytes, and for how long it may (decision 43)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta

import pyarrow as pa

from tasks.extract import remembered, sources
from tasks.extract.sources.table import Listened
from tasks.privacy.pages import Landed, Page
from tasks.stage import privacy


def since(landed: Landed, source: str, on: date) -> datetime | None:
    """From when on items of a source are asked for again on a day; None when it is not asked any more."""
    found = next((one for one in landed.institution.source if one.id == source), None)
    if not isinstance(found, Listened):
        return None
    day = on - timedelta(days=found.asked_again_days)
    return datetime(day.year, day.month, day.day, tzinfo=landed.institution.zone)


def note(page: Page, on: date, gone: Collection[str]) -> None:
    """Before a page leaves its raw bytes: keep what asking again needs, but no native id of items that are ``gone``
    (pseudonyms: deleted or erased).
    """
    slug, source, last = page.of.slug, page.page.source, page.page.last_at
    start = since(page.of, source, on) if page.is_answer else None
    if start is None or last is None or datetime.fromisoformat(last) < start or not page.data.strip():
        return
    columns = sources.items(page.page, page.data, page.of.reader.sources).columns
    known = remembered.read(slug, source)
    before = len(known)
    wanted = _not(page.of, source, columns["id"], gone)
    told = (columns["id"], columns["source"], columns["created_at"], remembered.digests(columns))
    for native, of, at, said in zip(*told, strict=True):
        if at < start:
            continue
        known.said[said] = at
        if native in wanted and of == source:  # a ticket may tell of the case of a post elsewhere
            known.items[native] = min(at, known.items.get(native, at))
    if len(known) != before:
        remembered.write(slug, source, known)


def tidy(landed: Landed, on: date, gone: Collection[str], *, really: bool) -> Counter[str]:
    """Forget what is not asked for again, and native ids of what is gone; how many ids (would) go, by source."""
    went: Counter[str] = Counter()
    for source in remembered.sources(landed.slug):
        known, start = remembered.read(landed.slug, source), since(landed, source, on)
        wanted = _not(landed, source, list(known.items), gone)
        items = {native: at for native, at in known.items.items() if start and at >= start and native in wanted}
        said = {one: at for one, at in known.said.items() if start and at >= start}
        if left := len(known.items) - len(items):
            went[source] = left
        if really and (items, said) != (known.items, known.said):
            remembered.write(landed.slug, source, remembered.Remembered(items, said))
    return went


def forget(landed: Landed, gone: Collection[str]) -> None:
    """Forget the native ids of these items (pseudonyms): they were erased."""
    for source in remembered.sources(landed.slug):
        known = remembered.read(landed.slug, source)
        wanted = _not(landed, source, list(known.items), gone)
        if len(wanted) < len(known.items):
            items = {native: at for native, at in known.items.items() if native in wanted}
            remembered.write(landed.slug, source, remembered.Remembered(items, known.said))


def of(landed: Landed, wanted: Collection[str]) -> list[dict[str, str]]:
    """What is remembered of these items (pseudonyms)."""
    found = []
    for source in remembered.sources(landed.slug):
        known = remembered.read(landed.slug, source).items
        others = _not(landed, source, list(known), wanted)
        mine = {native: at for native, at in known.items() if native not in others}
        found += [{"source": source, "id": native, "created_at": at.isoformat()} for native, at in mine.items()]
    return found


def _not(landed: Landed, source: str, natives: list[str], gone: Collection[str]) -> set[str]:
    """Those of these native ids that are none of these items."""
    if not natives:
        return set()
    named = privacy.pseudonyms(landed.keys, [source] * len(natives), pa.array(natives, pa.string())).to_pylist()
    away = set(gone)
    return {native for native, item in zip(natives, named, strict=True) if item not in away}
