"""How helpdesks are asked: what changed since the last collection, each ticket whole, without anybody's name.

A ticket that changed is fetched with all its messages and landed as one envelope, of which each module keeps only what
its parser needs. Where a helpdesk does not tell of deletions, known tickets are asked for again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tasks.extract.asking import BELIEVED_GONE, Ask, Position, Post, Reached
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import Unreachable
from tasks.extract.posts import HOSTS, URL, host
from tasks.extract.sources import tickets

#: Of one collection: tickets that wait for their post, known tickets, addresses of one ticket that are looked up.
MOST_UNTIED, MOST_SWEPT, MOST_ADDRESSES = 20, 20, 3
#: For how long a post that a ticket names may still be collected.
UNTIED = timedelta(days=2)
#: A helpdesk may show the last moments late.
SHOWN_LATE = timedelta(minutes=5)
GONE = (404, 410)
PEOPLE = frozenset(
    (
        "caller",
        "operator",
        "requester",
        "responder",
        "assignee",
        "submitter",
        "meta",
        "contact",
        "owner",
        "account",
        "createdby",
        "lastmodifiedby",
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket in a list: ``thing`` is as the helpdesk gave it, ``changed`` when it last changed (ISO 8601, UTC)."""

    id: str
    created: datetime
    changed: str
    thing: Mapping[str, Any]
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A ticket with its messages, as its parser wants them. ``said``: how it opens, where a post may be named; ``own``:
    its fields."""

    url: str
    payload: Mapping[str, Any]
    said: Iterable[str | None] = ()
    own: Mapping[str, Any] = field(default_factory=dict)


class Fetch:
    """One collection. ``position``: ``seen`` (ticket → its last change that was fetched), ``untied`` (ticket → since
    when its post is looked for), ``sweep`` (the last ticket that was asked for again).
    """

    #: Whether known tickets must be asked for to know that they are gone.
    SWEEPS: ClassVar[bool] = True

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        given = ask.position
        self.seen: dict[str, str] = dict(given.get("seen", {}))
        self.untied: dict[str, str] = dict(given.get("untied", {}))
        self.sweep: str = given.get("sweep", "")
        self.since = min(ask.look_from, ask.since - SHOWN_LATE) if ask.live else ask.since
        self.start = tickets.moment(self.since.isoformat())

    # What a helpdesk's own class says:

    def changed(self) -> Iterator[Found]:
        """Tickets that changed since ``self.since``, also deleted ones where they are listed."""
        raise NotImplementedError

    def one(self, ticket: str) -> Found | None:
        """A ticket by its number; None when it is gone."""
        raise NotImplementedError

    def whole(self, found: Found) -> Whole:
        """A ticket with its messages."""
        raise NotImplementedError

    # What they share:

    def run(self) -> Iterator[Envelope | Reached]:
        for found in self.changed():
            yield from self._take(found)
        yield self._reached()
        if self.ask.live:
            yield from self._tie()
            if self.SWEEPS:
                yield from self._look_again()
            self.seen = {ticket: at for ticket, at in self.seen.items() if at >= self.start}
        yield self._reached()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, accepted: tuple[int, ...] = ()) -> Answer:
        url = path if path.startswith("https://") else f"{self.source.server}{path}"
        return self.client.get(url, dict(parameters or {}) or None, headers=self.headers(), accepted=accepted)

    def headers(self) -> dict[str, str]:
        """A token, unless a helpdesk wants something else."""
        return {"Authorization": f"Bearer {self.client.credentials.need('token')}"}

    def named(self) -> list[str]:
        """What the table names of a ticket, beside what every parser needs; never the people in it."""
        paths = self.source.fields.model_dump(exclude_none=True).values()
        return sorted({name for path in paths if (name := path.partition(".")[0]).lower() not in PEOPLE})

    def basic(self, user: str, password: str) -> dict[str, str]:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.client.credentials.hide(pair)
        return {"Authorization": f"Basic {pair}"}

    def _reached(self) -> Reached:
        if not self.ask.live:
            return Reached({})
        position: Position = {"seen": self.seen, "untied": self.untied, "sweep": self.sweep}
        return Reached({key: value for key, value in position.items() if value})

    def _take(self, found: Found, *, again: bool = False) -> Iterator[Envelope | Reached]:
        known = found.changed < self.start or self.seen.get(found.id) == found.changed
        if (known and not again) or (not self.ask.live and found.created >= self.ask.until):
            return
        if found.deleted:
            yield from self._gone(found.id, f"{self.source.server}/")
        else:
            whole = self.whole(found)
            post = self._post(found, whole)
            about = {"post": post} if post else {}
            yield Envelope("tickets", whole.url, 200, json.dumps(whole.payload).encode(), about)
        self.seen[found.id] = found.changed
        yield self._reached()

    def _gone(self, ticket: str, url: str) -> Iterator[Envelope]:
        """Its messages that are known go with it."""
        known = self.ask.known.things.items()
        asked = {name: one.created_at.isoformat() for name, one in known if name.partition(":")[0] == ticket}
        self.untied.pop(ticket, None)
        if asked:
            yield Envelope("tickets", url, 404, b"{}", {"asked": asked})

    def _post(self, found: Found, whole: Whole) -> Post | None:
        """The public post that the ticket names, if it was collected; else it is looked for again for a while."""
        about = self.source.fields.about
        own = tickets.value(whole.own, about) if about else None
        sites = HOSTS | set(self.source.sites)
        named = [url for text in whole.said for url in URL.findall(text or "") if host(url) in sites]
        listed = [*([own] if own else []), *dict.fromkeys(named)][:MOST_ADDRESSES]
        for told in listed:
            if post := self.ask.find(told, found.created):
                self.untied.pop(found.id, None)
                return post
        if listed and self.ask.live and len(self.untied) < MOST_UNTIED:
            self.untied.setdefault(found.id, self.ask.until.isoformat())
        return None

    def _tie(self) -> Iterator[Envelope | Reached]:
        """Tickets whose post was not collected yet when they were fetched."""
        for ticket, since in list(self.untied.items()):
            if datetime.fromisoformat(since) == self.ask.until:
                continue  # of this very run
            found = self.one(ticket) if self.ask.until - datetime.fromisoformat(since) <= UNTIED else None
            if found:
                yield from self._take(found, again=True)
            else:
                del self.untied[ticket]

    def _look_again(self) -> Iterator[Envelope | Reached]:
        """Known tickets, some each time, round and round: is one gone?"""
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        known = self.ask.known.to_sweep(since, "", len(self.ask.known.things))
        ids = sorted({name.partition(":")[0] for name in known if ":" in name})
        later = [ticket for ticket in ids if ticket > self.sweep]
        some = (later + ids[: len(ids) - len(later)])[:MOST_SWEPT]
        away = [ticket for ticket in some if self.one(ticket) is None]
        if len(away) == len(some) > BELIEVED_GONE:
            raise Unreachable(f"{self.source.id}: the helpdesk says that every ticket is gone, which is not believed.")
        for ticket in away:
            yield from self._gone(ticket, f"{self.source.server}/")
        self.sweep = some[-1] if some else ""
        yield self._reached()


def only(thing: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What of an object is kept: nobody's name or address."""
    return {name: thing[name] for name in names if thing.get(name) is not None}
