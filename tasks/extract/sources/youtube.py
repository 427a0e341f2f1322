"""YouTube: what is said below our videos, videos of others about us and what is said below those.

Ids are YouTube's own: a comment ``Ug…``, an answer to it ``Ug….9…``; a video is ``video:…``. Below a video of ours each
comment begins a conversation; below one of somebody else it belongs to that video's. docs/sources/youtube.md tells how
to get access.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tasks.extract import html
from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources import below
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier, Text

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
API, SITE = "https://www.googleapis.com/youtube/v3", "https://www.youtube.com"
#: What Google gives away each day: units, and searches, which are counted apart.
UNITS_A_DAY, SEARCHES_A_DAY = 10_000, 100
VIDEO = "video:"
Channel = Annotated[str, Field(pattern=r"^UC[A-Za-z0-9_-]{22}$")]


class Table(Listened):
    """``type = "youtube"``. ``accounts``: our channels, by id."""

    HISTORY: ClassVar[bool] = True

    type: Literal["youtube"]
    connection: Identifier
    accounts: tuple[Channel, ...] = ()
    staff: tuple[Channel, ...] = ()
    #: Videos of anybody that have these words.
    queries: tuple[Text, ...] = ()
    #: Searches are few, so they are asked less often than the rest.
    search_every_hours: Annotated[float, Field(ge=1, le=168)] = 6.0

    @model_validator(mode="after")
    def _can_be_asked(self) -> Table:
        if not (self.queries or self.accounts):
            raise ValueError("asks for nothing: give accounts (ids of channels, UC…) or queries")
        if self.searches_a_day > SEARCHES_A_DAY:
            raise ValueError(
                f"{len(self.queries)} queries every {self.search_every_hours:g} hours are {self.searches_a_day:.0f} "
                f"searches a day, where {SEARCHES_A_DAY} are allowed: raise search_every_hours"
            )
        return self

    @property
    def searches_a_day(self) -> float:
        return len(self.queries) * 24 / max(self.search_every_hours, self.every_minutes / 60)


def handle(account: str, source: Any) -> str:
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    units = runs * (3 * len(source.accounts) + 4) + 7 * source.searches_a_day * 3
    return (
        f"nothing; at least {units:,.0f} of the {7 * UNITS_A_DAY:,} units and {7 * source.searches_a_day:,.0f} of the "
        f"{7 * SEARCHES_A_DAY} searches that Google gives away"
    )


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Threads and videos from the newest down to the moment that is asked for; what is known; searches."""
    from tasks.extract.sources import youtube_fetch

    return youtube_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """Comments, with the answers that came along, and videos; what was asked for by its id and is not there is gone."""
    asked = dict(answer.about.get("asked", {}))
    for kind, thing in things_in(answer.json()):
        try:
            item = _video(thing) if kind == "video" else _comment(thing, answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield BadLine(f"a {kind} has another shape than YouTube promises ({type(error).__name__})")
            continue
        asked.pop(item["id"], None)
        yield item
    for native, created_at in asked.items():
        yield {"id": native, "created_at": created_at, "deleted": True}


def things_in(payload: Any) -> Iterator[tuple[str, Any]]:
    """("comment" or "video", resource): of a list, or a single one. A thread is a comment and answers to it."""
    for one in payload.get("items", [payload]):
        kind = str(one.get("kind")).removeprefix("youtube#")
        if kind == "commentThread":
            yield "comment", one["snippet"]["topLevelComment"]
            yield from (("comment", reply) for reply in one.get("replies", {}).get("comments", ()))
        elif kind in ("comment", "video"):
            yield kind, one


def _comment(thing: dict[str, Any], answer: Envelope) -> dict[str, Any]:
    native, said = str(thing["id"]), thing["snippet"]
    item = {
        "id": native,
        "kind": "comment",
        "author": (said.get("authorChannelId") or {}).get("value"),
        "created_at": said["publishedAt"],
        "edited_at": _edited(said),
        "text": said.get("textOriginal") or html.text(said.get("textDisplay")),
        "url": f"{SITE}/watch?v={said['videoId']}&lc={native}" if said.get("videoId") else None,
    }
    told = {key: value for key, value in item.items() if value is not None}
    return told | below.place(answer, native, said.get("parentId"))


def _edited(said: dict[str, Any]) -> str | None:
    changed = said.get("updatedAt")
    later = changed and datetime.fromisoformat(changed) > datetime.fromisoformat(said["publishedAt"])
    return str(changed) if later else None


def _video(thing: dict[str, Any]) -> dict[str, Any]:
    native, said = str(thing["id"]), thing["snippet"]
    item = {
        "id": f"{VIDEO}{native}",
        "kind": "post",
        "author": said["channelId"],
        "created_at": said["publishedAt"],
        "title": said.get("title") or None,
        "text": said.get("description") or None,
        "url": f"{SITE}/watch?v={native}",
    }
    return {key: value for key, value in item.items() if value is not None}
