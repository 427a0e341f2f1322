"""How TOPdesk is asked: incidents by when they changed, page after page, and what was asked and done in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tasks.extract.http.answer import Answer
from tasks.extract.sources import tickets
from tasks.extract.sources.tickets_fetch import GONE, Found, Whole, only
from tasks.extract.sources.tickets_fetch import Fetch as Shared

PAGE = 100
#: Of an incident; a field of the institution's own comes with it when its table names it.
INCIDENT = ("id", "number", "briefDescription", "callDate", "creationDate", "modificationDate", "completed",
            "completedDate", "closed", "closedDate")  # fmt: skip
NAMED = ("operatorGroup", "processingStatus", "category", "subcategory", "callType", "entryType")
FREE = ("optionalFields1", "optionalFields2")
#: Nothing on a page that is asked for after the last: TOPdesk has no body for it.
NOTHING = 204


class Fetch(Shared):
    """An incident that was deleted is only missed, so known ones are asked for again."""

    def headers(self) -> dict[str, str]:
        """The operator's log-in name, and a password that was made for this application."""
        given = self.client.credentials
        return self.basic(given.need("user"), given.need("password"))

    def changed(self) -> Iterator[Found]:
        since = self.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"query": f"modificationDate=ge={since}", "sort": "modificationDate:asc"}
        for answer, page in self._pages("/tas/api/incidents", asked):
            yield from (_found(answer, one) for one in page)

    def one(self, ticket: str) -> Found | None:
        answer = self.get(f"/tas/api/incidents/id/{quote(ticket, safe='')}", accepted=GONE)
        return None if answer.status in GONE else _found(answer, answer.json())

    def whole(self, found: Found) -> Whole:
        incident = found.thing
        path = f"/tas/api/incidents/id/{quote(found.id, safe='')}"
        requests = [_entry(one) for _, page in self._pages(f"{path}/requests") for one in page]
        # Attachments and mails are in the trail as well; what was written has a memo.
        listed = (one for _, page in self._pages(f"{path}/progresstrail") for one in page)
        trail = [_entry(one) for one in listed if one.get("memoText") and one.get("entryDate")]
        asked = {one["id"] for one in requests}
        kept = only(incident, *INCIDENT, *FREE, *self.named())
        kept |= {name: only(incident[name], "name") for name in NAMED if isinstance(incident.get(name), dict)}
        payload = {
            "incident": kept,
            "caller": (incident.get("caller") or {}).get("id"),
            "requests": requests,
            "trail": [one for one in trail if one["id"] not in asked],
        }
        said = (incident.get("briefDescription"), *(one.get("memoText") for one in requests[:1]))
        return Whole(f"{self.source.server}{path}", payload, said, incident)

    def _pages(self, path: str, parameters: dict[str, Any] | None = None) -> Iterator[tuple[Answer, list[Any]]]:
        start = 0
        while True:
            asked = {**(parameters or {}), "pageSize": PAGE, "pageStart": start, "dateFormat": "iso8601"}
            answer = self.get(path, asked)
            if answer.status == NOTHING:
                return
            page = answer.json()
            if not isinstance(page, list):
                raise answer.bad("it is no list")
            yield answer, page
            if len(page) < PAGE:
                return
            start += PAGE


def _entry(one: Any) -> dict[str, Any]:
    """A request or an action: of who wrote it only the number."""
    kept = only(one, "id", "memoText", "invisibleForCaller", "entryDate")
    return kept | {name: only(one[name], "id") for name in ("person", "operator") if one.get(name)}


def _found(answer: Answer, incident: Any) -> Found:
    try:
        created = datetime.fromisoformat(tickets.moment(incident["creationDate"]))
        return Found(str(incident["id"]), created, tickets.moment(incident["modificationDate"]), incident)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("an incident in it has no id or no times") from None
