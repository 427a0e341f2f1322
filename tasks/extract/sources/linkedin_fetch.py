"""How LinkedIn is asked: our posts, what happened, and whole conversations below the posts that it happened to.

A notification tells that something happened to a post, not when it was written: so it only says where to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http import limits
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources import linkedin
from tasks.extract.sources.linkedin import GONE

PAGE = 50
#: Of one collection: known items that are looked at again, below posts that something happened to and elsewhere.
MOST_NEAR, MOST_ELSEWHERE = 20, 5
#: So long LinkedIn tells what happened.
TOLD_FOR = timedelta(days=60)
HAPPENED = ("COMMENT", "ADMIN_COMMENT", "COMMENT_EDIT", "COMMENT_DELETE", "SHARE_MENTION")
NAMES_US = "SHARE_MENTION"
TRIES = 3
#: Limits are of a day, but a refusal may also be of a busy moment, and does not always say until when.
PAUSE = timedelta(hours=1)
Asked = Iterator[Envelope | Reached]


class Fetch:
    """One collection. ``position``: ``sweep``, the last id that was looked at again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.sweep: str = ask.position.get("sweep", "")
        self.page = self.source.accounts[0]
        self.posts: dict[str, str] = {}  # what something happened to → the name of a post of others, "" of ours
        self.seen: set[str] = set()

    def run(self) -> Asked:
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Asked]:
        yield self._own_posts()
        yield self._happened()
        for post in sorted(self.posts):
            if self.posts[post]:
                yield self._post(post)
            yield self._comments(post, post)
        yield self._look_again()

    def _reached(self) -> Reached:
        return Reached({"sweep": self.sweep} if self.sweep else {})

    def _get(self, path: str, query: str = "", accepted: tuple[int, ...] = ()) -> Answer:
        """``query`` as Rest.li wants it: brackets and commas as they are, names inside them quoted."""
        headers = {
            "Authorization": f"Bearer {self.client.credentials.need('token')}",
            "LinkedIn-Version": self.source.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        url = f"{linkedin.API}/{path}{query and f'?{query}'}"
        for _ in range(TRIES):
            answer = self.client.get(url, headers=headers, accepted=(*accepted, 426, 429))
            if answer.status == 426:
                raise answer.refused(f"LinkedIn no longer speaks version {self.source.version}: put a newer one there.")
            if answer.status != 429:
                return answer
            now = self.client.time.now()
            self.client.closed_until = limits.refused_until(answer.headers, now) or now + PAUSE
        raise answer.refused("It is too busy; the next run asks again.")

    def _pages(self, path: str, query: str = "") -> Iterator[tuple[Answer, list[Any]]]:
        start = 0
        while True:
            answer = self._get(path, f"{query}{query and '&'}start={start}&count={PAGE}")
            found = answer.json()
            elements = found.get("elements") if isinstance(found, dict) else None
            if not isinstance(elements, list) or not all(isinstance(one, dict) for one in elements):
                raise answer.bad("it is no list of LinkedIn's")
            if elements:
                yield answer, elements
            start, total = start + PAGE, (found.get("paging") or {}).get("total")
            if not elements or (start >= total if isinstance(total, int) else len(elements) < PAGE):
                return

    def _own_posts(self) -> Asked:
        """Newest first, until before the moment."""
        for answer, posts in self._pages("posts", f"q=author&author={quote(self.page, safe='')}&sortBy=CREATED"):
            yield envelope.of(answer, "posts")
            self.seen |= {str(post["id"]) for post in posts}
            if max(post.get("publishedAt") or post["createdAt"] for post in posts) < _ms(self.ask.look_from):
                break
        yield self._reached()

    def _happened(self) -> Asked:
        since = max(self.ask.look_from, self.ask.until - TOLD_FOR)
        between = f"(start:{_ms(since)},end:{_ms(self.ask.until)})"
        query = f"q=criteria&actions=List({','.join(HAPPENED)})"
        query += f"&organizationalEntity={quote(self.page, safe='')}&timeRange={between}"
        for _, told in self._pages("organizationalEntityNotifications", query):
            for one in told:
                names_us = one.get("action") == NAMES_US
                post = (one.get("generatedActivity") if names_us else None) or one.get("sourcePost")
                owner = (one.get("decoratedSourcePost") or {}).get("owner", self.page)
                if isinstance(post, str) and post.startswith("urn:li:"):
                    self.posts[post] = post if names_us or owner != self.page else self.posts.get(post, "")
        yield self._reached()

    def _post(self, post: str) -> Asked:
        answer = self._get(f"posts/{quote(post, safe='')}", accepted=GONE)
        if answer.status == 200:
            self.posts[post] = str(answer.json()["id"])
            self.seen.add(self.posts[post])
            yield envelope.of(answer, "mention")

    def _comments(self, thing: str, post: str) -> Asked:
        """All that is said below a post, or below a comment on it."""
        about = {"post": self.posts[post]} if self.posts[post] else {}
        for answer, comments in self._pages(f"socialActions/{quote(thing, safe='')}/comments"):
            yield envelope.of(answer, "comments", **about)
            for comment in comments:
                native = linkedin.comment_id(comment)
                self.seen.add(native)
                if thing == post and _is_answered(comment):
                    yield from self._comments(native, post)
        yield self._reached()

    def _look_again(self) -> Asked:
        """Known items that did not come, some each time, round and round: was one changed, or is it gone?"""
        since, things = self.ask.until - timedelta(days=self.source.sweep_days), self.ask.known.things
        known = [one for one in self.ask.known.to_sweep(since, self.sweep, len(things)) if one not in self.seen]
        near = [native for native in known if _post_of(native) in self.posts]
        elsewhere = [native for native in known if native not in near][:MOST_ELSEWHERE]
        gone: dict[str, Answer] = {}
        there: set[bool] = set()
        for native in near[:MOST_NEAR] + elsewhere:
            answer = self._get(_path(native), accepted=GONE)
            if answer.status in GONE:
                gone[native] = answer
                continue
            there.add(_is_comment(native))
            yield envelope.of(answer, "sweep")
        self._doubt(gone, there)
        for native, answer in gone.items():
            yield envelope.of(answer, "sweep", asked={native: things[native].created_at.isoformat()})
        self.sweep = elsewhere[-1] if elsewhere else self.sweep
        yield self._reached()

    def _doubt(self, gone: Mapping[str, Answer], there: set[bool]) -> None:
        """Raise BadAnswer when nothing of a kind is found by its id, though it was just listed."""
        for kind in {_is_comment(native) for native in gone} - there:
            told = [answer for native, answer in gone.items() if _is_comment(native) == kind]
            listed = next((native for native in sorted(self.seen) if _is_comment(native) == kind), None)
            if listed is None and len(told) <= BELIEVED_GONE:
                continue
            if listed is None or self._get(_path(listed), accepted=GONE).status in GONE:
                raise told[0].bad("it says that everything is gone, which is not believed")


def _is_comment(native: str) -> bool:
    return _post_of(native) is not None


def _post_of(native: str) -> str | None:
    found = linkedin.COMMENT.fullmatch(native)
    return f"urn:li:{found[1]}:{found[2]}" if found else None


def _path(native: str) -> str:
    if post := _post_of(native):
        return f"socialActions/{quote(post, safe='')}/comments/{native.rpartition(',')[2].rstrip(')')}"
    return f"posts/{quote(native, safe='')}"


def _is_answered(comment: Mapping[str, Any]) -> bool:
    """Also when it does not say."""
    return bool((comment.get("commentsSummary") or {}).get("aggregatedTotalComments", 1))


def _ms(moment: Any) -> int:
    return int(moment.timestamp() * 1000)
