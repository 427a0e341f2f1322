"""How Reddit is asked: a token for an hour, listings from the newest down, threads, and what is known again."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tasks.extract import envelope
from tasks.extract.asking import Ask, Position, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources import reddit

PAGE = 100
MOST_THREADS, MOST_BATCHES, MOST_MORE = 60, 5, 500
NATIVE = re.compile(r"t[13]_[a-z0-9]{1,13}")


class Fetch:
    """One collection. ``position``: ``sweep``, the last full name that was looked at again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.sweep: str = ask.position.get("sweep", "")
        self.token = ""
        self.threads: list[str] = []

    def run(self) -> Iterator[Envelope | Reached]:
        self._log_in()
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Iterator[Envelope | Reached]]:
        source = self.source
        for name in source.subreddits:
            yield self._listing(f"new:{name}", f"/r/{name}/new")
            yield self._listing(f"comments:{name}", f"/r/{name}/comments")
        for query in source.queries:
            yield self._listing(f"search:{query}", "/search", q=query, sort="new", type="link", t="month")
        for account in (*source.accounts, *source.staff):
            name = quote(reddit.handle(account, source), safe="")
            yield self._listing(f"own:{name}", f"/user/{name}/submitted", sort="new")
            yield self._listing(f"own:{name}", f"/user/{name}/comments", sort="new")
        yield self._read_threads()
        if self.ask.live:
            yield self._look_again()

    def _reached(self) -> Reached:
        position: Position = {"sweep": self.sweep} if self.sweep else {}
        return Reached(position)

    def _log_in(self) -> None:
        """A token for an hour; with a user it is theirs, else the application's own."""
        given = self.client.credentials
        pair = f"{given.need('client_id')}:{given.get('client_secret') or ''}"
        form = {"grant_type": "client_credentials"}
        if user := given.get("user"):
            form = {"grant_type": "password", "username": user, "password": given.need("password")}
        basic = base64.b64encode(pair.encode()).decode()
        answer = self.client.post(
            f"{reddit.LOGIN}/api/v1/access_token", form, headers={"Authorization": f"Basic {basic}"}
        )
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise answer.bad("it gave no token: look at the client id, the secret and the user in the connection")
        given.hide(token)
        self.token = token

    def _get(self, path: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(f"{reddit.API}{path}", {**parameters, "raw_json": 1}, headers=headers, accepted=accepted)

    def _listing(self, stream: str, path: str, **parameters: Any) -> Iterator[Envelope | Reached]:
        """Newest first, until before the moment; Reddit itself ends a listing after a thousand."""
        after: dict[str, Any] = {}
        while True:
            answer = self._get(path, {**parameters, "limit": PAGE, **after})
            found = answer.json()
            try:
                children, following = found["data"]["children"], found["data"].get("after")
                times = [float(one["data"]["created_utc"]) for one in children]
            except (KeyError, TypeError, ValueError):
                raise answer.bad("it is no listing") from None
            if children:
                yield envelope.of(answer, stream)
                self._note(children)
            # A post that is pinned stands first, however old it is.
            if not following or not times or max(times) < self.ask.look_from.timestamp():
                break
            after = {"after": following}
        yield self._reached()

    def _note(self, children: list[Any]) -> None:
        """Threads that something new was said in."""
        for one in children:
            data = one["data"]
            native = str(data.get("link_id") or data.get("name"))
            busy = one.get("kind") == "t1" or data.get("num_comments")
            if busy and NATIVE.fullmatch(native) and native not in self.threads:
                new = str(data.get("name")) not in self.ask.known
                if new or float(data["created_utc"]) >= self.ask.look_from.timestamp():
                    self.threads.append(native)

    def _read_threads(self) -> Iterator[Envelope | Reached]:
        for native in self.threads[:MOST_THREADS]:
            answer = self._get(f"/comments/{native.removeprefix('t3_')}", {"limit": 500, "sort": "new"}, (404,))
            if answer.status == 404:
                continue
            found = answer.json()
            yield envelope.of(answer, "thread")
            yield from self._info(_more(found)[:MOST_MORE], "thread", gone=False)

    def _info(self, names: list[str], stream: str, *, gone: bool) -> Iterator[Envelope]:
        for place in range(0, len(names), PAGE):
            some = names[place : place + PAGE]
            answer = self._get("/api/info", {"id": ",".join(some)})
            there = {str(thing.get("name")) for _, thing in reddit.things_in(answer.json())}
            away = [name for name in some if name not in there] if gone else []
            missing = {name: self.ask.known.things[name].created_at.isoformat() for name in away}
            if missing and not there and len(some) > 2:
                raise answer.bad("it says that everything is gone, which is not believed")
            yield envelope.of(answer, stream, **({"asked": missing} if missing else {}))

    def _look_again(self) -> Iterator[Envelope | Reached]:
        """Known items, some each time, round and round: was one changed, or is it gone?"""
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        names = self.ask.known.to_sweep(since, self.sweep, MOST_BATCHES * PAGE)
        for place in range(0, len(names), PAGE):
            some = names[place : place + PAGE]
            yield from self._info(some, "sweep", gone=True)
            self.sweep = some[-1]
            yield self._reached()


def _more(payload: Any) -> list[str]:
    """Full names of comments that a thread leaves out, those of a "load more" link."""
    found: list[str] = []
    waiting = [payload]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if one.get("kind") == "more":
                found += [f"t1_{native}" for native in one["data"].get("children") or ()]
            waiting += [one.get("data"), one.get("children"), one.get("replies")]
    return sorted({name for name in found if NATIVE.fullmatch(name)})
