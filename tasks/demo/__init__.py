"""The demo world: 26 weeks of a school that does not exist, the same on every machine.

Ask ``windows`` for what one source would have given, fetch by fetch. Nothing is downloaded and nobody is quoted:
people, posts and numbers are made up by ``tasks.demo.world`` from the hand-written bank in ``texts/``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.demo import season
from tasks.demo.item import Item, Row
from tasks.demo.world import Spell, made
from tasks.errors import SourceError
from tasks.settings import Institution

#: What one fetch gave, each with the second at which the platform showed it, and its id.
Page = list[tuple[int, str, Row]]


@dataclass(frozen=True, slots=True)
class Window:
    """One fetch of one source: what it gave between two moments."""

    start: datetime  #: aware, UTC
    end: datetime
    status: str  #: "complete", "partial" or "failed"
    reason: str  #: why it is not complete; "" when it is
    items: tuple[dict[str, object], ...]  #: rows in the exchange format, in the order fetched


def windows(institution: Institution, source_id: str) -> list[Window]:
    """All fetch windows of one source, oldest first and without a hole between them.

    Normally one per ISO week, 2026-W22 to 2026-W47. An item that came late, was edited, deleted or whose case moved on
    is given again in a later window. Raises SourceError for a source the demo has not made up.
    """
    if source_id not in season.SOURCES:
        raise SourceError(
            f"The demo has made up no source “{source_id}” (config/institutions/{institution.slug}.toml). "
            f'It knows {", ".join(season.SOURCES)}; use type = "files" for anything else.'
        )
    items, borders, gap = made(
        institution.slug,
        institution.zone,
        institution.institution.country,
        institution.hours,
        institution.closed,
    )
    failed = gap if source_id == season.GAP_SOURCE else None
    cuts = sorted({*borders, *(failed or ())})
    pages: list[Page] = [[] for _ in cuts]
    for item in items:
        if item.source == source_id:
            _deliver(item, cuts, failed, pages)
    return [_window(start, end, page, failed) for start, end, page in zip(cuts[:-1], cuts[1:], pages[:-1], strict=True)]


def _deliver(item: Item, cuts: list[int], failed: Spell | None, pages: list[Page]) -> None:
    """Put the item on the page of every window in which it is new or has changed, as it looked at that window's end."""
    moments: dict[int, int] = {}
    for at in sorted((item.first_seen_at, *(max(at, item.first_seen_at) for at, _ in item.changes))):
        if failed and failed[0] <= at < failed[1]:
            at = failed[1]
        if at < cuts[-1]:
            moments.setdefault(bisect_right(cuts, at) - 1, at)
    for number, at in moments.items():
        pages[number].append((at, item.id, item.row(cuts[number + 1])))


def _window(start: int, end: int, page: Page, failed: Spell | None) -> Window:
    lost = (start, end) == failed
    return Window(
        datetime.fromtimestamp(start, UTC),
        datetime.fromtimestamp(end, UTC),
        "failed" if lost else "complete",
        season.GAP_REASON if lost else "",
        tuple(row for _, _, row in sorted(page, key=lambda one: one[:2])),
    )
