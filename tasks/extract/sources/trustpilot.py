"""Trustpilot: reviews of one business unit with our replies. docs/sources/trustpilot.md tells how to get access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources import reviews
from tasks.extract.sources.tickets import moment, perhaps

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
API = "https://api.trustpilot.com/v1"
PAGE_OF_REVIEW = "https://www.trustpilot.com/reviews/"


class Table(reviews.Reviewed):
    """``type = "trustpilot"``."""

    type: Literal["trustpilot"]
    business_unit: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


def handle(account: str, source: Any) -> str:
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing beside the subscription whose key it is; about {runs * 20:,} requests"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Reviews from the newest down; known ones again."""
    from tasks.extract.sources import trustpilot_fetch

    return trustpilot_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each review, and one for each reply."""
    for one in answer.json().get("reviews", ()):
        try:
            reply = one.get("companyReply") or {}
            yield from reviews.items(
                reviews.Review(
                    id=str(one["id"]),
                    at=moment(one["createdAt"]),
                    stars=float(one["stars"]),
                    author=one.get("consumer"),
                    title=one.get("title"),
                    text=one.get("text"),
                    language=one.get("language"),
                    url=f"{PAGE_OF_REVIEW}{one['id']}",
                    edited_at=perhaps(one.get("updatedAt")),
                    reply=reply.get("text"),
                    replied_at=perhaps(reply.get("createdAt")),
                    reply_edited_at=perhaps(reply.get("updatedAt")),
                ),
                answer.about,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a review has another shape than Trustpilot promises ({type(error).__name__})")
    yield from reviews.tombstones(answer.about)
