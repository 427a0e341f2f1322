"""What platforms do to items afterwards: late delivery, edits, deletions, and two days of silence."""

from __future__ import annotations

from tasks.demo import season
from tasks.demo.chance import Chance
from tasks.demo.item import Item, Row, stamp
from tasks.demo.studio import Studio

DAY = 86_400
LATE, EDITED, DELETED = (3, 6), (3, 5), (2, 3)


def mishaps(studio: Studio, items: list[Item], week_end: int) -> None:
    """A few items of one week (all that were written before ``week_end``) are late, change or disappear."""
    chance = Chance("mishaps", str(week_end))
    free = [item for item in items if not item.settled and item.author_kind == "public" and item.text]
    deck = chance.shuffled(free)
    for _ in range(chance.between(*LATE)):
        _take(deck).seen_at = week_end + chance.between(DAY // 2, 3 * DAY)
    for _ in range(chance.between(*EDITED)):
        item = _take(deck)
        key = "en_edits" if item.language == "en" or not studio.place.speaks("nl") else "nl_edits"
        edited_at = week_end + chance.between(DAY // 4, 5 * DAY)
        text = f"{item.text}\n\n{studio.dealer.words('talk', key)}"
        item.changes.append((edited_at, {"text": text, "edited_at": stamp(edited_at)}))
    for _ in range(chance.between(*DELETED)):
        gone: Row = {"deleted": True, "text": None, "author": None, "title": None, "url": None}
        _take(deck).changes.append((week_end + chance.between(DAY // 4, 6 * DAY), gone))


def _take(deck: list[Item]) -> Item:
    item = deck.pop()
    item.settled = True
    return item


def gap(studio: Studio) -> tuple[int, int]:
    """The two days during which one source gave nothing, as seconds since 1970."""
    return studio.moment(season.GAP[0], 0), studio.moment(season.GAP[1], 0)


def without_gap(studio: Studio, items: list[Item]) -> list[Item]:
    """Drop what nobody could fetch.

    A conversation that began before the gap and went on in it would look unanswered though it was not: it is left out
    whole. Answers after the gap to a question in it stay, and point to a parent that nobody knows.
    """
    start, end = gap(studio)
    lost = [item for item in items if item.source == season.GAP_SOURCE and start <= item.at < end]
    threads = {item.thread_id for item in lost}
    earlier = {item.thread_id for item in items if item.thread_id in threads and item.at < start}
    left_out = {item.id for item in lost} | {item.id for item in items if item.thread_id in earlier}
    return [item for item in items if item.id not in left_out]
