"""Reddit: subreddits, searches, our own posts and comments, the threads below them.

Ids are Reddit's full names (``t3_…`` a post, ``t1_…`` a comment). What was deleted must be removed by those who keep
copies, so known items are looked at again. docs/sources/reddit.md tells how to get access.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tasks.extract import envelope
from tasks.extract.asking import Ask, Item, Position, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier, Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.answer import Answer
    from tasks.extract.http.client import Client

VERSION = 1
LOGIN, API = "https://www.reddit.com", "https://oauth.reddit.com"
PAGE = 100
MOST_THREADS, MOST_BATCHES, MOST_MORE = 60, 5, 500
#: What stands where an author or a text was.
DELETED, REMOVED = "[deleted]", ("[deleted]", "[removed]", "[deleted by user]", "[ Removed by Reddit ]")
MACHINES = ("automoderator",)
NATIVE = re.compile(r"t[13]_[a-z0-9]{1,13}")


class Table(Listened):
    """``type = "reddit"``."""

    HISTORY: ClassVar[bool] = True

    type: Literal["reddit"]
    connection: Identifier
    #: Read whole: subreddits that are about us.
    subreddits: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{2,21}$")], ...] = ()
    queries: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Table:
        if not (self.subreddits or self.queries or self.accounts):
            raise ValueError("asks for nothing: give subreddits, queries or accounts")
        return self


def handle(account: str, source: Any) -> str:
    return account.strip().lower().removeprefix("/").removeprefix("u/").removeprefix("@")


def weekly_cost(source: Any) -> str:
    streams = 2 * len(source.subreddits) + len(source.queries) + 2 * (len(source.accounts) + len(source.staff))
    runs = 7 * 24 * 60 // source.every_minutes
    return (
        f"about {runs * (streams + 3):,} requests, where 100 a minute are free for use that is not commercial; "
        "other use is paid for by agreement with Reddit"
    )


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Listings from the newest down to the moment that is asked for; threads; what is known."""
    return _Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts and comments, wherever they lie in an answer."""
    asked = dict(answer.about.get("asked", {}))
    for kind, thing in _things(answer.json()):
        try:
            item = _item(kind, thing)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a {kind} has another shape than Reddit promises ({type(error).__name__})")
            continue
        asked.pop(item["id"], None)
        yield item
    for native, created_at in asked.items():
        yield {"id": native, "created_at": created_at, "deleted": True}


def _things(payload: Any) -> Iterator[tuple[str, Any]]:
    """Every ``t1`` and ``t3``, the oldest answer below a comment before the next comment; no recursion."""
    waiting = [payload]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict) and isinstance(data := one.get("data"), dict):
            if one.get("kind") in ("t1", "t3"):
                yield one["kind"], data
                waiting.append(data.get("replies"))
            elif one.get("kind") == "Listing":
                waiting.append(data.get("children"))
            elif isinstance(data.get("things"), list):
                waiting.append(data["things"])


def _item(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    post = kind == "t3"
    text = thing.get("selftext") if post else thing["body"]
    author = thing.get("author")
    item: dict[str, Any] = {
        "id": thing.get("name") or f"{kind}_{thing['id']}",
        "kind": "post" if post else "comment",
        "created_at": _time(thing["created_utc"]),
    }
    if not post:
        # In a list of messages to an account the post is not named, only what was answered.
        item |= {
            key: thing[name]
            for key, name in (("in_reply_to", "parent_id"), ("thread_id", "link_id"))
            if thing.get(name)
        }
    if text in REMOVED or (post and author == DELETED and not text) or thing.get("removed_by_category") == "deleted":
        return item | {"deleted": True}
    if author and author != DELETED:
        item["author"] = str(author).lower()
        item["author_kind"] = "bot" if item["author"] in MACHINES else "public"
    if (edited := thing.get("edited")) and not isinstance(edited, bool):
        item["edited_at"] = _time(edited)
    link = thing.get("permalink")
    more = {"text": text or None, "title": thing.get("title") if post else None, "url": link and f"{LOGIN}{link}"}
    return item | {key: value for key, value in more.items() if value}


def _time(seconds: Any) -> str:
    if isinstance(seconds, bool):
        raise ValueError("no time")
    return datetime.fromtimestamp(float(seconds), UTC).isoformat()


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


class _Fetch:
    """One collection. ``position``: ``sweep``, the last full name that was looked at again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.sweep: str = ask.position.get("sweep", "")
        self.token = ""
        self.threads: list[str] = []

    def run(self) -> Iterator[Envelope | Reached]:
        source = self.source
        self._log_in()
        for name in source.subreddits:
            yield from self._listing(f"new:{name}", f"/r/{name}/new")
            yield from self._listing(f"comments:{name}", f"/r/{name}/comments")
        for query in source.queries:
            yield from self._listing(f"search:{query}", "/search", q=query, sort="new", type="link", t="month")
        for account in (*source.accounts, *source.staff):
            name = handle(account, source)
            yield from self._listing(f"own:{name}", f"/user/{name}/submitted", sort="new")
            yield from self._listing(f"own:{name}", f"/user/{name}/comments", sort="new")
        yield from self._read_threads()
        if self.ask.live:
            yield from self._look_again()
        yield self._reached()

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
        answer = self.client.post(f"{LOGIN}/api/v1/access_token", form, headers={"Authorization": f"Basic {basic}"})
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise answer.bad("it gave no token: look at the client id, the secret and the user in the connection")
        given.hide(token)
        self.token = token

    def _get(self, path: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(f"{API}{path}", {**parameters, "raw_json": 1}, headers=headers, accepted=accepted)

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
            there = {str(thing.get("name")) for _, thing in _things(answer.json())}
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
