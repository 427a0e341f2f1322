"""What sites of reviews share: a review with its stars and our one reply, which may be without a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tasks.extract.asking import Item
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier

#: Replies come late, and their time moves when they are edited: the first that was seen counts, for this long.
LONGEST_SWEEP_DAYS = 90


class Reviewed(Listened):
    """The keys of every table of reviews."""

    HISTORY: ClassVar[bool] = True

    connection: Identifier
    every_minutes: Annotated[int, Field(ge=5, le=10_080)] = 360
    sweep_days: Annotated[int, Field(ge=0, le=90)] = LONGEST_SWEEP_DAYS


@dataclass(frozen=True, slots=True)
class Review:
    """Times are ISO 8601; ``replied_at`` is None where a reply has no time."""

    id: str
    at: str
    stars: float
    author: str | None = None
    title: str | None = None
    text: str | None = None
    language: str | None = None
    url: str | None = None
    edited_at: str | None = None
    reply: str | None = None
    replied_at: str | None = None
    reply_edited_at: str | None = None


def items(review: Review, about: Mapping[str, Any]) -> Iterator[Item]:
    """The review and its reply. ``about["first"]``: when replies were first seen to be written; ``about["asked"]``:
    what was asked for and is not there any more.
    """
    said = {
        "id": review.id,
        "kind": "review",
        "author": review.author,
        "created_at": review.at,
        "edited_at": review.edited_at if review.edited_at and review.edited_at > review.at else None,
        "title": review.title or None,
        "text": review.text or None,
        "language": review.language,
        "url": review.url,
        "rating": review.stars,
        "rating_min": 1,
        "rating_max": 5,
    }
    yield {key: value for key, value in said.items() if value is not None}
    if review.reply is None:
        return
    if review.replied_at is None:
        yield BadLine("a reply has no time, so how long its review waited is not known")
        return
    native = reply_id(review.id)
    first = about.get("first", {}).get(native, review.replied_at)
    edited = max(filter(None, (review.replied_at, review.reply_edited_at)))
    told = {
        "id": native,
        "kind": "reply",
        "in_reply_to": review.id,
        "thread_id": review.id,
        "author_kind": "own",
        "created_at": min(first, review.replied_at),
        "edited_at": edited if edited > min(first, review.replied_at) else None,
        "text": review.reply or None,
    }
    yield {key: value for key, value in told.items() if value is not None}


def tombstones(about: Mapping[str, Any]) -> Iterator[Item]:
    """What was asked for and is gone."""
    for native, created_at in about.get("asked", {}).items():
        yield {"id": native, "created_at": created_at, "deleted": True}


def reply_id(review: str) -> str:
    """A reply has no number of its own."""
    return f"{review}:reply"
