"""TOPdesk: incidents with their requests and progress trail, mostly on a server of the institution's own.

docs/sources/topdesk.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets import Message, Ticket, Told
from tasks.extract.sources.tickets_table import Tickets, cost

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
#: What an incident without a text of its own opens with: when somebody called, and about what.
OPENING = "0"


class Table(Tickets):
    """``type = "topdesk"``."""

    type: Literal["topdesk"]


def handle(account: str, source: Any) -> str:
    """The number of a person or an operator in TOPdesk."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source, extra=2)


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Incidents by when they changed; what was asked and done in each; known ones again, to see whether one is gone."""
    from tasks.extract.sources import topdesk_fetch

    return topdesk_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each request and each action."""
    return tickets.read(answer, _ticket, _messages, _message)


def _ticket(told: Told) -> Ticket:
    incident = told["incident"]
    done = incident.get("completedDate") if incident.get("completed") is True else None
    closed = incident.get("closedDate") if incident.get("closed") is True else None
    solved = tickets.perhaps(done or closed)
    return Ticket(
        id=str(incident["id"]),
        kind="topdesk",
        title=incident.get("briefDescription"),
        group=tickets.value(incident, "operatorGroup"),
        status=tickets.value(incident, "processingStatus") or ("closed" if solved else "open"),
        resolved_at=solved,
        own=incident,
    )


def _messages(told: Told) -> Iterable[Told]:
    """Whatever an operator writes into a request is what the caller said."""
    incident = told["incident"]
    caller = {"id": told.get("caller")}
    asked = [{**one, "person": one.get("person") or caller} for one in told["requests"]]
    if not asked:
        at = incident.get("callDate") or incident["creationDate"]
        asked = [{"id": OPENING, "entryDate": at, "person": caller, "invisibleForCaller": False}]
    return (*asked, *told["trail"])


def _message(one: Told, told: Told) -> Message:
    person, operator = one.get("person"), one.get("operator")
    author = (person or operator or {}).get("id")
    return Message(
        id=str(one["id"]),
        at=tickets.moment(one["entryDate"]),
        by="public" if person else "staff" if operator else "auto",
        shown=one.get("invisibleForCaller") is False,
        author=str(author) if author else None,
        text=one.get("memoText"),
    )
