"""How HubSpot is asked: a search for tickets by when they changed, and the messages of each one's conversations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tasks.extract.http.answer import Answer
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets_fetch import GONE, Found, Whole, only
from tasks.extract.sources.tickets_fetch import Fetch as Shared

PAGE = 100
TICKETS, THREADS = "/crm/v3/objects/tickets", "/conversations/v3/conversations/threads"
PROPERTIES = ("subject", "content", "createdate", "hs_lastmodifieddate", "hs_pipeline_stage", "closed_date",
              "hubspot_owner_assigneddate", "hubspot_team_id")  # fmt: skip
MESSAGE = ("id", "type", "createdAt", "createdBy", "text", "richText")


class Fetch(Shared):
    """An archived ticket is only missed, so known ones are asked for again."""

    def changed(self) -> Iterator[Found]:
        after: dict[str, Any] = {}
        since = str(int(self.since.timestamp() * 1000))
        while True:
            asked = {
                "filterGroups": [
                    {"filters": [{"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": since}]}
                ],
                "sorts": [{"propertyName": "hs_lastmodifieddate", "direction": "ASCENDING"}],
                "properties": [*PROPERTIES, *self.named()],
                "limit": PAGE,
                **after,
            }
            url = f"{self.source.server}{TICKETS}/search"
            answer = self.client.post(url, asked, headers=self.headers(), as_json=True)
            found, following = _results(answer)
            yield from (_found(answer, one) for one in found)
            if not following or following == after.get("after"):
                return
            after = {"after": following}

    def one(self, ticket: str) -> Found | None:
        asked = {"properties": ",".join((*PROPERTIES, *self.named()))}
        answer = self.get(f"{TICKETS}/{ticket}", asked, GONE)
        return None if answer.status in GONE else _found(answer, answer.json())

    def whole(self, found: Found) -> Whole:
        own = only(found.thing["properties"], *PROPERTIES, *self.named())
        threads = [str(one["id"]) for one in self._all(THREADS, {"associatedTicketId": found.id})]
        listed = [one for thread in threads for one in self._all(f"{THREADS}/{thread}/messages", {})]
        messages = [_kept(one) for one in listed]
        payload = {"ticket": {"id": found.id, "properties": own}, "messages": messages}
        first = min(messages, key=lambda one: str(one.get("createdAt")), default={})
        said = (own.get("subject"), own.get("content"), first.get("text"))
        return Whole(f"{self.source.server}{TICKETS}/{found.id}", payload, said, own)

    def _all(self, path: str, parameters: dict[str, Any]) -> Iterator[Any]:
        after: dict[str, Any] = {}
        while True:
            answer = self.get(path, {**parameters, "limit": PAGE, **after})
            found, following = _results(answer)
            yield from found
            if not following or following == after.get("after"):
                return
            after = {"after": following}


def _results(answer: Answer) -> tuple[list[Any], str | None]:
    found = answer.json()
    if not isinstance(found, dict) or not isinstance(found.get("results"), list):
        raise answer.bad("it has no results")
    following = ((found.get("paging") or {}).get("next") or {}).get("after")
    return found["results"], str(following) if following else None


def _kept(one: Any) -> dict[str, Any]:
    """What happened to a conversation (an assignment) names people: of that only that it did."""
    said = one.get("type") in ("MESSAGE", "COMMENT", "WELCOME_MESSAGE")
    return only(one, *MESSAGE) if said else only(one, "id", "type", "createdAt")


def _found(answer: Answer, ticket: Any) -> Found:
    try:
        own = ticket["properties"]
        created = datetime.fromisoformat(tickets.moment(own["createdate"]))
        return Found(str(ticket["id"]), created, tickets.moment(own["hs_lastmodifieddate"]), ticket)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a ticket in it has no id or no times") from None
