"""Reddit: subreddits, searches, our own posts and comments, the threads below them.

Ids are Reddit's full names (``t3_…`` a post, ``t1_…`` a comment). What was deleted must be removed by those who keep
copies, so known items are looked at again. docs/sources/reddit.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier, Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
LOGIN, API = "https://www.reddit.com", "https://oauth.reddit.com"
#: What stands where an author or a text was.
DELETED, REMOVED = "[deleted]", ("[deleted]", "[removed]", "[deleted by user]", "[ Removed by Reddit ]")
MACHINES = ("automoderator",)


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
    from tasks.extract.sources import reddit_fetch

    return reddit_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts and comments, wherever they lie in an answer."""
    asked = dict(answer.about.get("asked", {}))
    for kind, thing in things_in(answer.json()):
        try:
            item = _item(kind, thing)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a {kind} has another shape than Reddit promises ({type(error).__name__})")
            continue
        asked.pop(item["id"], None)
        yield item
    for native, created_at in asked.items():
        yield {"id": native, "created_at": created_at, "deleted": True}


def things_in(payload: Any) -> Iterator[tuple[str, Any]]:
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
