"""A small HubSpot on the server of faults: a search for tickets, their threads, and the messages of these."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.extract.server import Faults, Handler

PER_PAGE = 2
TABLE = """
[[source]]
id         = "hubspot"
type       = "hubspot"
name       = { nl = "HubSpot", en = "HubSpot" }
connection = "hubspot"
server     = "https://hubspot.school.example:PORT"

[source.fields]
cause = "oorzaak"

[source.departments]
"77" = "exams"
"""
CHANGED = "hs_lastmodifieddate"
THREADS = "/conversations/v3/conversations/threads"


@dataclass
class HubSpot:
    """``tickets`` and ``messages`` by the ticket's number; each ticket has one thread, numbered ``t<ticket>``."""

    faults: Faults
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def ticket(self, moment: str, text: str, **more: Any) -> str:
        number = str(500 + len(self.tickets))
        own = {
            "subject": "Vraag",
            "content": text,
            "createdate": f"{moment}:00.000Z",
            "hs_lastmodifieddate": f"{moment}:00.000Z",
            "hs_pipeline_stage": "1",
            "hubspot_team_id": "77",
            "hubspot_owner_id": "12",
            **more,
        }
        self.tickets[number] = {"id": number, "properties": own, "archived": False}
        return number

    def say(self, ticket: str, moment: str, text: str, by: str = "A-12", kind: str = "MESSAGE") -> None:
        listed = self.messages.setdefault(ticket, [])
        listed.append(
            {
                "id": f"m{ticket}{len(listed):03}",
                "type": kind,
                "createdAt": f"{moment}:00Z",
                "createdBy": by,
                "text": text,
                "senders": [{"actorId": by, "name": "Marijke de Groot"}],
            }
        )
        self.change(ticket, moment)

    def change(self, ticket: str, moment: str, **more: Any) -> None:
        self.tickets[ticket]["properties"] |= {"hs_lastmodifieddate": f"{moment}:00.000Z", **more}

    def serve(self) -> HubSpot:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/crm/v3/objects/tickets/search":
            return self._search(handler)
        if path == THREADS:
            ticket = handler.query["associatedTicketId"][0]
            return handler.send_json({"results": [{"id": f"t{ticket}"}] if ticket in self.messages else []})
        if found := re.fullmatch(rf"{THREADS}/t(\d+)/messages", path):
            return self._page(handler, self.messages[found[1]], handler.query.get("after", ["0"])[0])
        found = re.fullmatch(r"/crm/v3/objects/tickets/(\d+)", path)
        if not found or found[1] not in self.tickets:
            return handler.send_json({"category": "OBJECT_NOT_FOUND"}, 404)
        return handler.send_json(self.tickets[found[1]])

    def _search(self, handler: Handler) -> None:
        asked = json.loads(handler.body)
        since = int(asked["filterGroups"][0]["filters"][0]["value"]) / 1000
        both = ((one, one["properties"]) for one in self.tickets.values())
        listed = [
            {**one, "properties": {key: own[key] for key in own.keys() & set(asked["properties"])}}
            for one, own in sorted(both, key=lambda pair: str(pair[1][CHANGED]))
            if datetime.fromisoformat(own[CHANGED]).timestamp() >= since
        ]
        self._page(handler, listed, asked.get("after", "0"))

    def _page(self, handler: Handler, listed: list[Any], after: str) -> None:
        start = int(after)
        more = {"paging": {"next": {"after": str(start + PER_PAGE)}}} if len(listed) > start + PER_PAGE else {}
        handler.send_json({"results": listed[start : start + PER_PAGE], **more})
