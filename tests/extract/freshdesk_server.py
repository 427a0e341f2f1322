"""A small Freshdesk on the server of faults: tickets by when they changed, deleted ones apart, and conversations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.extract.server import Faults, Handler

TABLE = """
[[source]]
id         = "freshdesk"
type       = "freshdesk"
name       = { nl = "Freshdesk", en = "Freshdesk" }
connection = "freshdesk"
server     = "https://freshdesk.school.example:PORT"
robots     = ["66"]

[source.fields]
cause = "cf_oorzaak"

[source.departments]
"Toetsbureau" = "exams"
"""
AGENT, STUDENT = 8, 7


@dataclass
class Freshdesk:
    """``tickets`` and ``conversations`` by the ticket's number; ``hides_groups``: the key may not see them."""

    faults: Faults
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    hides_groups: bool = False

    def ticket(self, moment: str, text: str, **more: Any) -> int:
        number = 20 + len(self.tickets)
        self.tickets[number] = {
            "id": number,
            "subject": "Vraag",
            "description": f"<div>{text}</div>",
            "description_text": text,
            "status": 2,
            "requester_id": STUDENT,
            "requester": {"id": STUDENT, "name": "Marijke de Groot", "email": "m@x.nl"},
            "group_id": 42,
            "custom_fields": {"cf_oorzaak": None},
            "created_at": f"{moment}:00Z",
            "updated_at": f"{moment}:00Z",
            "stats": {},
            **more,
        }
        return number

    def say(self, ticket: int, moment: str, text: str, by: int | None = AGENT, **more: Any) -> None:
        listed = self.conversations.setdefault(ticket, [])
        listed.append(
            {
                "id": ticket * 1000 + len(listed),
                "body": f"<div>{text}</div>",
                "incoming": by == STUDENT,
                "private": False,
                "user_id": by,
                "from_email": "m@x.nl",
                "created_at": f"{moment}:00Z",
                "updated_at": f"{moment}:00Z",
                **more,
            }
        )
        self.change(ticket, moment)

    def change(self, ticket: int, moment: str, **more: Any) -> None:
        self.tickets[ticket] |= {"updated_at": f"{moment}:00Z", **more}

    def serve(self) -> Freshdesk:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/api/v2/groups":
            refused = ({"code": "access_denied"}, 403)
            return (
                handler.send_json(*refused)
                if self.hides_groups
                else handler.send_json([{"id": 42, "name": "Toetsbureau"}])
            )
        if path == "/api/v2/tickets":
            return self._page(handler, self._listed(handler))
        found = re.fullmatch(r"/api/v2/tickets/(\d+)(/conversations)?", path)
        if not found or int(found[1]) not in self.tickets:
            return handler.send(b"", 404)
        if found[2]:
            return self._page(handler, self.conversations.get(int(found[1]), []))
        return handler.send_json(self.tickets[int(found[1])])

    def _listed(self, handler: Handler) -> list[dict[str, Any]]:
        since, wanted = handler.query["updated_since"][0], handler.query.get("filter", [""])[0]
        found = sorted(self.tickets.values(), key=lambda one: str(one["updated_at"]))
        hidden = [one for one in found if one.get("deleted") or one.get("spam")]
        shown = [one for one in hidden if one.get(wanted)] if wanted else [one for one in found if one not in hidden]
        return [one for one in shown if one["updated_at"] >= since]

    def _page(self, handler: Handler, listed: list[dict[str, Any]]) -> None:
        page, size = int(handler.query["page"][0]), int(handler.query["per_page"][0])
        handler.send_json(listed[(page - 1) * size : page * size], x_ratelimit_remaining="4990")
