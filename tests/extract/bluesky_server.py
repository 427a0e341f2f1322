"""A small Bluesky on the server of faults: posts that come and go, by the rules of the real API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.extract.server import Faults, Handler

Post = dict[str, Any]
TOKEN = "handed-out-for-this-run"
PAGE = 3


def stamp(moment: str) -> str:
    return f"{moment}:00.000Z"


@dataclass
class Bluesky:
    """``posts`` by address. What has "school" in it is found by search; ``blocked`` ones are there, but not for us."""

    faults: Faults
    posts: dict[str, Post] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    shared: list[dict[str, Any]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)

    def post(self, moment: str, text: str, author: str = "student", **more: Any) -> str:
        """Write something; returns its address. ``reply_to``, ``claims`` (another time), ``labels``, ``handle``."""
        did, parent = f"did:plc:{author}", more.get("reply_to")
        uri = f"at://{did}/app.bsky.feed.post/p{len(self.posts)}"
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": more.get("claims") or stamp(moment)}
        if parent:
            root = (self.posts[parent]["record"].get("reply") or {"root": {"uri": parent}})["root"]["uri"]
            record["reply"] = {"parent": {"uri": parent, "cid": "c"}, "root": {"uri": root, "cid": "c"}}
        labels = [{"val": value, "src": did, "uri": did} for value in more.get("labels", ())]
        self.posts[uri] = {
            "uri": uri,
            "cid": f"cid{len(self.posts)}",
            "author": {
                "did": did,
                "handle": more.get("handle", f"{author}.example"),
                "displayName": f"Somebody called {author.title()}",
                "labels": labels,
            },
            "record": record | {"langs": ["nl"]},
            "indexedAt": stamp(moment),
            "likeCount": 0,
        }
        return uri

    def serve(self) -> Bluesky:
        answer = {
            "accessJwt": TOKEN,
            "refreshJwt": "another-secret-of-it",
            "did": "did:plc:school",
            "handle": "s.example",
        }
        self.faults.script("/xrpc/com.atproto.server.createSession", lambda handler: handler.send_json(answer))
        for method, step in {
            "feed.searchPosts": self._search,
            "feed.getAuthorFeed": self._feed,
            "notification.listNotifications": self._notifications,
            "feed.getPosts": self._posts,
            "feed.getPostThread": self._thread,
        }.items():
            self.faults.script(f"/xrpc/app.bsky.{method}", step)
        return self

    def _seen(self) -> list[Post]:
        there = (post for uri, post in self.posts.items() if uri not in self.hidden | self.blocked)
        return sorted(there, key=sorted_at, reverse=True)

    def _page(self, handler: Handler, name: str, listed: list[Any]) -> None:
        start = int(handler.query.get("cursor", ["0"])[0])
        more = {"cursor": str(start + PAGE)} if len(listed) > start + PAGE else {}
        told = {name: listed[start : start + PAGE]} | more
        handler.send_json(told, ratelimit_limit="3000", ratelimit_remaining="2990", ratelimit_reset="1789034400")

    def _search(self, handler: Handler) -> None:
        since = datetime.fromisoformat(handler.query["since"][0])
        until = datetime.fromisoformat(handler.query.get("until", ["2100-01-01T00:00:00Z"])[0])
        about = [one for one in self._seen() if handler.query["q"][0] in one["record"]["text"]]
        self._page(handler, "posts", [one for one in about if since <= sorted_at(one) < until])

    def _feed(self, handler: Handler) -> None:
        handle = handler.query["actor"][0]
        own = [{"post": one} for one in self._seen() if one["author"]["handle"] == handle]
        self._page(handler, "feed", [*self.shared, *own])

    def _notifications(self, handler: Handler) -> None:
        self._page(handler, "notifications", self.told)

    def _posts(self, handler: Handler) -> None:
        there = {one["uri"]: one for one in self._seen()}
        handler.send_json({"posts": [there[uri] for uri in handler.query["uris"] if uri in there]})

    def _thread(self, handler: Handler) -> None:
        uri = handler.query["uri"][0]
        if uri in self.blocked:
            did = {"did": self.posts[uri]["author"]["did"]}
            return handler.send_json({"thread": {"uri": uri, "blocked": True, "author": did}})
        if uri not in self.posts:
            return handler.send_json({"error": "NotFound", "message": f"Post not found: {uri}"}, 400)
        deep = handler.query.get("depth", ["6"])[0] != "0"
        return handler.send_json({"thread": self._above(uri) | ({"replies": self._below(uri)} if deep else {})})

    def _above(self, uri: str) -> dict[str, Any]:
        if uri not in self.posts:
            return {"uri": uri, "notFound": True}
        reply = self.posts[uri]["record"].get("reply")
        return {"post": self.posts[uri]} | ({"parent": self._above(reply["parent"]["uri"])} if reply else {})

    def _below(self, uri: str) -> list[dict[str, Any]]:
        answers = [one for one in self.posts.values() if (one["record"].get("reply") or NONE)["parent"]["uri"] == uri]
        return [{"post": one, "replies": self._below(one["uri"])} for one in answers]


NONE = {"parent": {"uri": ""}}


def sorted_at(post: Post) -> datetime:
    """As the real service sorts: by what is claimed, unless that is no time or later than what it saw."""
    seen = datetime.fromisoformat(post["indexedAt"])
    try:
        return min(datetime.fromisoformat(post["record"]["createdAt"]), seen)
    except (ValueError, TypeError):
        return seen
