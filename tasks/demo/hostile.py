"""Texts that try to break whatever shows them. The last week has each of them once."""

from __future__ import annotations

from datetime import date

from tasks.demo import season
from tasks.demo.studio import PUBLIC_SOURCES, Studio
from tasks.demo.texts import bank

LONG_SIZE = 10_000


def hostile(studio: Studio, monday: date) -> None:
    """All of them in the last week; one or two in any other."""
    texts = [(one["language"], one["text"]) for one in bank()["hostile"]["text"]]
    if studio.place.speaks("nl"):
        texts.append(("nl", _long(studio)))
    texts = [(language, text) for language, text in texts if language != "nl" or studio.place.speaks("nl")]
    if monday.isocalendar().week != season.LAST_WEEK:
        texts = studio.chance.shuffled(texts)[: studio.chance.between(1, 2)]
    for language, text in texts:
        source = "reddit" if len(text) == LONG_SIZE else studio.chance.pick(PUBLIC_SOURCES)
        item = studio.ask(source, studio.some_time(monday), text, language)
        item.needs_reply, item.settled = False, True


def _long(studio: Studio) -> str:
    """A post of exactly 10,000 characters: somebody shares a whole afternoon, and then some of it again."""
    parts = studio.dealer.shuffled_words("talk", "nl_long")
    text = "Lang verhaal, sorry. " + " ".join(parts)
    while len(text) < LONG_SIZE:
        text += " " + " ".join(parts)
    return text[: LONG_SIZE - 1] + "."
