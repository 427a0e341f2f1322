"""How Freshdesk is asked: tickets by when they changed, deleted ones apart, and the conversations of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from tasks.extract.asking import Ask
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import Refused
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets_fetch import Fetch as Shared
from tasks.extract.sources.tickets_fetch import Found, Whole, only

PAGE = 100
#: Freshdesk gives no later page of a list.
LAST_PAGE = 300
TICKET = ("id", "subject", "description", "description_text", "status", "requester_id", "group_id", "custom_fields",
          "created_at", "stats", "spam", "type", "tags")  # fmt: skip
MESSAGE = ("id", "body", "body_text", "incoming", "private", "user_id", "created_at", "last_edited_at", "deleted")


class Fetch(Shared):
    """A list leaves out what was deleted or is spam, unless it is asked for that."""

    SWEEPS: ClassVar[bool] = False

    def __init__(self, ask: Ask, client: Client) -> None:
        super().__init__(ask, client)
        self._groups: dict[str, str] | None = None

    def headers(self) -> dict[str, str]:
        return self.basic(self.client.credentials.need("token"), "X")

    def changed(self) -> Iterator[Found]:
        yield from self._listed({"include": "description,stats", "order_by": "updated_at", "order_type": "asc"})
        if self.ask.live:
            for name in ("deleted", "spam"):
                yield from (one for one in self._listed({"filter": name}) if self._is_known(one.id))

    def one(self, ticket: str) -> Found | None:
        answer = self.get(f"/api/v2/tickets/{ticket}", {"include": "stats"}, (404,))
        return None if answer.status == 404 else _found(answer, answer.json())

    def whole(self, found: Found) -> Whole:
        conversations, url = self._conversations(found.id)
        ticket = found.thing
        payload: dict[str, Any] = {
            "ticket": only(ticket, *TICKET, *self.named()),
            "conversations": [only(one, *MESSAGE) for one in conversations],
        }
        if group := self._group(ticket.get("group_id")):
            payload["group"] = group
        own = {**ticket, **(ticket.get("custom_fields") or {})}
        return Whole(url, payload, (ticket.get("subject"), ticket.get("description_text")), own)

    def _is_known(self, ticket: str) -> bool:
        return any(name.partition(":")[0] == ticket for name in self.ask.known.things)

    def _listed(self, parameters: dict[str, Any]) -> Iterator[Found]:
        since = self.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for page in range(1, LAST_PAGE + 1):
            asked = {**parameters, "updated_since": since, "per_page": PAGE, "page": page}
            answer = self.get("/api/v2/tickets", asked)
            found = answer.json()
            if not isinstance(found, list):
                raise answer.bad("it is no list of tickets")
            yield from (_found(answer, one) for one in found)
            if len(found) < PAGE:
                return

    def _conversations(self, ticket: str) -> tuple[list[Any], str]:
        listed: list[Any] = []
        page = 1
        while True:
            answer = self.get(f"/api/v2/tickets/{ticket}/conversations", {"per_page": PAGE, "page": page})
            found = answer.json()
            listed += found
            if len(found) < PAGE:
                return listed, answer.url
            page += 1

    def _group(self, native: Any) -> str | None:
        """The name of a group; an account that may not list them has departments by the group's number."""
        if not native:
            return None
        if self._groups is None:
            try:
                found = self.get("/api/v2/groups", {"per_page": PAGE}).json()
            except Refused:
                found = []
            self._groups = {str(one["id"]): str(one.get("name")) for one in found}
        return self._groups.get(str(native))


def _found(answer: Answer, ticket: Any) -> Found:
    try:
        created = datetime.fromisoformat(tickets.moment(ticket["created_at"]))
        changed = tickets.moment(ticket["updated_at"])
        return Found(str(ticket["id"]), created, changed, ticket, deleted=ticket.get("deleted") is True)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a ticket in it has no id or no times") from None
