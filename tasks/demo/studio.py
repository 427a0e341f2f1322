"""What every part of the demo world works with: the clock, the cards, the accounts, and the items made so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.demo import season
from tasks.demo.cases import CaseBook
from tasks.demo.chance import Chance
from tasks.demo.dealer import Dealer
from tasks.demo.item import Item
from tasks.demo.opening import Opening
from tasks.demo.place import Place
from tasks.demo.platforms import CHATBOT, OWN, Platforms, address

#: Platforms that say in which language a text is.
TELL_LANGUAGE = ("mastodon", "google_reviews", "news", "topdesk")
PUBLIC_SOURCES = ("mastodon", "instagram", "reddit")


@dataclass(slots=True)
class Studio:
    """Shared tools; ``items`` collects everything in the order it was made."""

    zone: ZoneInfo
    chance: Chance
    opening: Opening
    dealer: Dealer
    platforms: Platforms
    cases: CaseBook
    place: Place
    items: list[Item] = field(default_factory=list)

    def some(self, usual: int) -> range:
        """As many of something as this place gets, where Overbrugge gets ``usual``."""
        return range(usual * self.place.volume_pct // 100)

    def moment(self, day: date, hour: int, minute: int = 0, second: int = 0) -> int:
        """A local wall-clock time as seconds since 1970."""
        return int(datetime.combine(day, time(hour, minute, second), self.zone).timestamp())

    def some_time(self, monday: date) -> int:
        """When somebody outside writes, in this week."""
        day = monday + timedelta(days=self.chance.weighted(season.WEEKDAY_WEIGHTS))
        hour = self.chance.weighted(season.HOUR_WEIGHTS)
        return self.moment(day, hour, self.chance.below(60), self.chance.below(60))

    def office_time(self, monday: date) -> int:
        """When we post something of our own accord, in this week: somebody is on duty."""
        while True:
            at = self.moment(
                monday + timedelta(days=self.chance.below(7)),
                self.chance.between(8, 20),
                self.chance.below(60),
                self.chance.below(60),
            )
            if self.opening.is_open(at):
                return at

    def ask(self, source: str, at: int, text: str, language: str, kind: str = "post") -> Item:
        """Somebody outside opens a conversation."""
        month = datetime.fromtimestamp(at, UTC).strftime("%y%m")
        ticket = self.platforms.ticket(month) if source == "topdesk" else None
        native = self.platforms.native_id(source, at, f"{ticket}/0" if ticket else None)
        item = Item(source, native, at, "ticket_message" if ticket else kind, self.platforms.author(source))
        item.text, item.thread_id = text, ticket or native
        if ticket:
            item.visibility = "private"
        return self._add(item, language)

    def react(self, parent: Item, at: int, text: str, language: str, author: str | None = None) -> Item:
        """Somebody outside says something in a thread; the one who opened it unless told otherwise."""
        item = self._in_thread(parent, at, author or parent.author)
        item.text, item.visibility = text, parent.visibility
        return self._add(item, language)

    def answer(self, parent: Item, at: int, text: str, language: str, *, private: bool = False) -> Item:
        """We answer; ``at`` must be a moment at which somebody is on duty."""
        item = self._in_thread(parent, at, self.platforms.own_account(parent.source))
        item.author_kind = "staff" if parent.source == "topdesk" else "own"
        item.text, item.visibility = text, "private" if private else parent.visibility
        return self._add(item, language)

    def machine(self, parent: Item, at: int, text: str, language: str, author_kind: str) -> Item:
        """A machine of ours answers, at any hour: ``auto`` or ``bot``."""
        item = self._in_thread(parent, at, OWN[parent.source][0] if author_kind == "auto" else CHATBOT)
        item.author_kind, item.text, item.visibility = author_kind, text, parent.visibility
        return self._add(item, language)

    def note(self, parent: Item, at: int, text: str) -> Item:
        """A note among colleagues on a ticket: never an answer."""
        item = self._in_thread(parent, at, OWN[parent.source][0])
        item.author_kind, item.text, item.visibility = "staff", text, "internal"
        return self._add(item, "nl")

    def alone(self, source: str, at: int, author: str, kind: str, text: str | None, language: str) -> Item:
        """Something that opens no conversation with us: a broadcast, an article, a bot's post."""
        native = self.platforms.native_id(source, at)
        item = Item(source, native, at, kind, author, text=text, thread_id=native)
        return self._add(item, language)

    def _in_thread(self, parent: Item, at: int, author: str) -> Item:
        kind = {"topdesk": "ticket_message", "instagram": "comment"}.get(parent.source, "reply")
        native = self.platforms.native_id(parent.source, at, parent.id)
        return Item(
            parent.source, native, at, kind, author, in_reply_to=parent.id, thread_id=parent.thread_id or parent.id
        )

    def _add(self, item: Item, language: str) -> Item:
        item.author, item.text = self.place.renamed(item.author), item.text and self.place.renamed(item.text)
        item.language = language if item.source in TELL_LANGUAGE else None
        item.url = None if item.visibility != "public" else address(item.source, item.id)
        self.items.append(item)
        return item
