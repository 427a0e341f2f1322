"""What landed pages of a source say already: so that an answer with nothing new in it is not kept again.

Of pages that left their raw bytes it is what was kept for asking again (tasks/extract/remembered.py).

Pages of a run that was cut short (they were landed from the same moment on as this run's) count as said, but what is in
them is still to be followed up, as if it came just now: then a run that was killed and begun again ends where one does
that nobody disturbed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tasks.errors import SourceError
from tasks.extract import landing, remembered, sources
from tasks.extract.exchange import Items
from tasks.extract.seen import Seen
from tasks.extract.sources.table import Source

#: Streams that follow others up: what is found there needs no following up itself.
FOLLOWED = (":thread", ":sweep")


@dataclass(slots=True)
class Thing:
    """One item of an earlier run, as far as asking again needs it."""

    created_at: datetime
    deleted: bool = False


@dataclass
class Known:
    """``things`` by native id; ``pending``: replies of a run that was cut short, with their thread, or else what they
    answer.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)
    _said: Seen = field(default_factory=Seen)

    @classmethod
    def of(cls, slug: str, source: Source, begin: datetime, since: datetime, until: datetime) -> Known:
        """The pages with something of ``begin`` to ``until``, for a run about what is new since ``since``."""
        known, named = cls._remembered(slug, source.id), {source.id: source}
        for page in landing.pages(slug):
            if page.source == source.id and page.overlaps(begin, until + timedelta(days=1)):
                try:
                    items = sources.items(page, landing.read(slug, page), named)
                except SourceError:  # damaged: staging says so, and what it said may be landed again
                    continue
                known.says_more(items)
                if page.seen_from == since.isoformat():
                    known._follow_up(page, items.columns)
                else:
                    known._add(items.columns, source.id)
        return known

    @classmethod
    def _remembered(cls, slug: str, source: str) -> Known:
        kept = remembered.read(slug, source)
        return cls(
            {native: Thing(at) for native, at in kept.items.items()}, _said=Seen(int(one, 16) for one in kept.said)
        )

    def _add(self, columns: Mapping[str, list[Any]], own: str) -> None:
        names = ("id", "created_at", "deleted", "source")
        for native, created_at, deleted, source in zip(*(columns[key] for key in names), strict=True):
            if source != own:  # a ticket may tell of the case of a post elsewhere
                continue
            thing = self.things.setdefault(native, Thing(created_at))
            thing.created_at = min(thing.created_at, created_at)
            thing.deleted |= deleted

    def _follow_up(self, page: landing.Page, columns: Mapping[str, list[Any]]) -> None:
        if not page.origin.endswith(FOLLOWED):
            told = zip(*(columns[key] for key in ("id", "in_reply_to", "thread_id")), strict=True)
            self.pending |= {native: thread or parent for native, parent, thread in told if parent}

    def __contains__(self, native: str) -> bool:
        """Whether an earlier run had it."""
        return native in self.things

    def says_more(self, items: Items) -> bool:
        """Whether anything of this was not said before; from now on it was."""
        new = [self._said.add(int(one, 16)) for one in remembered.digests(items.columns)]
        return any(new)

    def to_sweep(self, since: datetime, after: str, most: int) -> list[str]:
        """At most ``most`` ids written since then and not deleted, in order of id, those after ``after`` first."""
        ids = sorted(native for native, one in self.things.items() if one.created_at >= since and not one.deleted)
        later = [native for native in ids if native > after]
        return (later + ids[: len(ids) - len(later)])[:most]
