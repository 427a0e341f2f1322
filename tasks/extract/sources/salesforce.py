"""Salesforce: cases with their comments and mails. docs/sources/salesforce.md tells how to get access."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets import Message, Ticket, Told
from tasks.extract.sources.tickets_table import Tickets, cost

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
STATUSES = {"new": "new", "working": "open", "escalated": "open", "on hold": "hold", "closed": "closed"}
#: What a case itself says is its first message.
OPENING = "0"
#: Users who are colleagues; those of a portal or community are the public, the rest are machines.
COLLEAGUES = ("Standard", "PowerPartner")
MACHINES = ("AutomatedProcess", "CloudIntegrationUser", "PlatformIntegration")
#: A field, also one of another object that is looked up: nothing else may stand in a query.
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}(\.[A-Za-z][A-Za-z0-9_]{0,59})?")


class Table(Tickets):
    """``type = "salesforce"``; ``server`` is ``https://<name>.my.salesforce.com``."""

    type: Literal["salesforce"]

    @model_validator(mode="after")
    def _asks_for_fields(self) -> Table:
        for path in self.fields.model_dump(exclude_none=True).values():
            if not FIELD.fullmatch(path):
                raise ValueError(f"fields names “{path}”, which no field of Salesforce is called")
        return self


def handle(account: str, source: Any) -> str:
    """The number of a user."""
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return cost(source, extra=2)


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Cases by when they changed, deleted ones too; the comments and mails of each."""
    from tasks.extract.sources import salesforce_fetch

    return salesforce_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for the case's own words, and for each comment and mail."""
    return tickets.read(answer, _ticket, _messages, _message)


def _ticket(told: Told) -> Ticket:
    case = told["case"]
    status = str(case.get("Status") or "")
    closed = case.get("IsClosed") is True
    return Ticket(
        id=str(case["Id"]),
        kind="salesforce",
        title=case.get("Subject"),
        group=told.get("queue"),
        status=STATUSES.get(status.lower(), "closed" if closed else status or None),
        resolved_at=tickets.perhaps(case.get("ClosedDate")) if closed else None,
        own=case,
    )


def _messages(told: Told) -> Iterable[Told]:
    """A case that came by mail opens with that mail, and its description is a copy of it."""
    case, mails = told["case"], [{**one, "mail": True} for one in told["mails"] if one.get("Status") != "5"]
    opening = {
        "Id": OPENING,
        "CreatedDate": case["CreatedDate"],
        "IsPublished": True,
        "CommentBody": case.get("Description"),
        "opens": True,
    }
    by_mail = any(one.get("Incoming") is True for one in mails) and str(case.get("Origin")).lower() == "email"
    return (*([] if by_mail else [opening]), *told["comments"], *mails)


def _message(one: Told, told: Told) -> Message:
    mail = one.get("mail") is True
    by = _who(one)
    contact = told["case"].get("ContactId")
    author = contact if by == "public" else one.get("CreatedById")
    return Message(
        id=str(one["Id"]),
        at=tickets.moment(one.get("MessageDate") or one["CreatedDate"]),
        by=by,
        shown=mail or one["IsPublished"] is True,
        author=str(author) if author else None,
        text=(one.get("HtmlBody") or one.get("TextBody")) if mail else one.get("CommentBody"),
        deleted=one.get("IsDeleted") is True,
    )


def _who(one: Told) -> str:
    if one.get("opens") or one.get("Incoming") is True:
        return "public"
    kind = str((one.get("CreatedBy") or {}).get("UserType"))
    if kind in COLLEAGUES:
        return "staff"
    return "auto" if kind in MACHINES or kind == "None" else "public"
