"""HubSpot: tickets with the conversations that belong to them. docs/sources/hubspot.md tells how to get access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.sources import tickets
from tasks.extract.sources.table import Server
from tasks.extract.sources.tickets import Message, Ticket, Told
from tasks.extract.sources.tickets_table import Tickets, cost

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
#: The stages of the pipeline that every account begins with; those of other pipelines have numbers of their own.
STAGES = {"1": "new", "2": "waiting", "3": "open", "4": "closed"}
#: What a ticket without a conversation opens with.
OPENING = "0"
#: Who wrote, by the first letter of HubSpot's name for them; all others are machines.
WHO = {"A": "staff", "V": "public", "E": "public", "B": "bot"}
SAID, NOTE, WELCOME = "MESSAGE", "COMMENT", "WELCOME_MESSAGE"


class Table(Tickets):
    """``type = "hubspot"``."""

    type: Literal["hubspot"]
    server: Server = "https://api.hubapi.com"


def handle(account: str, source: Any) -> str:
    """HubSpot's name for somebody who writes, like ``A-123``."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source, extra=2)


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Tickets by when they changed; the conversations of each; known ones again, to see whether one is gone."""
    from tasks.extract.sources import hubspot_fetch

    return hubspot_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each message; a change of status or owner is none."""
    return tickets.read(answer, _ticket, _messages, _message)


def _ticket(told: Told) -> Ticket:
    own = told["ticket"]["properties"]
    closed = tickets.perhaps(own.get("closed_date"))
    stage = str(own.get("hs_pipeline_stage") or "")
    return Ticket(
        id=str(told["ticket"]["id"]),
        kind="hubspot",
        title=own.get("subject"),
        group=own.get("hubspot_team_id"),
        status=STAGES.get(stage, "closed" if closed else stage or None),
        assigned_at=tickets.perhaps(own.get("hubspot_owner_assigneddate")),
        resolved_at=closed,
        own=own,
    )


def _messages(told: Told) -> Iterable[Told]:
    listed = [one for one in told["messages"] if one["type"] in (SAID, NOTE, WELCOME)]
    own = told["ticket"]["properties"]
    opening = {
        "id": OPENING,
        "type": SAID,
        "createdAt": own["createdate"],
        "createdBy": "V-",
        "text": own.get("content"),
    }
    return listed or [opening]


def _message(one: Told, told: Told) -> Message:
    author = str(one["createdBy"])
    kind, _, number = author.partition("-")
    return Message(
        id=str(one["id"]),
        at=tickets.moment(one["createdAt"]),
        by="auto" if one["type"] == WELCOME else WHO.get(kind, "auto"),
        shown=one["type"] != NOTE,
        author=author if number else None,
        text=one.get("richText") or one.get("text"),
    )
