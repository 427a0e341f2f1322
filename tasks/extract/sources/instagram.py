"""Instagram: one professional account of ours, its posts with comments and answers, and posts that tag it.

Below a post of ours each comment begins a conversation. A post is ``media:…``, one of somebody else ``tagged:…``, since
Meta answers for them by different rules. docs/sources/instagram.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources import below, graph
from tasks.tables import Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
MEDIA, TAGGED = "media:", "tagged:"
#: What a post has and a comment has not.
A_POST = {"permalink", "caption", "media_type"}


class Table(graph.Own):
    """``type = "instagram"``. ``accounts``: our name there; ``account_id``: the same account's id."""

    HISTORY: ClassVar[bool] = True

    type: Literal["instagram"]
    account_id: graph.Native
    accounts: Annotated[tuple[Text, ...], Field(min_length=1)]
    #: Also posts that tag us. What is said below them, our answers too, cannot be seen.
    tagged: bool = False


def handle(account: str, source: Any) -> str:
    return account.strip().lstrip("@").lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return (
        f"nothing; {(1 + source.tagged) * runs:,} requests, and {runs:,} more for each post of the last "
        f"{source.sweep_days} days that has comments"
    )


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Our posts with their comments, then what tags us, then what is known and did not come."""
    from tasks.extract.sources import instagram_fetch

    return instagram_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts, comments, and the answers that lie in them; an object that is not there any more is a tombstone."""
    if graph.is_gone(answer):
        for native, created_at in answer.about.get("asked", {}).items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    for thing in graph.things_in(answer.json()):
        try:
            if A_POST & thing.keys():
                yield _post(thing, TAGGED if answer.stream == "tagged" else MEDIA)
            else:
                yield from _comments(thing, answer, answer.about.get("comment"))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"an object has another shape than Instagram promises ({type(error).__name__})")


def _post(thing: dict[str, Any], prefix: str) -> dict[str, Any]:
    item = {
        "id": f"{prefix}{thing['id']}",
        "kind": "post",
        "author": _name(thing),
        "created_at": graph.moment(thing["timestamp"]),
        "text": thing.get("caption") or None,
        "url": thing.get("permalink"),
    }
    return {key: value for key, value in item.items() if value is not None}


def _comments(thing: dict[str, Any], answer: Envelope, above: str | None) -> Iterator[dict[str, Any]]:
    """A comment and the answers in it; ``above``: the comment that all of these answer, where that was asked for."""
    native = str(thing["id"])
    item = {
        "id": native,
        "kind": "comment",
        "author": _name(thing),
        "created_at": graph.moment(thing["timestamp"]),
        "text": thing.get("text") or None,
    }
    told = {key: value for key, value in item.items() if value is not None}
    yield told | below.place(answer, native, thing.get("parent_id") or above)
    for reply in thing.get("replies", {}).get("data", ()):
        yield from _comments(reply, answer, native)


def _name(thing: dict[str, Any]) -> str | None:
    """The name somebody goes by there; absent where the token may not see it."""
    return str(thing["username"]).lower() if thing.get("username") else None
