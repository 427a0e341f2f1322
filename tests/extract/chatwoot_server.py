"""A small Chatwoot on the server of faults: conversations from the last active down, messages from the newest back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.extract.server import Faults, Handler

PER_PAGE, MESSAGES = 3, 2
TABLE = """
[[source]]
id         = "chat"
type       = "chatwoot"
name       = { nl = "Chat", en = "Chat" }
connection = "chat"
server     = "https://chat.school.example:PORT"
account    = 1

[source.fields]
cause = "oorzaak"

[source.departments]
"toetsbureau" = "exams"
"""


def epoch(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}:00+00:00").timestamp())


@dataclass
class Chatwoot:
    """``talks`` and ``messages`` by the conversation's number."""

    faults: Faults
    talks: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def talk(self, moment: str, text: str) -> int:
        number = len(self.talks) + 1
        self.talks[number] = {
            "id": number,
            "status": "open",
            "created_at": epoch(moment),
            "last_activity_at": epoch(moment),
            "custom_attributes": {},
            "additional_attributes": {},
            "meta": {
                "sender": {"id": 7, "name": "Marijke de Groot", "email": "m@x.nl"},
                "assignee": {"id": 8, "name": "Ann Bos"},
                "team": {"id": 1, "name": "toetsbureau"},
            },
        }
        self.say(number, moment, text, "contact")
        return number

    def say(self, talk: int, moment: str, text: str, by: str = "user", **more: Any) -> None:
        """``by`` a contact, a user, an agent_bot or (activity, template) nobody."""
        listed = self.messages.setdefault(talk, [])
        kind = 0 if by == "contact" else 1
        sender = {"id": 7 if by == "contact" else 8, "name": "Marijke de Groot", "type": by} if by else None
        listed.append(
            {
                "id": talk * 1000 + len(listed),
                "content": text,
                "message_type": kind,
                "created_at": epoch(moment),
                "private": False,
                "content_attributes": {},
                **({"sender": sender} if sender else {}),
                **more,
            }
        )
        self.talks[talk]["last_activity_at"] = epoch(moment)

    def resolve(self, talk: int, moment: str) -> None:
        self.talks[talk]["status"] = "resolved"
        self.say(talk, moment, "Conversation was marked resolved by Ann Bos", "", message_type=2)

    def serve(self) -> Chatwoot:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/api/v1/accounts/1/conversations":
            return self._list(handler)
        found = re.fullmatch(r"/api/v1/accounts/1/conversations/(\d+)(/messages)?", path)
        if not found or int(found[1]) not in self.talks:
            return handler.send_json({"error": "Resource could not be found"}, 404)
        if not found[2]:
            return handler.send_json(self.talks[int(found[1])])
        before = int(handler.query.get("before", ["999999"])[0])
        older = [one for one in self.messages[int(found[1])] if one["id"] < before]
        return handler.send_json({"meta": {}, "payload": older[-MESSAGES:]})

    def _list(self, handler: Handler) -> None:
        assert handler.query["status"] == ["all"]
        page = int(handler.query["page"][0])
        listed = sorted(self.talks.values(), key=lambda one: -int(one["last_activity_at"]))
        shown = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
        handler.send_json({"data": {"meta": {"all_count": len(listed)}, "payload": shown}})
