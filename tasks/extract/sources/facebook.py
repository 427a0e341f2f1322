"""Facebook: one Page of ours, what visitors write on it, posts that tag it, and the comments below all of these.

Only with the Page's own token. Below a post of ours each comment begins a conversation; below one of somebody else it
belongs to that post's. docs/sources/facebook.md tells how to get access.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources import below, graph

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1


class Table(graph.Own):
    """``type = "facebook"``. ``accounts``: the Page, by its id; a token is of one Page."""

    HISTORY: ClassVar[bool] = True

    type: Literal["facebook"]
    accounts: Annotated[tuple[graph.Native, ...], Field(min_length=1, max_length=1)]
    staff: tuple[graph.Native, ...] = ()


def handle(account: str, source: Any) -> str:
    return account.strip()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return (
        f"nothing; {2 * runs:,} requests, and {runs:,} more for each post of the last {source.sweep_days} days that "
        "has comments"
    )


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """The feed and what tags us, by times, each post with its comments; then what is known and did not come."""
    from tasks.extract.sources import facebook_fetch

    return facebook_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts and comments, wherever they lie in an answer; an object that is not there any more is a tombstone."""
    if graph.is_gone(answer):
        for native, created_at in answer.about.get("asked", {}).items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    for thing in graph.things_in(answer.json()):
        try:
            yield _item(thing, answer) if "id" in thing else BadLine("an object has no id: the token is not the Page's")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"an object has another shape than Facebook promises ({type(error).__name__})")


def _item(thing: dict[str, Any], answer: Envelope) -> dict[str, Any]:
    native, link = str(thing["id"]), thing.get("permalink_url")
    named = parse_qs(urlsplit(str(link or "")).query)
    comment = "comment_id" in named or "parent" in thing or answer.stream == "comments"
    item = {
        "id": native,
        "kind": "comment" if comment else "post",
        "author": (thing.get("from") or {}).get("id"),
        "created_at": graph.moment(thing["created_time"]),
        "text": thing.get("message") or None,
        "url": link,
    }
    told = {key: value for key, value in item.items() if value is not None}
    return told | below.place(answer, native, *_above(native, thing, named)) if comment else told


def _above(native: str, thing: Any, named: Mapping[str, list[str]]) -> tuple[str | None, str | None]:
    """(the comment that this one answers, the first of those). The address of an answer names the first."""
    parent = (thing.get("parent") or {}).get("id")
    first = f"{native.partition('_')[0]}_{named['comment_id'][0]}" if "reply_comment_id" in named else parent
    return parent or first, first
