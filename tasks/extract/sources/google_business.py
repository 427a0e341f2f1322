"""Google Business Profile: reviews of our places with our replies. docs/sources/google_business.md tells how to get
access."""

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
LOGIN, API = "https://oauth2.googleapis.com", "https://mybusiness.googleapis.com/v4"
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}


class Table(reviews.Reviewed):
    """``type = "google_business"``."""

    type: Literal["google_business"]
    #: As ``accounts/<number>/locations/<number>``.
    locations: Annotated[
        tuple[Annotated[str, Field(pattern=r"^accounts/[0-9]{1,30}/locations/[0-9]{1,30}$")], ...], Field(min_length=1)
    ]


def handle(account: str, source: Any) -> str:
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing; about {runs * 20 * len(source.locations):,} requests, where 300 a minute are allowed"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Reviews of each place from the last changed down; known ones again."""
    from tasks.extract.sources import google_business_fetch

    return google_business_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each review, and one for each reply. Google names who wrote, and has no number for them."""
    for one in answer.json().get("reviews", ()):
        try:
            reply = one.get("reviewReply") or {}
            yield from reviews.items(
                reviews.Review(
                    id=str(one["name"]),
                    at=moment(one["createTime"]),
                    stars=STARS[one["starRating"]],
                    text=one.get("comment"),
                    edited_at=perhaps(one.get("updateTime")),
                    reply=reply.get("comment"),
                    replied_at=perhaps(reply.get("updateTime")),
                ),
                answer.about,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a review has another shape than Google promises ({type(error).__name__})")
    yield from reviews.tombstones(answer.about)
