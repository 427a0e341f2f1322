"""Freshdesk: tickets with their conversations. docs/sources/freshdesk.md tells how to get access."""

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
STATUSES = {2: "open", 3: "pending", 4: "solved", 5: "closed", 6: "waiting", 7: "waiting"}
#: What a ticket itself says is its first message, which Freshdesk has no number for.
OPENING = "0"


class Table(Tickets):
    """``type = "freshdesk"``; ``server`` is ``https://<name>.freshdesk.com``."""

    type: Literal["freshdesk"]


def handle(account: str, source: Any) -> str:
    """The number of somebody's account in Freshdesk."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source)


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """What changed, and what was deleted; the conversations of each ticket."""
    from tasks.extract.sources import freshdesk_fetch

    return freshdesk_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for the ticket's own words, and for each of its conversations."""
    return tickets.read(answer, _ticket, _messages, _message)


def _ticket(told: Told) -> Ticket:
    ticket = told["ticket"]
    stats = ticket.get("stats") or {}
    number = ticket.get("status")
    spam = ticket.get("spam") is True
    return Ticket(
        id=str(ticket["id"]),
        kind="freshdesk",
        title=ticket.get("subject"),
        group=told.get("group") or (str(ticket["group_id"]) if ticket.get("group_id") else None),
        status="spam" if spam else STATUSES.get(number, str(number)) if isinstance(number, int) else None,
        resolved_at=tickets.perhaps(stats.get("resolved_at") or stats.get("closed_at")),
        reopened_at=tickets.perhaps(stats.get("reopened_at")),
        own={**ticket, **(ticket.get("custom_fields") or {})},
    )


def _messages(told: Told) -> Iterable[Told]:
    ticket = told["ticket"]
    opening = {
        "id": OPENING,
        "created_at": ticket["created_at"],
        "incoming": True,
        "private": False,
        "user_id": ticket.get("requester_id"),
        "body": ticket.get("description") or ticket.get("description_text"),
    }
    return (opening, *told["conversations"])


def _message(one: Told, told: Told) -> Message:
    author = one.get("user_id")
    return Message(
        id=str(one["id"]),
        at=tickets.moment(one["created_at"]),
        by="public" if one["incoming"] else "staff" if author else "auto",
        shown=one["private"] is False,
        author=str(author) if author else None,
        text=one.get("body") or one.get("body_text"),
        # An edit of a note moves ``updated_at``; so does what a robot of Freshdesk does to it in the same minute.
        edited_at=tickets.perhaps(one.get("last_edited_at")),
        deleted=one.get("deleted") is True,
    )
