"""X (its API v2): searches, mentions of us, our own posts, conversations. Every post and author that comes is paid for.

An edit makes a new id, so an item goes by the first of its ids. docs/sources/x.md tells how to get access.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Allowance, Listened
from tasks.tables import Identifier, Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
API = "https://api.x.com/2"
#: What X charged in August 2026, in dollars: docs.x.com/x-api/getting-started/pricing.
POST_COSTS, AUTHOR_COSTS = 0.005, 0.010
#: Ids hold the millisecond in which they were made, counted from this one on, above 22 other bits; since November 2010.
EPOCH_MILLISECONDS, OTHER_BITS, FIRST_ID = 1_288_834_974_657, 22, 30_000_000_000
#: Languages that are none: undetermined, only links, only pictures, …
NO_LANGUAGES = ("und", "zxx", "qam", "qct", "qht", "qme", "qst")
Handle = Annotated[Text, Field(pattern=r"^@?[A-Za-z0-9_]{1,15}$")]


class Table(Listened):
    """``type = "x"``."""

    HISTORY: ClassVar[bool] = True

    type: Literal["x"]
    connection: Identifier
    queries: tuple[Annotated[Text, Field(max_length=512)], ...] = ()
    #: Also what others write to our accounts.
    mentions: bool = True
    accounts: tuple[Handle, ...] = ()
    staff: tuple[Handle, ...] = ()
    # Looking back is paid for, and a search of the last seven days is to be enough for a first collection.
    every_minutes: Annotated[int, Field(ge=5, le=10_080)] = 120
    lookback_hours: Annotated[float, Field(ge=0, le=168)] = 1.0
    first_days: Annotated[int, Field(ge=1, le=365)] = 6
    budget: Allowance = Allowance(reads=300)

    @model_validator(mode="after")
    def _can_be_paid(self) -> Table:
        if not (self.queries or self.accounts):
            raise ValueError("asks for nothing: give queries or accounts")
        if self.budget.reads is None:
            raise ValueError("needs budget.reads: X charges for every post and author that comes")
        return self


def handle(account: str, source: Any) -> str:
    return account.strip().lstrip("@").lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    most = runs * source.budget.reads * AUTHOR_COSTS
    hundred = 100 * (POST_COSTS + AUTHOR_COSTS + source.sweep_days * POST_COSTS)
    return (
        f"at most ${most:,.2f} ({runs} runs of {source.budget.reads:,} reads), and as a rule about ${hundred:.2f} "
        f"for a hundred messages; by X's prices of August 2026, ${POST_COSTS} a post and ${AUTHOR_COSTS:.3f} an author"
    )


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Streams from the newest down to what was read; conversations; once a day, whether known posts are still there."""
    from tasks.extract.sources import x_fetch

    return x_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """The posts of an answer; or, of an answer about known ones, those that are gone."""
    if "asked" in answer.about:
        for native, created_at in answer.about["asked"].items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    found = answer.json()
    names = {one["id"]: str(one["username"]).lower() for one in found.get("includes", {}).get("users", ())}
    posts = posts_in(found)
    firsts = {native: first_id(post) for post in posts for native in post.get("edit_history_tweet_ids") or ()}
    for post in posts:
        try:
            yield _item(post, names, firsts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a post has another shape than X promises ({type(error).__name__})")


def posts_in(found: Any) -> list[dict[str, Any]]:
    """Those of an answer that are posts: other things have no text."""
    data = found.get("data") or []
    return [one for one in (data if isinstance(data, list) else [data]) if "text" in one and "id" in one]


def first_id(post: dict[str, Any]) -> str:
    """The id that a post had before it was edited."""
    history = post.get("edit_history_tweet_ids") or [post["id"]]
    return str(history[0])


def replied_to(post: dict[str, Any]) -> str | None:
    return _reference(post, "replied_to")


def _item(post: dict[str, Any], names: dict[str, str], firsts: dict[str, str]) -> dict[str, Any]:
    native, parent, thread = first_id(post), replied_to(post), post.get("conversation_id")
    author, language = post.get("author_id"), post.get("lang")
    edited = native != post["id"]
    item = {
        "id": native,
        "kind": "repost" if _reference(post, "retweeted") else "reply" if parent else "post",
        "in_reply_to": parent and firsts.get(parent, parent),
        "thread_id": thread and firsts.get(thread, thread),
        "author": author and names.get(author, author),
        "created_at": _made_at(native) if edited or "created_at" not in post else post["created_at"],
        "edited_at": _made_at(post["id"]) if edited else None,
        "text": html.unescape((post.get("note_tweet") or post)["text"]) or None,
        "language": None if language in NO_LANGUAGES else language,
        "url": f"https://x.com/i/web/status/{post['id']}",
    }
    return {key: value for key, value in item.items() if value is not None}


def _reference(post: dict[str, Any], kind: str) -> str | None:
    return next((str(one["id"]) for one in post.get("referenced_tweets") or () if one["type"] == kind), None)


def _made_at(native: str) -> str:
    """When X made an id. Raises ValueError for one from before ids had a time in them."""
    number = int(native)
    if number < FIRST_ID:
        raise ValueError("an id without a time")
    return datetime.fromtimestamp(((number >> OTHER_BITS) + EPOCH_MILLISECONDS) / 1000, UTC).isoformat()
