"""What a source is asked for, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from tasks.extract.envelope import Envelope
from tasks.extract.fields import BadLine
from tasks.extract.http.faults import Refused

if TYPE_CHECKING:
    from tasks.extract.http.client import Client
    from tasks.extract.known import Known
    from tasks.extract.sources.table import Listened

Position = dict[str, Any]
#: So many known items may be gone at once without another one that is still there.
BELIEVED_GONE = 2
#: source, id and created_at (ISO 8601) of a public post; and how one is found by its address, or by ``source:id``,
#: among those from before a moment.
Post = dict[str, str]
Find = Callable[[str, datetime], Post | None]
#: An item in the exchange format without ``source``, or why it cannot be one.
Item = dict[str, Any] | BadLine


def nobody(_told: str, _before: datetime) -> Post | None:
    """Finds no post: where a source is asked alone."""
    return None


@dataclass(frozen=True, slots=True)
class Reached:
    """All before this was landed: a run that ends now may go on from this position."""

    position: Position


@dataclass(frozen=True)
class Ask:
    """One collection. ``since`` to ``until`` is the stretch that is new; ``position`` what an earlier one left.

    ``live`` is False for a week of the past that is asked for by its times: it has no position and leaves none.
    """

    source: Any
    since: datetime
    until: datetime
    known: Known
    position: Position = field(default_factory=dict)
    live: bool = True
    #: Finds a public post of this institution that a ticket names.
    find: Find = nobody

    @property
    def look_from(self) -> datetime:
        """From when on items are wanted: somewhat before what is new, since sources show some items late."""
        return self.since - timedelta(hours=self.source.lookback_hours) if self.live else self.since


def each(parts: Iterable[Iterator[Envelope | Reached]]) -> Iterator[Envelope | Reached]:
    """One after the other; one that is refused (a name that is gone) keeps nothing from those after it, and is told in
    the end. A token that is not accepted is refused everywhere.
    """
    refused: list[Refused] = []
    for part in parts:
        try:
            yield from part
        except Refused as error:
            if error.status == 401:
                raise
            refused.append(error)
    if refused:
        raise refused[0]


class Kind(Protocol):
    """A module in tasks/extract/sources: one type of source."""

    #: Raise it when the same answers must give other items: landed pages are then read again, not fetched.
    VERSION: int

    @property
    def Table(self) -> type[Listened]: ...  # noqa: N802 a class

    def fetch(self, ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
        """Ask, in whatever order; the last thing that comes is where it ended."""

    def parse(self, envelope: Envelope) -> Iterator[Item]:
        """The items of an answer, from nothing but the answer. Raises ValueError when it is none of this source's."""

    # Where mails of ours come back to: ``deliveries(envelope)`` gives (Message-ID, status code) of those that did not
    # reach their reader. Other sources have no such function.

    def handle(self, account: str, source: Any) -> str:
        """An account of the institution's file as ``author`` of an item names it."""

    def weekly_cost(self, source: Any) -> str:
        """What a week costs, in money and in requests, as far as it is known beforehand."""
