"""How a Page is asked: its feed and what tags it, by times, and all comments below each post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.extract import envelope
from tasks.extract.envelope import Envelope
from tasks.extract.sources import graph_fetch
from tasks.extract.sources.graph_fetch import Asked

POSTS, COMMENTS = 50, 100
#: Never a name: of who wrote something only the id is asked for.
EITHER = "id,message,created_time,from{id},permalink_url"
POST = f"{EITHER},comments.filter(stream).limit(0).summary(total_count)"
COMMENT = f"{EITHER},parent{{id}}"


class Fetch(graph_fetch.Fetch):
    """One collection."""

    def _lists(self) -> Iterator[Asked]:
        yield self._posts("feed")
        yield self._posts("tagged")

    def _is_ours(self, thing: Any) -> bool:
        return (thing.get("from") or {}).get("id") in self.source.accounts

    def _fields(self, native: str) -> tuple[str, str] | None:
        return native, EITHER

    def _posts(self, edge: str) -> Asked:
        between = {"since": int(self.posts_from.timestamp()), "until": int(self.ask.until.timestamp())}
        asked = {"fields": POST, "limit": POSTS, **between}
        for answer, posts in self.graph.pages(f"{self.source.accounts[0]}/{edge}", asked):
            yield envelope.of(answer, edge)
            for post in posts:
                native = str(post["id"])
                if native not in self.seen and _has_comments(post):
                    yield from self._comments(native, {} if self._is_ours(post) else {"post": native})
                self._see(native, post)
        yield self._read_whole()

    def _comments(self, post: str, about: dict[str, str]) -> Iterator[Envelope]:
        """Also the answers to comments: ``stream`` gives them flat, each with its parent."""
        asked = {"fields": COMMENT, "filter": "stream", "order": "chronological", "limit": COMMENTS}
        for answer, comments in self.graph.pages(f"{post}/comments", asked):
            yield envelope.of(answer, "comments", **about)
            for comment in comments:
                self._see(str(comment.get("id")), comment)


def _has_comments(post: Any) -> bool:
    """Also when it does not say."""
    return bool(post.get("comments", {}).get("summary", {}).get("total_count", 1))
