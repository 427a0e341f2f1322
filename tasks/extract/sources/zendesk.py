"""Zendesk: tickets with their comments, who said what to whom, and when somebody had it and solved it.

docs/sources/zendesk.md tells how to get access.
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
#: Who writes without a person: business rules and the system itself; and the bots.
MACHINES = ("rule", "system", "trigger", "automation")
SYSTEM = -1
STATUSES = {"new": "new", "open": "open", "pending": "pending", "hold": "hold", "solved": "solved", "closed": "closed"}


class Table(Tickets):
    """``type = "zendesk"``; ``server`` is ``https://<name>.zendesk.com``."""

    type: Literal["zendesk"]


def handle(account: str, source: Any) -> str:
    """The number of somebody's account in Zendesk."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source) + "; Zendesk lets what changed be asked for 10 times a minute"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """What changed, by the incremental export; the comments of each ticket."""
    from tasks.extract.sources import zendesk_fetch

    return zendesk_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each comment."""
    return tickets.read(answer, _ticket, _comments, _message)


def own_fields(ticket: Told) -> dict[str, Any]:
    """A ticket's own fields by the names of the institution's file; ``category`` and the like stand as they are."""
    listed: Iterable[Told] = ticket.get("custom_fields") or ()
    return {**ticket, **{f"custom_field_{one['id']}": one.get("value") for one in listed}}


def _ticket(told: Told) -> Ticket:
    ticket, times = told["ticket"], told.get("times") or {}
    status = STATUSES.get(str(ticket.get("status")), str(ticket.get("status")))
    solved = tickets.perhaps(times.get("solved_at"))
    stands = status in ("solved", "closed")
    reopened = times.get("status_updated_at") if solved and times.get("reopens") and not stands else None
    return Ticket(
        id=str(ticket["id"]),
        kind="zendesk",
        title=ticket.get("subject"),
        group=told.get("group"),
        status="reopened" if reopened else status,
        assigned_at=tickets.perhaps(times.get("initially_assigned_at") or times.get("assigned_at")),
        resolved_at=solved,
        reopened_at=tickets.perhaps(reopened),
        own=own_fields(ticket),
    )


def _comments(told: Told) -> Iterable[Told]:
    comments: list[Told] = told["comments"]
    return comments


def _message(comment: Told, told: Told) -> Message:
    author = comment.get("author_id")
    return Message(
        id=str(comment["id"]),
        at=tickets.moment(comment["created_at"]),
        by=_who(comment, told),
        shown=comment["public"] is True,
        author=None if author in (None, SYSTEM) else str(author),
        text=comment.get("html_body") or comment.get("plain_body") or comment.get("body"),
    )


def _who(comment: Told, told: Told) -> str:
    channel = str(comment.get("via"))
    if comment.get("author_id") == SYSTEM or channel in MACHINES:
        return "auto"
    if "bot" in channel:
        return "bot"
    role = told.get("roles", {}).get(str(comment.get("author_id")))
    if role is None:  # somebody who is no more: whoever asked is still known
        return "public" if comment.get("author_id") == told["ticket"].get("requester_id") else "staff"
    return "public" if role == "end-user" else "staff"
