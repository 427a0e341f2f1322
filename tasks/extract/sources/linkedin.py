"""LinkedIn: posts of our organisation's page, what is said below them, and posts that name it.

Built from LinkedIn's documentation and never seen live. Ids are its own (``urn:li:…``). docs/sources/linkedin.md tells
how to get access, and how little may be kept for how long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources import below
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
API, SITE = "https://api.linkedin.com/rest", "https://www.linkedin.com"
GONE = (404, 410)
#: A comment by its own name, whichever way that is written: ``urn:li:comment:(urn:li:activity:1,2)``.
COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(\w+):(\d+),(\d+)\)")
Organization = Annotated[str, Field(pattern=r"^urn:li:organization:\d{1,20}$")]
Person = Annotated[str, Field(pattern=r"^urn:li:person:[A-Za-z0-9_-]{1,40}$")]


class Table(Listened):
    """``type = "linkedin"``. ``accounts``: our page. LinkedIn tells what happened for 60 days, so no past weeks."""

    HISTORY: ClassVar[bool] = False

    type: Literal["linkedin"]
    connection: Identifier
    accounts: Annotated[tuple[Organization, ...], Field(min_length=1, max_length=1)]
    staff: tuple[Person, ...] = ()
    #: Of its API: a year and a month. Each lives for about a year.
    version: Annotated[str, Field(pattern=r"^20\d\d(0[1-9]|1[0-2])$")] = "202606"
    #: Its limits are of a day, and low for a first application.
    every_minutes: Annotated[int, Field(ge=5, le=10_080)] = 240


def handle(account: str, source: Any) -> str:
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing; at least {2 * runs:,} requests, and one for each post with something new below it"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Our posts; what happened since; the comments of each post that something happened to; what is known."""
    from tasks.extract.sources import linkedin_fetch

    return linkedin_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Posts and comments; one that is not there any more is a tombstone."""
    if answer.status in GONE:
        for native, created_at in answer.about.get("asked", {}).items():
            yield {"id": native, "created_at": created_at, "deleted": True}
        return
    payload = answer.json()
    for thing in payload.get("elements", [payload]):
        try:
            yield _comment(thing, answer) if "actor" in thing else _post(thing)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"an element has another shape than LinkedIn promises ({type(error).__name__})")


def comment_id(thing: Any) -> str:
    """The one way of writing a comment's name. Raises ValueError when it has none."""
    told = str(thing.get("commentUrn") or thing.get("$URN") or f"urn:li:comment:({thing['object']},{thing['id']})")
    found = COMMENT.fullmatch(told)
    if not found:
        raise ValueError("no name of a comment")
    return f"urn:li:comment:(urn:li:{found[1]}:{found[2]},{found[3]})"


def _comment(thing: dict[str, Any], answer: Envelope) -> dict[str, Any]:
    native, created = comment_id(thing), thing["created"]["time"]
    parent = comment_id({"commentUrn": thing["parentComment"]}) if thing.get("parentComment") else None
    item = {
        "id": native,
        "kind": "comment",
        "author": thing["actor"],
        "created_at": _time(created),
        "edited_at": _edited(created, (thing.get("lastModified") or {}).get("time")),
        "text": (thing.get("message") or {}).get("text") or None,
    }
    told = {key: value for key, value in item.items() if value is not None}
    return told | below.place(answer, native, parent)


def _post(thing: dict[str, Any]) -> dict[str, Any]:
    native, created = str(thing["id"]), thing.get("publishedAt") or thing["createdAt"]
    item = {
        "id": native,
        "kind": "post",
        "author": thing["author"],
        "created_at": _time(created),
        "text": thing.get("commentary") or None,
        "url": f"{SITE}/feed/update/{native}/",
    }
    if (thing.get("lifecycleStateInfo") or {}).get("isEditedByAuthor"):
        item["edited_at"] = _edited(created, thing.get("lastModifiedAt"))
    return {key: value for key, value in item.items() if value is not None}


def _time(milliseconds: Any) -> str:
    if isinstance(milliseconds, bool):
        raise ValueError("no time")
    return datetime.fromtimestamp(float(milliseconds) / 1000, UTC).isoformat()


def _edited(created: Any, changed: Any) -> str | None:
    return _time(changed) if changed and changed > created else None
