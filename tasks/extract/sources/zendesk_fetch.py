"""How Zendesk is asked: the incremental export by cursor, and each ticket's comments with the roles of who wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from tasks.extract.http.answer import Answer
from tasks.extract.sources import tickets, zendesk
from tasks.extract.sources.tickets_fetch import Fetch as Shared
from tasks.extract.sources.tickets_fetch import Found, Whole, only

PAGE = 100
TICKET = ("id", "subject", "status", "requester_id", "custom_fields", "created_at")
COMMENT = ("id", "author_id", "public", "html_body", "plain_body", "body", "created_at")
TIMES = ("initially_assigned_at", "assigned_at", "solved_at", "status_updated_at", "reopens")


class Fetch(Shared):
    """The export tells of deleted tickets, and leaves out what changed in the last minute: the next run asks again."""

    SWEEPS: ClassVar[bool] = False

    def headers(self) -> dict[str, str]:
        """An API token with the address that it belongs to, or an OAuth token."""
        given = self.client.credentials
        if user := given.get("user"):
            return self.basic(f"{user}/token", given.need("password"))
        return super().headers()

    def changed(self) -> Iterator[Found]:
        asked: dict[str, Any] = {"start_time": int(self.since.timestamp())}
        while True:
            parameters = {"per_page": PAGE, "include": "groups,metric_sets", **asked}
            answer = self.get("/api/v2/incremental/tickets/cursor.json", parameters)
            found = answer.json()
            if not isinstance(found, dict) or not isinstance(found.get("tickets"), list):
                raise answer.bad("it has no tickets")
            groups, times = _names(found, "groups"), _times(found)
            for ticket in found["tickets"]:
                yield _found(answer, ticket, groups, times)
            cursor = found.get("after_cursor")
            if found.get("end_of_stream") is not False or not cursor or cursor == asked.get("cursor"):
                return
            asked = {"cursor": cursor}

    def one(self, ticket: str) -> Found | None:
        answer = self.get(f"/api/v2/tickets/{ticket}.json", {"include": "groups,metric_sets"}, (404,))
        if answer.status == 404:
            return None
        found = answer.json()
        return _found(answer, found["ticket"], _names(found, "groups"), _times(found))

    def whole(self, found: Found) -> Whole:
        ticket = found.thing["ticket"]
        comments, roles, url = self._comments(found.id)
        payload = {
            "ticket": only(ticket, *TICKET, *self.named()),
            "group": found.thing.get("group"),
            "times": only(found.thing.get("times") or {}, *TIMES),
            "comments": [only(one, *COMMENT) | {"via": (one.get("via") or {}).get("channel")} for one in comments],
            "roles": roles,
        }
        opening = comments[0].get("plain_body") or comments[0].get("body") if comments else None
        return Whole(url, payload, (ticket.get("subject"), opening), zendesk.own_fields(ticket))

    def _comments(self, ticket: str) -> tuple[list[Any], dict[str, str], str]:
        """Oldest first; what each of those who wrote is, and the address that was asked."""
        comments: list[Any] = []
        roles: dict[str, str] = {}
        after: dict[str, Any] = {}
        while True:
            parameters = {"include": "users", "page[size]": PAGE, **after}
            answer = self.get(f"/api/v2/tickets/{ticket}/comments.json", parameters)
            found = answer.json()
            comments += found["comments"]
            roles |= {str(user["id"]): str(user.get("role")) for user in found.get("users") or ()}
            meta = found.get("meta") or {}
            if not meta.get("has_more") or not meta.get("after_cursor"):
                return comments, roles, answer.url
            after = {"page[after]": meta["after_cursor"]}


def _found(answer: Answer, ticket: Any, groups: dict[str, str], times: dict[str, Any]) -> Found:
    try:
        native = str(ticket["id"])
        thing = {
            "ticket": ticket,
            "group": groups.get(str(ticket.get("group_id"))),
            "times": ticket.get("metric_set") or times.get(native),
        }
        created = datetime.fromisoformat(tickets.moment(ticket["created_at"]))
        changed = tickets.moment(ticket.get("generated_timestamp") or ticket["updated_at"])
        return Found(native, created, changed, thing, deleted=ticket.get("status") == "deleted")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a ticket in it has no id or no times") from None


def _names(found: dict[str, Any], key: str) -> dict[str, str]:
    """Groups by number: their names are of the organisation, not of people."""
    return {str(one["id"]): str(one.get("name")) for one in found.get(key) or ()}


def _times(found: dict[str, Any]) -> dict[str, Any]:
    listed = [*(found.get("metric_sets") or ()), *(found.get("ticket_metric_sets") or ())]
    return {str(one.get("ticket_id")): one for one in listed}
