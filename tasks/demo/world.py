"""An institution's 26 weeks, made up in one go."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tasks.demo import season
from tasks.demo.cases import CaseBook
from tasks.demo.chance import Chance
from tasks.demo.conversations import question_or_complaint
from tasks.demo.dealer import Dealer
from tasks.demo.hostile import hostile
from tasks.demo.item import Item
from tasks.demo.mishaps import gap, mishaps, without_gap
from tasks.demo.opening import Opening
from tasks.demo.place import place
from tasks.demo.platforms import Platforms
from tasks.demo.spike import spike
from tasks.demo.story import phone_story
from tasks.demo.studio import Studio
from tasks.demo.talk import article, broadcast, chatter, compliment, outside_bot, review
from tasks.settings import Closed, OpeningHours

#: Change it and every week of the demo is another one.
SEED = "overbrugge-43"
#: How many of each in an ordinary week.
CONVERSATIONS, COMPLIMENTS, CHATTER, REVIEWS, ARTICLES, BROADCASTS, BOTS = 92, 16, 33, 9, 5, 48, 2

Spell = tuple[int, int]


@lru_cache(maxsize=4)
def made(
    slug: str, zone: ZoneInfo, country: str | None, hours: tuple[OpeningHours, ...], closed: Closed
) -> tuple[tuple[Item, ...], tuple[int, ...], Spell]:
    """All items in the order they were first seen, the 27 week borders, and the gap (seconds since 1970)."""
    mondays = [season.FIRST_MONDAY + timedelta(weeks=n) for n in range(season.WEEKS + 1)]
    studio = _studio(slug, zone, country, hours, closed)
    borders = tuple(studio.moment(monday, 0) for monday in mondays)
    for monday, end in zip(mondays[:-1], borders[1:], strict=True):
        start = len(studio.items)
        studio.dealer.new_week(monday.isocalendar().week)
        _week(studio, monday)
        if end != borders[-1]:
            mishaps(studio, [item for item in studio.items[start:] if item.at < end], end)
    items = [item for item in without_gap(studio, studio.items) if item.at < borders[-1]]
    items.sort(key=lambda item: (item.first_seen_at, item.source, item.id))
    return tuple(items), borders, gap(studio)


def _studio(slug: str, zone: ZoneInfo, country: str | None, hours: tuple[OpeningHours, ...], closed: Closed) -> Studio:
    chance = Chance(SEED, slug)
    last = season.FIRST_MONDAY + timedelta(weeks=season.WEEKS + 6)
    opening = Opening(zone, hours, closed, country, season.FIRST_MONDAY - timedelta(days=7), last)
    here = place(slug)
    dealer = Dealer(Chance(SEED, slug, "texts"), here)
    return Studio(
        zone,
        chance,
        opening,
        dealer,
        Platforms(Chance(SEED, slug, "platforms")),
        CaseBook(Chance(SEED, slug, "cases"), dealer, opening, here),
        here,
    )


def _week(studio: Studio, monday: date) -> None:
    """Everything that starts in one week."""
    number = monday.isocalendar().week
    volume, slowness = season.VOLUME_PCT[number], season.SLOWNESS_PCT[number]
    slowness = slowness * studio.chance.between(95, 105) // 100

    def some(usual: int) -> range:
        return range(max(1, usual * volume * studio.place.volume_pct * studio.chance.between(94, 106) // 1_000_000))

    for _ in some(CONVERSATIONS):
        question_or_complaint(studio, monday, slowness)
    for _ in some(COMPLIMENTS):
        compliment(studio, monday)
    for _ in some(CHATTER):
        chatter(studio, monday)
    for _ in some(REVIEWS):
        review(studio, monday, slowness)
    for _ in some(ARTICLES):
        article(studio, monday)
    for _ in some(BROADCASTS):
        broadcast(studio, monday)
    for _ in range(BOTS):
        outside_bot(studio, monday)
    hostile(studio, monday)
    if number == season.SPIKE_WEEK:
        spike(studio, monday, slowness)
    if number == season.LAST_WEEK and studio.place.speaks("nl"):
        phone_story(studio, monday)
