"""A small X on the server of faults: posts that come, change and go, by the rules of the real API, and a bill."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.extract.server import Faults, Handler

Post = dict[str, Any]
EPOCH = 1_288_834_974_657
USERS = {"school": "10", "anna": "11"}


def native(moment: str, number: int) -> str:
    """Ids have the millisecond of writing in them, as on the real service."""
    return str(((int(at(moment).timestamp() * 1000) - EPOCH) << 22) + number)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}:00+00:00")


@dataclass
class X:
    """``posts`` by the id of their newest version. ``bill``: what came of each kind; what is ``closed`` is hidden."""

    faults: Faults
    posts: dict[str, Post] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    bill: Counter[str] = field(default_factory=Counter)
    now: datetime = datetime(2026, 9, 10, 12, tzinfo=UTC)

    def post(self, moment: str, text: str, author: str = "student", **more: Any) -> str:
        """Write something; returns its id. ``reply_to``, ``shares`` (an id), ``long`` (the whole of a long text)."""
        number = native(moment, len(self.posts))
        kinds = (("replied_to", more.get("reply_to")), ("retweeted", more.get("shares")))
        references = [{"type": kind, "id": to} for kind, to in kinds if to]
        parent = self.posts.get(more.get("reply_to") or "")
        self.posts[number] = {
            "id": number,
            "edit_history_tweet_ids": [number],
            "text": text,
            "author_id": USERS.get(author, f"9{author}"),
            "created_at": f"{moment}:00.000Z",
            "conversation_id": parent["conversation_id"] if parent else more.get("conversation", number),
            "lang": "nl",
            **({"referenced_tweets": references} if references else {}),
            **({"note_tweet": {"text": more["long"]}} if "long" in more else {}),
        }
        return number

    def edit(self, number: str, moment: str, text: str) -> str:
        """A version with an id and a time of its own takes the place of the one before."""
        before = self.posts.pop(number)
        newest = native(moment, 4000)
        more = {"id": newest, "text": text, "created_at": f"{moment}:00.000Z"}
        history = {"edit_history_tweet_ids": [*before["edit_history_tweet_ids"], newest]}
        self.posts[newest] = before | more | history
        return newest

    def serve(self) -> X:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/2/users/by":
            return self._users(handler)
        if path == "/2/tweets":
            return self._lookup(handler)
        if path in ("/2/tweets/search/recent", "/2/tweets/search/all"):
            return self._search(handler, path.rpartition("/")[2])
        if found := re.fullmatch(r"/2/users/(\d+)/(tweets|mentions)", path):
            return self._listing(handler, *found.groups())
        return handler.send_json({"title": "Not Found"}, 404)

    def _users(self, handler: Handler) -> None:
        names = handler.query["usernames"][0].split(",")
        there = [{"id": USERS[name], "name": "Somebody", "username": name.title()} for name in names if name in USERS]
        self.bill["users"] += len(there)
        gone = [{"value": name, "type": "…/resource-not-found"} for name in names if name not in USERS]
        handler.send_json({"data": there} | ({"errors": gone} if gone else {}))

    def _lookup(self, handler: Handler) -> None:
        data, errors = [], []
        for number in handler.query["ids"][0].split(","):
            one = next((post for post in self.posts.values() if number in post["edit_history_tweet_ids"]), None)
            if one is not None and number not in self.closed:
                data.append(one)
                continue
            kind = "resource-not-found" if one is None else "not-authorized-for-resource"
            told = {"value": number, "resource_id": number, "resource_type": "tweet", "parameter": "ids"}
            errors.append(told | {"title": "as X says", "type": f"https://api.twitter.com/2/problems/{kind}"})
        self._send(handler, data, {"errors": errors} if errors else {})

    def _search(self, handler: Handler, which: str) -> None:
        begin = datetime.fromisoformat(handler.query["start_time"][0])
        if which == "recent" and (self.now - begin).total_seconds() > 7 * 86_400:
            return handler.send_json({"errors": [{"message": "start_time is too long ago"}]}, 400)
        query = handler.query["query"][0]
        conversations = set(re.findall(r"conversation_id:(\d+)", query))
        # What a conversation began with is not among what is found by its id.
        said = [
            one
            for one in self.posts.values()
            if (
                one["conversation_id"] in conversations and one["id"] != one["conversation_id"]
                if conversations
                else query in one["text"]
            )
        ]
        return self._page(handler, said, "next_token", 10)

    def _listing(self, handler: Handler, user: str, kind: str) -> None:
        name = next(name for name, number in USERS.items() if number == user)
        if kind == "tweets":
            said = [one for one in self.posts.values() if one["author_id"] == user]
        else:
            said = [one for one in self.posts.values() if f"@{name}" in one["text"]]
        self._page(handler, said, "pagination_token", 5)

    def _page(self, handler: Handler, said: list[Post], token: str, least: int) -> None:
        size, start = int(handler.query["max_results"][0]), int(handler.query.get(token, ["0"])[0])
        if not least <= size <= 100:
            return handler.send_json({"errors": [{"message": f"max_results is not between {least} and 100"}]}, 400)
        begin, end = (handler.query.get(name, [""])[0] for name in ("start_time", "end_time"))
        within = [
            one
            for one in sorted(said, key=lambda one: -int(one["id"]))
            if (begin or "0") <= one["created_at"] and one["created_at"] < (end or "9") and one["id"] not in self.closed
        ]
        page = within[start : start + size]
        more = {"next_token": str(start + size)} if len(within) > start + size else {}
        return self._send(handler, page, {"meta": {"result_count": len(page)} | more})

    def _send(self, handler: Handler, data: list[Post], more: dict[str, Any]) -> None:
        """Only what was asked for of each post, with those who wrote them where that was asked for too."""
        wanted = {"id", "text", "edit_history_tweet_ids", *handler.query.get("tweet.fields", [""])[0].split(",")}
        shown = [{key: value for key, value in one.items() if key in wanted} for one in data]
        told: dict[str, Any] = ({"data": shown} if shown else {}) | more
        if handler.query.get("expansions") == ["author_id"] and shown:
            names = {number: name for name, number in USERS.items()}
            writers = sorted({one["author_id"] for one in data})
            users = [{"id": one, "name": "Somebody", "username": names.get(one, one[1:].title())} for one in writers]
            told["includes"] = {"users": users}
            self.bill["users"] += len(users)
        self.bill["posts"] += len(shown)
        reset = str(int(self.now.timestamp()) + 900)
        handler.send_json(told, x_rate_limit_limit="450", x_rate_limit_remaining="449", x_rate_limit_reset=reset)
