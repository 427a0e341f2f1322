"""How an Instagram account is asked: its posts from the newest down, all comments with their answers, what tags it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tasks.extract import envelope
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.sources import graph_fetch, instagram
from tasks.extract.sources.graph_fetch import Asked
from tasks.extract.sources.instagram import MEDIA, TAGGED

PAGE = 50
POST = "id,caption,timestamp,permalink,username"
COMMENT = "id,text,timestamp,username,parent_id"
THREAD = f"{COMMENT},replies.limit({PAGE}){{{COMMENT}}}"


class Fetch(graph_fetch.Fetch):
    """One collection."""

    def _lists(self) -> Iterator[Asked]:
        yield self._media()
        if self.source.tagged:
            yield self._tagged()

    def _is_ours(self, thing: Any) -> bool:
        ours = {instagram.handle(account, self.source) for account in self.source.accounts}
        return str(thing.get("username", "")).lower() in ours

    def _fields(self, native: str) -> tuple[str, str] | None:
        """A post of somebody else cannot be asked for."""
        if native.startswith(TAGGED):
            return None
        return native.removeprefix(MEDIA), POST if native.startswith(MEDIA) else COMMENT

    def _media(self) -> Asked:
        for answer, posts in self._newest_first("media", f"{POST},comments_count"):
            yield envelope.of(answer, "media")
            for post in posts:
                self._see(f"{MEDIA}{post['id']}", post)
                if _written(post) >= self.posts_from and post.get("comments_count", 1):
                    yield from self._comments(str(post["id"]))
        yield self._read_whole()

    def _tagged(self) -> Asked:
        """This list does not name its next page."""
        for answer, posts in self._newest_first("tags", POST, by_cursor=True):
            yield envelope.of(answer, "tagged")
            for post in posts:
                self._see(f"{TAGGED}{post['id']}", post)
        yield self._read_whole()

    def _newest_first(self, edge: str, fields: str, *, by_cursor: bool = False) -> Iterator[tuple[Answer, list[Any]]]:
        """Until before the moment from which posts are read."""
        asked = {"fields": fields, "limit": PAGE}
        for answer, posts in self.graph.pages(f"{self.source.account_id}/{edge}", asked, by_cursor=by_cursor):
            yield answer, posts
            if max(_written(post) for post in posts) < self.posts_from:
                return

    def _comments(self, post: str) -> Iterator[Envelope]:
        for answer, comments in self.graph.pages(f"{post}/comments", {"fields": THREAD, "limit": PAGE}):
            yield envelope.of(answer, "comments")
            for comment in comments:
                native, answers = str(comment["id"]), comment.get("replies", {})
                self._note(comment, *answers.get("data", ()))
                if answers.get("paging", {}).get("next"):
                    yield from self._other_answers(native)

    def _other_answers(self, comment: str) -> Iterator[Envelope]:
        for answer, answers in self.graph.pages(f"{comment}/replies", {"fields": COMMENT, "limit": PAGE}):
            yield envelope.of(answer, "comments", comment=comment)
            self._note(*answers)

    def _note(self, *comments: Any) -> None:
        for comment in comments:
            self._see(str(comment["id"]), comment)


def _written(post: Any) -> datetime:
    return datetime.fromisoformat(str(post["timestamp"]))
