"""One item of the demo world, and how it looks in the exchange format at a given moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

Row = dict[str, object]
#: Keys that an exchange row always has, even when they are null.
ALWAYS = ("id", "source", "kind", "author", "author_kind", "created_at", "text", "visibility")


def stamp(seconds: int) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Item:
    """Somebody's post, reply, review, article, ticket message. Times are seconds since 1970."""

    source: str
    id: str
    at: int
    kind: str
    author: str
    author_kind: str = "public"
    text: str | None = None
    title: str | None = None
    language: str | None = None
    url: str | None = None
    in_reply_to: str | None = None
    thread_id: str | None = None
    visibility: str = "public"
    rating: int | None = None
    needs_reply: bool | None = None
    seen_at: int = 0
    settled: bool = False  #: nothing later (edit, deletion, delay) may happen to it
    changes: list[tuple[int, Row]] = field(default_factory=list)

    @property
    def first_seen_at(self) -> int:
        """When the platform first gave it: at once, unless it came late."""
        return max(self.seen_at, self.at)

    def row(self, moment: int) -> Row:
        """The exchange row as the platform gives it at ``moment``: with every change up to then."""
        full: Row = {
            "id": self.id,
            "source": self.source,
            "kind": self.kind,
            "in_reply_to": self.in_reply_to,
            "thread_id": self.thread_id,
            "author": self.author,
            "author_kind": self.author_kind,
            "created_at": stamp(self.at),
            "text": self.text,
            "title": self.title,
            "language": self.language,
            "url": self.url,
            "visibility": self.visibility,
            "needs_reply": self.needs_reply,
        }
        if self.rating is not None:
            full |= {"rating": self.rating, "rating_min": 1, "rating_max": 5}
        for at, change in sorted(self.changes, key=lambda one: one[0]):
            if at < moment:
                full |= change
        return {key: value for key, value in full.items() if value is not None or key in ALWAYS}
