"""A small Mastodon on the server of faults: statuses that come, change and go, by the rules of the real API."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.extract.server import Faults, Handler

Status = dict[str, Any]


def native(moment: datetime, number: int = 0) -> str:
    """Ids are milliseconds and a little more, as on a real server."""
    return str((int(moment.timestamp() * 1000) << 16) + number)


@dataclass
class Mastodon:
    """``statuses`` by id. What has the tag is in its timeline; ``hidden`` ones come to light later."""

    faults: Faults
    statuses: dict[str, Status] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    expired: bool = False
    has_batches: bool = True

    def post(self, moment: str, text: str, **more: Any) -> str:
        """Write something; returns its id. ``author``, ``reply_to``, ``tags``, ``bot``, ``visibility``."""
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        author, parent = more.pop("author", "student"), more.pop("reply_to", None)
        number = native(at, len(self.statuses))
        self.statuses[number] = {
            "id": number,
            "uri": f"https://social.example/users/{author}/statuses/{number}",
            "url": f"https://social.example/@{author}/{number}",
            "created_at": at.isoformat().replace("+00:00", ".000Z"),
            "edited_at": None,
            "in_reply_to_id": parent,
            "content": f"<p>{text}</p>",
            "spoiler_text": "",
            "visibility": more.pop("visibility", "public"),
            "language": "nl",
            "reblog": None,
            "favourites_count": 0,
            "account": {
                "id": f"a_{author}",
                "acct": author,
                "display_name": f"Somebody called {author.title()}",
                "bot": more.pop("bot", False),
            },
            "tags": [{"name": name} for name in more.pop("tags", ["school"])],
        }
        return number

    def edit(self, number: str, moment: str, text: str) -> None:
        self.statuses[number] |= {"content": f"<p>{text}</p>", "edited_at": f"{moment}:00.000Z"}

    def delete(self, number: str) -> None:
        del self.statuses[number]

    def serve(self) -> Mastodon:
        for path, step in {
            "/api/v1/timelines/tag/school": self._tag,
            "/api/v1/accounts/lookup": self._lookup,
            "/api/v1/accounts/a_school/statuses": self._own,
            "/api/v1/statuses": self._batch,
        }.items():
            self.faults.script(path, step)
        self.faults.otherwise(self._one)
        return self

    def _seen(self) -> list[Status]:
        return [one for number, one in self.statuses.items() if number not in self.hidden]

    def _page(self, handler: Handler, statuses: list[Status]) -> None:
        """The oldest after ``min_id``, or the newest before ``max_id``; newest first either way."""
        ordered = sorted(statuses, key=lambda one: int(one["id"]))
        asked, limit = handler.query, int(handler.query["limit"][0])
        if "min_id" in asked:
            if self.expired:
                return handler.send_json({"error": "Record not found"}, 404)
            page = [one for one in ordered if int(one["id"]) > int(asked["min_id"][0])][:limit]
        else:
            most = int(asked["max_id"][0]) if "max_id" in asked else 1 << 80
            page = [one for one in ordered if int(one["id"]) < most][-limit:]
        return handler.send_json(page[::-1], x_ratelimit_limit="300", x_ratelimit_remaining="290")

    def _tag(self, handler: Handler) -> None:
        self._page(handler, [one for one in self._seen() if {"name": "school"} in one["tags"]])

    def _own(self, handler: Handler) -> None:
        self._page(handler, [one for one in self._seen() if one["account"]["acct"] == "school"])

    def _lookup(self, handler: Handler) -> None:
        handler.send_json({"id": f"a_{handler.query['acct'][0]}", "acct": handler.query["acct"][0]})

    def _batch(self, handler: Handler) -> None:
        if not self.has_batches:
            return handler.send_json({"error": "Not found"}, 404)
        return handler.send_json([self.statuses[one] for one in handler.query["id[]"] if one in self.statuses])

    def _one(self, handler: Handler) -> None:
        found = re.fullmatch(r"/api/v1/statuses/(\w+)(/context)?", handler.path.partition("?")[0])
        status = self.statuses.get(found[1]) if found else None
        if not found or status is None:
            return handler.send_json({"error": "Record not found"}, 404)
        if not found[2]:
            return handler.send_json(status)
        above: list[Status] = []
        while (parent := self.statuses.get((above[0] if above else status)["in_reply_to_id"] or "")) is not None:
            above.insert(0, parent)
        return handler.send_json({"ancestors": above, "descendants": self._below(status["id"])})

    def _below(self, number: str) -> list[Status]:
        children = [one for one in self._seen() if one["in_reply_to_id"] == number]
        return [found for child in children for found in (child, *self._below(child["id"]))]
