"""How Chatwoot is asked: conversations from the last active down, and the messages of each from the newest back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tasks.extract.asking import Ask
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets_fetch import GONE, Found, Whole, only
from tasks.extract.sources.tickets_fetch import Fetch as Shared

TALK = ("id", "status", "created_at", "custom_attributes", "labels")
MESSAGE = ("id", "content", "message_type", "created_at", "private")
#: A conversation longer than this is cut off at its beginning.
MOST_PAGES = 100


class Fetch(Shared):
    """A conversation that was deleted is only missed, so known ones are asked for again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        super().__init__(ask, client)
        self.path = f"/api/v1/accounts/{self.source.account}/conversations"

    def headers(self) -> dict[str, str]:
        return {"Api-Access-Token": self.client.credentials.need("token")}

    def changed(self) -> Iterator[Found]:
        page = 1
        while True:
            asked = {"status": "all", "assignee_type": "all", "sort_by": "last_activity_at_desc", "page": page}
            answer = self.get(self.path, asked)
            found = answer.json()
            listed = found["data"]["payload"] if isinstance(found, dict) and "data" in found else None
            if not isinstance(listed, list):
                raise answer.bad("it has no conversations")
            talks = [_found(answer, one) for one in listed]
            yield from talks
            if not talks or max(one.changed for one in talks) < self.start:
                return
            page += 1

    def one(self, ticket: str) -> Found | None:
        answer = self.get(f"{self.path}/{ticket}", accepted=GONE)
        return None if answer.status in GONE else _found(answer, answer.json())

    def whole(self, found: Found) -> Whole:
        talk = found.thing
        messages, url = self._messages(found.id)
        subject = (talk.get("additional_attributes") or {}).get("mail_subject")
        payload = {
            "conversation": only(talk, *TALK, *self.named()) | {"additional_attributes": {"mail_subject": subject}},
            "team": ((talk.get("meta") or {}).get("team") or {}).get("name"),
            "messages": messages,
        }
        said = [one.get("content") for one in messages if one["message_type"] != 2][:1]
        return Whole(url, payload, (subject, *said), {**talk, **(talk.get("custom_attributes") or {})})

    def _messages(self, ticket: str) -> tuple[list[dict[str, Any]], str]:
        """Oldest first, and the address that was asked."""
        listed: list[dict[str, Any]] = []
        before: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            answer = self.get(f"{self.path}/{ticket}/messages", before)
            page = answer.json()["payload"]
            listed = [*map(_kept, page), *listed]
            oldest = min((one["id"] for one in page), default=None)
            if oldest is None or before.get("before") == oldest:
                break
            before = {"before": oldest}
        return listed, answer.url


def _kept(one: Any) -> dict[str, Any]:
    """A message: of who wrote it the number, and what they are; what happened names people, so only when."""
    kept = only(one, *MESSAGE)
    if one["message_type"] == 2:
        kept.pop("content", None)
    if sender := one.get("sender"):
        kept["sender"] = only(sender, "id", "type")
    about = one.get("content_attributes") or {}
    if about.get("deleted"):
        kept = {**only(kept, "id", "message_type", "created_at", "private"), "deleted": True}
    return kept | ({"by_rule": True} if about.get("automation_rule_id") else {})


def _found(answer: Answer, talk: Any) -> Found:
    try:
        created = datetime.fromisoformat(tickets.moment(talk["created_at"]))
        changed = tickets.moment(talk.get("updated_at") or talk["last_activity_at"])
        return Found(str(talk["id"]), created, changed, talk)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a conversation in it has no id or no times") from None
