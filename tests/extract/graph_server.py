"""A small Graph API on the server of faults: a Page and an Instagram account, by the rules of the real one.

Pages of a list are turned by an address with the token in it; who wrote something has a name if names are asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.extract.server import Faults, Handler

Thing = dict[str, Any]
PAGE, ACCOUNT, TOKEN = "1000000001", "17841400000000001", "a-token-of-the-page"
PATH = "/v25.0"


def stamp(moment: str) -> str:
    return f"{moment}:00+0000"


def seconds(thing: Thing) -> float:
    return datetime.fromisoformat(thing.get("created_time") or thing["timestamp"]).astimezone(UTC).timestamp()


@dataclass
class Graph:
    """``things`` by id. ``below``: what a comment stands under; ``tagged``: posts of others; ``limit``: of one page."""

    faults: Faults
    things: dict[str, Thing] = field(default_factory=dict)
    below: dict[str, str] = field(default_factory=dict)
    tagged: set[str] = field(default_factory=set)
    hides_names: bool = False
    limit: int = 2

    def serve(self) -> Graph:
        self.faults.otherwise(self._answer)
        return self

    def delete(self, native: str) -> None:
        for one in [native, *[child for child, parent in self.below.items() if parent == native]]:
            self.things.pop(one, None)

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0].removeprefix(f"{PATH}/")
        native, _, edge = path.partition("/")
        if not edge:
            return self._one(handler, native)
        lists = {
            "feed": lambda: self._posts(handler, PAGE, tagged=False),
            "tagged": lambda: self._posts(handler, PAGE, tagged=True),
            "media": lambda: [
                one for one in self.things.values() if "permalink" in one and one["id"] not in self.tagged
            ],
            "tags": lambda: [self.things[one] for one in self.tagged if one in self.things],
            "comments": lambda: self._comments(native, flat="filter" in handler.query),
            "replies": lambda: self._comments(native, flat=False),
        }
        found = lists[edge]()
        newest = edge in ("media", "tags")
        return self._list(handler, sorted(found, key=seconds, reverse=newest), named_next=edge != "tags")

    def _list(self, handler: Handler, found: list[Thing], *, named_next: bool) -> None:
        start = int(handler.query.get("after", ["0"])[0])
        page = found[start : start + self.limit]
        told: Thing = {"data": [self._shown(one, handler.query["fields"][0]) for one in page]}
        if page:
            told["paging"] = {"cursors": {"before": str(start), "after": str(start + len(page))}}
        if named_next and len(found) > start + self.limit:
            following = f"https://graph.facebook.com{PATH}/x?access_token={TOKEN}&limit=2&after={start + self.limit}"
            told["paging"]["next"] = following
        handler.send_json(told)

    def _one(self, handler: Handler, native: str) -> None:
        if native not in self.things or native in self.tagged:
            return self.refuse(handler, 100, 33)
        fields = handler.query["fields"][0]
        if ("text" in fields) != (
            "text" in self.things[native] or "message" in self.things[native]
        ) and "message" not in fields:
            return self.refuse(handler, 100)  # a field that this kind of object has not
        return handler.send_json(self._shown(self.things[native], fields))

    def _shown(self, thing: Thing, fields: str) -> Thing:
        """What was asked for of it."""
        names = set(re.split(r"[,.({]", re.sub(r"\{[^{}]*\}", "", fields)))
        told = {name: value for name, value in thing.items() if name in names | {"id"}}
        if "from" in told and "from{id}" in fields:
            told["from"] = {"id": told["from"]["id"]}
        if self.hides_names:
            told = {name: value for name, value in told.items() if name not in ("from", "username")}
        if "comments" in names:
            told["comments"] = {"data": [], "summary": {"total_count": len(self._comments(thing["id"], flat=True))}}
        if "replies" in names and (answers := self._comments(thing["id"], flat=False)):
            shown = [self._shown(one, "id,text,timestamp,username,parent_id") for one in answers[: self.limit]]
            more = {"paging": {"next": f"https://graph.facebook.com/?access_token={TOKEN}"}}
            told["replies"] = {"data": shown} | (more if len(answers) > self.limit else {})
        return told

    def _posts(self, handler: Handler, page: str, *, tagged: bool) -> list[Thing]:
        since, until = (int(handler.query[name][0]) for name in ("since", "until"))
        posts = [one for one in self.things.values() if one["id"] not in self.below]
        chosen = [one for one in posts if (one["id"] in self.tagged) or not tagged]
        return [one for one in chosen if since <= seconds(one) <= until]

    def _comments(self, native: str, *, flat: bool) -> list[Thing]:
        near = [self.things[child] for child, parent in self.below.items() if parent == native and child in self.things]
        return [found for one in near for found in (one, *(self._comments(one["id"], flat=True) if flat else ()))]

    @staticmethod
    def refuse(handler: Handler, code: int, subcode: int = 0, **headers: str) -> None:
        error = {"message": f"(#{code}) as scripted", "type": "OAuthException", "code": code, "fbtrace_id": "x"}
        handler.send_json({"error": error | ({"error_subcode": subcode} if subcode else {})}, 400, **headers)


class Facebook(Graph):
    """The Page."""

    def post(self, moment: str, message: str, author: str = PAGE, *, tags_us: bool = False) -> str:
        native = f"{author}_{len(self.things):05}"
        if tags_us:
            self.tagged.add(native)
        return self._add(native, moment, message, author, f"https://www.facebook.com/{native}")

    def comment(self, moment: str, to: str, message: str, author: str) -> str:
        """Below a post, or in answer to a comment."""
        answered = to if to in self.below else None
        post = self.below[to] if answered else to
        number = f"{len(self.things):05}"
        native = f"{post.partition('_')[2]}_{number}"
        self.below[native] = to
        link = f"https://www.facebook.com/{post}?comment_id={to.partition('_')[2] if answered else number}"
        self._add(native, moment, message, author, f"{link}&reply_comment_id={number}" if answered else link)
        if answered:
            self.things[native]["parent"] = {"id": answered}
        return native

    def _add(self, native: str, moment: str, message: str, author: str, link: str) -> str:
        who = {"id": author, "name": "Somebody With A Name"}
        told = {"id": native, "message": message, "created_time": stamp(moment), "from": who, "permalink_url": link}
        self.things[native] = told
        return native


class Instagram(Graph):
    """The account."""

    def post(self, moment: str, caption: str, author: str = "school", *, tags_us: bool = False) -> str:
        native = f"1790000{len(self.things):05}"
        if tags_us:
            self.tagged.add(native)
        told = {"caption": caption, "permalink": f"https://www.instagram.com/p/{native}/", "comments_count": 1}
        self.things[native] = {"id": native, "timestamp": stamp(moment), "username": author, **told}
        return native

    def comment(self, moment: str, to: str, text: str, author: str) -> str:
        native = f"1780000{len(self.things):05}"
        told = {"id": native, "timestamp": stamp(moment), "username": author, "text": text}
        self.things[native] = told | ({"parent_id": to} if to in self.below else {})
        self.below[native] = to
        return native
