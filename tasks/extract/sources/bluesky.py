"""Bluesky: searches, mentions of us, our own posts, threads.

Ids are addresses of records (``at://did/app.bsky.feed.post/key``): they stay when somebody takes another handle. The
time in a record is what its writer's program claims; beside it goes the time at which Bluesky saw it (decision 42).
docs/sources/bluesky.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, model_validator

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import FIRST_YEAR, LAST_YEAR, BadLine
from tasks.extract.sources.table import Listened, Server
from tasks.tables import Identifier, Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
#: Of somebody whose handle does not lead back to them; many people may have it.
NO_HANDLE = "handle.invalid"
ABOUT_US = ("mention", "reply", "quote")
#: What accounts say of themselves: they post by machine; they want to be shown to members only.
BOT, MEMBERS_ONLY = "bot", "!no-unauthenticated"


def _a_handle(name: str) -> str:
    if "." not in name or name.lower().startswith("did:"):
        raise ValueError("is no handle: write it whole, like school.bsky.social")
    return name


Handle = Annotated[Text, AfterValidator(_a_handle)]


class Table(Listened):
    """``type = "bluesky"``."""

    HISTORY: ClassVar[bool] = True

    type: Literal["bluesky"]
    connection: Identifier
    #: Where the account behind the app password lives.
    service: Server = "https://bsky.social"
    queries: tuple[Text, ...] = ()
    #: Also what others write to that account.
    notifications: bool = False
    accounts: tuple[Handle, ...] = ()
    staff: tuple[Handle, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Table:
        if not (self.queries or self.accounts or self.notifications):
            raise ValueError("asks for nothing: give queries, accounts or notifications")
        return self


def handle(account: str, source: Any) -> str:
    return account.strip().lstrip("@").lower()


def weekly_cost(source: Any) -> str:
    streams = len(source.queries) + len(source.accounts) + len(source.staff) + source.notifications
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing; about {runs * (streams + 4):,} requests, where 3,000 in 5 minutes are allowed"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Streams from the newest down to the moment that is asked for; threads; what is known."""
    from tasks.extract.sources import bluesky_fetch

    return bluesky_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts, wherever they lie in an answer; one that was asked for by its address and is not found is a tombstone."""
    found = answer.json()
    if is_gone(found):
        for native, created_at in answer.about.get("asked", {}).items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    for view, reason in views(found):
        try:
            if (item := _shared(view, reason) if reason else _item(view)) is not None:
                yield item
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a post has another shape than Bluesky promises ({type(error).__name__})")


def is_gone(found: Any) -> bool:
    """Whether an answer says that there is no such post (any more); one that is blocked is still there."""
    return found.get("error") == "NotFound" or bool(found.get("thread", {}).get("notFound"))


def views(found: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every post of an answer, with who shared it; no recursion."""
    if "thread" in found:
        waiting = [found["thread"]]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict) and "post" in one:
                yield one["post"], None
                waiting += [*(one.get("replies") or ()), one.get("parent")]
        return
    yield from ((one, None) for one in found.get("posts", ()))
    yield from ((one, None) for one in found.get("notifications", ()) if one.get("reason") in ABOUT_US)
    for one in found.get("feed", ()):
        reason = one.get("reason") or {}
        yield one["post"], reason if "by" in reason else None


def _item(view: dict[str, Any]) -> dict[str, Any]:
    record, author = view["record"], view["author"]
    reply, languages = record.get("reply") or {}, record.get("langs") or [None]
    item = {
        "id": view["uri"],
        "kind": "reply" if reply else "post",
        "in_reply_to": reply["parent"]["uri"] if reply else None,
        "thread_id": reply["root"]["uri"] if reply else None,
        "author": _who(author),
        "author_kind": "bot" if _says_of_itself(author, BOT) else "public",
        **_moments(record.get("createdAt"), view["indexedAt"]),
        "text": record.get("text") or None,
        "language": str(languages[0] or "").partition("-")[0].lower() or None,
        "url": _url(view["uri"]),
        "visibility": "private" if _says_of_itself(author, MEMBERS_ONLY) else "public",
    }
    return {key: value for key, value in item.items() if value is not None}


def _shared(view: dict[str, Any], reason: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody showing another's post to their own readers; older servers do not say which record that is."""
    if not reason.get("uri"):
        return None
    item = {"id": reason["uri"], "kind": "repost", "author": _who(reason["by"]), "created_at": reason["indexedAt"]}
    return item | ({"text": text} if (text := view["record"].get("text")) else {})


def _who(author: dict[str, Any]) -> str:
    name = str(author["handle"]).lower()
    return str(author["did"]) if name == NO_HANDLE else name


def _moments(claimed: Any, seen: Any) -> dict[str, Any]:
    """What the writer's program claims beside what Bluesky saw; the latter alone where the claim is no time."""
    try:
        moment = datetime.fromisoformat(str(claimed))
        at = moment.astimezone(UTC)  # an offset may have seconds, which no time of ours may
    except (ValueError, OverflowError):
        return {"created_at": seen}
    if moment.tzinfo is None or not FIRST_YEAR <= at.year < LAST_YEAR:
        return {"created_at": seen}
    return {"created_at": at.isoformat(), "indexed_at": seen}


def _says_of_itself(author: dict[str, Any], value: str) -> bool:
    labels = author.get("labels") or ()
    return any(one["val"] == value and one["src"] == author["did"] and not one.get("neg") for one in labels)


def _url(native: str) -> str | None:
    """By the lasting name of the writer, which is nobody's handle."""
    parts = native.removeprefix("at://").split("/")
    if len(parts) != 3 or parts[1] != "app.bsky.feed.post":
        return None
    return f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}"
