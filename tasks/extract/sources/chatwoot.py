"""Chatwoot: conversations with their messages, in the cloud or on a server of the institution's own.

docs/sources/chatwoot.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets import Message, Ticket, Told
from tasks.extract.sources.tickets_table import Tickets, cost

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
STATUSES = {"open": "open", "resolved": "solved", "pending": "pending", "snoozed": "hold"}
#: Kinds of message, which Chatwoot numbers: of the person, of us, what happened, and what writes itself.
INCOMING, OUTGOING, ACTIVITY, TEMPLATE = range(4)


class Table(Tickets):
    """``type = "chatwoot"``."""

    type: Literal["chatwoot"]
    #: The number of the account, as in the address of its pages: ``/app/accounts/1``.
    account: Annotated[int, Field(ge=1)]


def handle(account: str, source: Any) -> str:
    """The number of somebody in Chatwoot."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source)


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Conversations from the last active down; the messages of each; known ones again, to see whether one is gone."""
    from tasks.extract.sources import chatwoot_fetch

    return chatwoot_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each message; what happened (somebody was given it, it was solved) is none."""
    return tickets.read(answer, _ticket, _messages, _message)


def _ticket(told: Told) -> Ticket:
    talk = told["conversation"]
    status = STATUSES.get(str(talk.get("status")), str(talk.get("status")))
    happened = [tickets.moment(one["created_at"]) for one in told["messages"] if one["message_type"] == ACTIVITY]
    written = [tickets.moment(one["created_at"]) for one in told["messages"] if one["message_type"] != ACTIVITY]
    # Chatwoot says that it is solved, and in the account's language what happened when: the last of it solved it.
    solved = max(happened or written) if status == "solved" and told["messages"] else None
    return Ticket(
        id=str(talk["id"]),
        kind="chatwoot",
        title=(talk.get("additional_attributes") or {}).get("mail_subject"),
        group=told.get("team"),
        status=status,
        resolved_at=solved,
        own={**talk, **(talk.get("custom_attributes") or {})},
    )


def _messages(told: Told) -> Iterable[Told]:
    return (one for one in told["messages"] if one["message_type"] != ACTIVITY)


def _message(one: Told, told: Told) -> Message:
    sender = one.get("sender") or {}
    return Message(
        id=str(one["id"]),
        at=tickets.moment(one["created_at"]),
        by=_who(one, str(sender.get("type"))),
        shown=one["private"] is False,
        author=str(sender["id"]) if sender.get("id") else None,
        text=one.get("content"),
        deleted=one.get("deleted") is True,
    )


def _who(one: Told, sender: str) -> str:
    kind = one["message_type"]
    if kind == INCOMING:
        return "public"
    if kind not in (OUTGOING, TEMPLATE):
        raise ValueError("an unknown kind of message")
    if sender == "user":
        return "auto" if kind == TEMPLATE or one.get("by_rule") else "staff"
    return "bot" if "bot" in sender or "captain" in sender else "auto"
