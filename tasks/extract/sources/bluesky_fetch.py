"""How Bluesky is asked: logged in, streams from the newest down, threads, and what is known again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Position, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources import bluesky

PAGE, LOOKED_AT = 100, 25
#: Of one collection: threads that are read whole, and batches of known items that are looked at again.
MOST_THREADS, MOST_BATCHES = 60, 20
DEEPEST, REFUSED = 30, 400


class Fetch:
    """One collection. ``position``: ``sweep``, the last address that was looked at again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.sweep: str = ask.position.get("sweep", "")
        self.headers: dict[str, str] = {}
        self.replies: dict[str, str] = dict(ask.known.pending)  # new posts that answer something: address → thread
        self.seen: set[str] = set()

    def run(self) -> Iterator[Envelope | Reached]:
        self._log_in()
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Iterator[Envelope | Reached]]:
        source = self.source
        if source.notifications:
            yield self._stream("notifications", "notification.listNotifications", reasons=list(bluesky.ABOUT_US))
        for account in (*source.accounts, *source.staff):
            name = bluesky.handle(account, source)
            yield self._stream(f"own:{name}", "feed.getAuthorFeed", actor=name)
        window = {"since": self.ask.look_from.isoformat()}
        if not self.ask.live:
            window |= {"until": self.ask.until.isoformat()}
        for query in source.queries:
            yield self._stream(f"search:{query}", "feed.searchPosts", q=query, sort="latest", **window)
        yield self._threads()
        if self.ask.live:
            yield self._look_again()

    def _reached(self) -> Reached:
        position: Position = {"sweep": self.sweep} if self.sweep else {}
        return Reached(position)

    def _log_in(self) -> None:
        """A token for this run, for an app password."""
        given = self.client.credentials
        form = {"identifier": given.need("user").lstrip("@"), "password": given.need("password")}
        answer = self.client.post(f"{self.source.service}/xrpc/com.atproto.server.createSession", form, as_json=True)
        found = answer.json()
        tokens = [found.get(name) for name in ("accessJwt", "refreshJwt")] if isinstance(found, dict) else []
        for token in tokens:
            given.hide(str(token or ""))
        if not tokens or not isinstance(tokens[0], str):
            raise answer.bad("it gave no token: look at the user and the app password in the connection")
        self.headers = {"Authorization": f"Bearer {tokens[0]}"}

    def _get(self, method: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        url = f"{self.source.service}/xrpc/app.bsky.{method}"
        return self.client.get(url, parameters, headers=self.headers, accepted=accepted)

    def _stream(self, stream: str, method: str, **parameters: Any) -> Iterator[Envelope | Reached]:
        """Newest first, until before the moment; a search ends by itself."""
        cursor: dict[str, Any] = {}
        while True:
            answer = self._get(method, {**parameters, "limit": PAGE, **cursor})
            found = answer.json()
            page, moments = _page(answer, found)
            if moments:
                yield envelope.of(answer, stream)
                self._note(page)
            following = found.get("cursor")
            if not moments or not following or following == cursor.get("cursor"):
                break
            if max(moments) < self.ask.look_from:
                break
            cursor = {"cursor": str(following)}
        yield self._reached()

    def _note(self, page: list[dict[str, Any]]) -> None:
        """Remember which new posts answer something."""
        for view in page:
            reply = view["record"].get("reply")
            if reply and view["uri"] not in self.ask.known:
                self.replies[view["uri"]] = str(reply["root"]["uri"])

    def _threads(self) -> Iterator[Envelope | Reached]:
        """The thread of what is new and answers something, from its beginning, or what is left around an answer."""
        asked: set[str] = set()
        for native, root in sorted(self.replies.items()):
            for uri in (root, native):
                if native in self.seen or uri in asked or len(asked) >= MOST_THREADS:
                    continue
                asked.add(uri)
                answer = self._get("feed.getPostThread", {"uri": uri, "depth": DEEPEST}, (REFUSED,))
                if not _is_gone(answer):
                    self.seen |= {str(view.get("uri")) for view, _ in bluesky.views(answer.json())}
                    yield envelope.of(answer, "thread")

    def _look_again(self) -> Iterator[Envelope | Reached]:
        """Known items, some each time, round and round: is one gone? What a list leaves out is asked for alone, since
        a post of somebody who blocks us is left out as well.
        """
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        natives = self.ask.known.to_sweep(since, self.sweep, MOST_BATCHES * LOOKED_AT)
        is_any_there, gone = False, list[tuple[str, Answer]]()
        for place in range(0, len(natives), LOOKED_AT):
            some = natives[place : place + LOOKED_AT]
            posts = [native for native in some if "/app.bsky.feed.post/" in native]
            if posts:
                answer = self._get("feed.getPosts", {"uris": posts})
                page, _ = _page(answer, answer.json())
                yield envelope.of(answer, "sweep")
                there = {view["uri"] for view in page}
                is_any_there |= bool(there)
                for native in (one for one in posts if one not in there):
                    answer = self._alone(native)
                    if _is_gone(answer):
                        gone.append((native, answer))
                        continue
                    is_any_there = True
                    yield envelope.of(answer, "sweep")
            if is_any_there:
                yield from self._tombstones(gone)
                self.sweep = some[-1]
                yield self._reached()
        if len(gone) > BELIEVED_GONE:
            raise gone[0][1].bad("it says that everything is gone, which is not believed")
        yield from self._tombstones(gone)
        self.sweep = natives[-1] if natives else self.sweep
        yield self._reached()

    def _alone(self, native: str) -> Answer:
        return self._get("feed.getPostThread", {"uri": native, "depth": 0, "parentHeight": 0}, (REFUSED,))

    def _tombstones(self, gone: list[tuple[str, Answer]]) -> Iterator[Envelope]:
        while gone:
            native, answer = gone.pop(0)
            yield envelope.of(answer, "sweep", asked={native: self.ask.known.things[native].created_at.isoformat()})


def _is_gone(answer: Answer) -> bool:
    found = answer.json()
    if not isinstance(found, dict) or not ({"thread", "error"} & found.keys()):
        raise answer.bad("it is no thread")
    gone = bluesky.is_gone(found)
    if answer.status == REFUSED and not gone:
        raise answer.bad("it refuses for another reason than that the post is gone")
    return gone


def _page(answer: Answer, found: Any) -> tuple[list[dict[str, Any]], list[datetime]]:
    """The posts of an answer, and when each came into the list that it is in."""
    if not isinstance(found, dict) or not ({"posts", "feed", "notifications"} & found.keys()):
        raise answer.bad("it is no list of posts")
    try:
        both = list(bluesky.views(found))
        listed = found.get("notifications") or [reason or view for view, reason in both]  # likes and follows too
        moments = [datetime.fromisoformat(one["indexedAt"]) for one in listed]
        own = [{"uri": str(view["uri"]), "record": dict(view["record"])} for view, reason in both if not reason]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("it is no list of posts") from None
    return own, moments
