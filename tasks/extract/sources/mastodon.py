"""Mastodon, and servers that speak its API: tags, searches, mentions of us, our own posts, threads.

Ids are those of the one server that is asked: parents are named by them too, which an address (`uri`) is not.
docs/sources/mastodon.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from tasks.extract import html
from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Listened, Server
from tasks.tables import Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
GONE = (404, 410)
VISIBILITY = {"public": "public", "unlisted": "public", "private": "private", "direct": "private"}


class Table(Listened):
    """``type = "mastodon"``."""

    HISTORY: ClassVar[bool] = True

    type: Literal["mastodon"]
    instance: Server
    tags: tuple[Text, ...] = ()
    queries: tuple[Text, ...] = ()
    #: Also what others write to the account behind the token.
    notifications: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Table:
        if not (self.tags or self.queries or self.accounts or self.notifications):
            raise ValueError("asks for nothing: give tags, queries, accounts or notifications")
        if (self.queries or self.notifications) and not self.connection:
            raise ValueError("needs a connection: a server shows searches and notifications to a token only")
        return self


def handle(account: str, source: Any) -> str:
    """``@overbrugge`` on the server itself is ``overbrugge@server``."""
    name = account.strip().lstrip("@").lower()
    return name if "@" in name else f"{name}@{host_of(source.instance)}"


def weekly_cost(source: Any) -> str:
    streams = len(source.tags) + len(source.queries) + len(source.accounts) + len(source.staff) + source.notifications
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing; about {runs * (streams + 2):,} requests, where a server usually allows 300 in 5 minutes"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Stream after stream, oldest page first where an earlier run left an id; then threads, then what is known."""
    from tasks.extract.sources import mastodon_fetch

    return mastodon_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Statuses, wherever they lie in an answer; a status that is not there any more is a tombstone."""
    if answer.status in GONE:
        for native, created_at in answer.about.get("asked", {}).items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    host = host_of(answer.url)
    for root, status in _statuses(answer.json(), answer.about):
        try:
            yield _item(status, host, root)
        except (KeyError, TypeError, AttributeError) as error:
            yield BadLine(f"a status has another shape than Mastodon promises ({type(error).__name__})")


def _statuses(payload: Any, about: Any) -> Iterator[tuple[str | None, Any]]:
    """(the thread's first status where it is known, status)."""
    if isinstance(payload, list):
        for one in payload:
            if "type" in one and "status" in one:  # a notification
                one = one["status"]
            if isinstance(one, dict) and "content" in one and "id" in one:  # an older version has no id
                yield None, one
    elif "ancestors" in payload and "descendants" in payload:
        thread = [*payload["ancestors"], *payload["descendants"]]
        root = payload["ancestors"][0]["id"] if payload["ancestors"] else about.get("of")
        yield from ((str(root) if root else None, one) for one in thread)
    elif isinstance(payload.get("statuses"), list):
        yield from ((None, one) for one in payload["statuses"])
    elif "content" in payload and "account" in payload:
        yield None, payload


def _item(status: dict[str, Any], host: str, root: str | None) -> dict[str, Any]:
    account, shared = status["account"], status.get("reblog")
    name = str(account["acct"]).lower()
    said = shared if isinstance(shared, dict) else status
    parent = status.get("in_reply_to_id")
    item = {
        "id": str(status["id"]),
        "kind": "repost" if shared else "reply" if parent else "post",
        "in_reply_to": str(parent) if parent else None,
        "thread_id": root,
        "author": name if "@" in name else f"{name}@{host}",
        "author_kind": "bot" if account.get("bot") else "public",
        "created_at": status["created_at"],
        "edited_at": status.get("edited_at"),
        "text": html.text(said.get("content")),
        "title": said.get("spoiler_text") or None,
        "language": status.get("language"),
        "url": status.get("url"),
        "visibility": VISIBILITY.get(str(status.get("visibility")), "private"),
    }
    return {key: value for key, value in item.items() if value is not None}


def host_of(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()
