"""A small Zendesk on the server of faults: the incremental export by cursor, ten a minute, comments with roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.extract.server import Faults, Handler

Ticket = dict[str, Any]
ROLES = {"7": "end-user", "8": "agent", "9": "admin"}
PER_PAGE = 2
TABLE = """
[[source]]
id         = "zendesk"
type       = "zendesk"
name       = { nl = "Zendesk", en = "Zendesk" }
connection = "zendesk"
server     = "https://zendesk.school.example:PORT"
robots     = ["9"]

[source.fields]
cause  = "custom_field_31"
action = "custom_field_32"

[source.departments]
"Toetsbureau" = "exams"
"""


def epoch(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}:00+00:00").timestamp())


@dataclass
class Zendesk:
    """``tickets`` and ``comments`` by the ticket's number; what changed in the minute before ``now`` is not shown."""

    faults: Faults
    tickets: dict[int, Ticket] = field(default_factory=dict)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    times: dict[int, dict[str, Any]] = field(default_factory=dict)
    now: str = "2026-09-10T12:00"

    def ticket(self, moment: str, text: str, title: str = "Vraag", **more: Any) -> int:
        number = 100 + len(self.tickets)
        self.tickets[number] = {
            "id": number,
            "subject": title,
            "status": "open",
            "requester_id": 7,
            "group_id": 5,
            "created_at": f"{moment}:00Z",
            "updated_at": f"{moment}:00Z",
            "generated_timestamp": epoch(moment),
            "custom_fields": [{"id": 31, "value": None}, {"id": 32, "value": None}],
            **more,
        }
        self.comment(number, moment, text, 7)
        return number

    def comment(self, ticket: int, moment: str, text: str, by: int, *, public: bool = True, via: str = "web") -> None:
        listed = self.comments.setdefault(ticket, [])
        listed.append(
            {
                "id": ticket * 100 + len(listed),
                "author_id": by,
                "public": public,
                "html_body": f"<div>{text}</div>",
                "plain_body": text,
                "created_at": f"{moment}:00Z",
                "via": {"channel": via, "source": {"from": {"name": "Marijke de Groot"}}},
            }
        )
        self.change(ticket, moment)

    def change(self, ticket: int, moment: str, **more: Any) -> None:
        self.tickets[ticket] |= {"updated_at": f"{moment}:00Z", "generated_timestamp": epoch(moment), **more}

    def metrics(self, ticket: int, **moments: Any) -> None:
        told = {name: f"{at}:00Z" if isinstance(at, str) else at for name, at in moments.items()}
        self.times[ticket] = {"ticket_id": ticket, **told}

    def serve(self) -> Zendesk:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/api/v2/incremental/tickets/cursor.json":
            return self._export(handler)
        found = re.fullmatch(r"/api/v2/tickets/(\d+)(/comments)?\.json", path)
        number = int(found[1]) if found else 0
        if not found or self.tickets.get(number, {"status": "deleted"})["status"] == "deleted":
            return handler.send_json({"error": "RecordNotFound"}, 404)
        if not found[2]:
            return handler.send_json({"ticket": self.tickets[number], **self._beside([number])})
        return self._comments(handler, number)

    def _export(self, handler: Handler) -> None:
        told = handler.query.get("cursor", handler.query.get("start_time", [""]))[0]
        since, _, start = told.partition("|")
        shown = epoch(self.now) - 60
        changed = [one for one in self.tickets.values() if int(since) <= one["generated_timestamp"] < shown]
        listed = sorted(changed, key=lambda one: int(one["generated_timestamp"]))
        page = listed[int(start or 0) : int(start or 0) + PER_PAGE]
        after = int(start or 0) + len(page)
        handler.send_json(
            {
                "tickets": page,
                "after_cursor": f"{since}|{after}",
                "end_of_stream": after >= len(listed),
                **self._beside([one["id"] for one in page]),
            }
        )

    def _beside(self, numbers: list[int]) -> dict[str, Any]:
        groups = [{"id": 5, "name": "Toetsbureau"}]
        return {"groups": groups, "metric_sets": [self.times[one] for one in numbers if one in self.times]}

    def _comments(self, handler: Handler, number: int) -> None:
        listed, start = self.comments[number], int(handler.query.get("page[after]", ["0"])[0])
        page = listed[start : start + PER_PAGE]
        writers = sorted({str(one["author_id"]) for one in page} & ROLES.keys())
        users = [{"id": int(one), "role": ROLES[one], "name": "Marijke de Groot", "email": "m@x.nl"} for one in writers]
        more = start + PER_PAGE < len(listed)
        meta = {"has_more": more, "after_cursor": str(start + PER_PAGE) if more else None}
        handler.send_json({"comments": page, "users": users, "meta": meta})
