"""Trying a source: a short collection of which nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tasks.errors import SourceError
from tasks.extract import exchange, sources
from tasks.extract.asking import Ask, Reached
from tasks.extract.http.client import Client
from tasks.extract.http.faults import BudgetSpent
from tasks.extract.known import Known
from tasks.extract.sources.table import Listened

#: More than this is not needed to see that it works.
ENOUGH = 40


@dataclass(slots=True)
class Found:
    """What came."""

    items: int = 0
    refused: list[str] = field(default_factory=list)
    note: str = ""
    _seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, items: exchange.Items) -> None:
        self.items += len(items.lines)
        self.refused += [reason for _, reason in items.refused]
        for place, native in enumerate(items.columns["id"]):
            self._seen[native] = {key: values[place] for key, values in items.columns.items()}

    def newest(self, count: int) -> list[dict[str, Any]]:
        """The last items by time of writing, the newest first."""
        return sorted(self._seen.values(), key=lambda one: (one["created_at"], one["id"]), reverse=True)[:count]


def run(source: Listened, client: Client) -> Found:
    """Ask until there is enough; raises what a collection would be stopped by (a WeerklankError)."""
    now = client.time.now()
    ask = Ask(source, now - timedelta(days=source.first_days), now, Known())
    found = Found()
    try:
        for one in sources.KINDS[source.type].fetch(ask, client):
            if not isinstance(one, Reached):
                found.add(exchange.judged(sources.parsed(source.type, one, source.id, source)))
                if found.items >= ENOUGH:
                    break
    except BudgetSpent:
        found.note = "There was more than a trial may ask for."
    except sources.SHAPES as error:  # what comes from outside has any shape
        raise SourceError(sources.other_shape(source, error)) from None
    return found
