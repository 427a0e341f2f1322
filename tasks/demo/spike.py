"""The week of the broken timetable: a release on Monday that put people in two rooms at once, and what followed."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.demo.conversations import held
from tasks.demo.platforms import OWN
from tasks.demo.season import CHANNELS
from tasks.demo.studio import Studio

#: Local (day of the week, first hour, hours long) and weight: Monday evening to Thursday.
ROUNDS = [((0, 17, 6), 34), ((1, 7, 15), 32), ((2, 8, 13), 20), ((3, 9, 12), 10), ((4, 10, 9), 4)]
CONVERSATIONS, ECHOES, BROADCASTS = 105, 130, 8


def spike(studio: Studio, monday: date, slowness_pct: int) -> None:
    """Everything extra that this one week brings."""
    chance, dealer = studio.chance, studio.dealer
    for _ in studio.some(CONVERSATIONS):
        language = chance.weighted(studio.place.languages)
        kind = "complaints" if chance.yes(62) else "questions"
        line = dealer.line("spike", language, kind)
        held(studio, chance.weighted(CHANNELS), _some_time(studio, monday), line, kind, slowness_pct)
    for _ in studio.some(ECHOES):
        language = chance.weighted(studio.place.languages)
        source = chance.weighted([("instagram", 50), ("reddit", 30), ("mastodon", 20)])
        text = dealer.spoken(dealer.words("spike", f"{language}_echoes"), source, language, "flat")
        studio.ask(source, _some_time(studio, monday), text, language).needs_reply = False
    for _ in studio.some(BROADCASTS):
        language = chance.weighted(studio.place.languages)
        source = chance.pick(("mastodon", "instagram"))
        at = studio.opening.after(_some_time(studio, monday), 300)
        text = dealer.words("spike", f"{language}_broadcasts")
        studio.alone(source, at, OWN[source][0], "post", text, language).author_kind = "own"


def _some_time(studio: Studio, monday: date) -> int:
    day, hour, hours = studio.chance.weighted(ROUNDS)
    return studio.moment(monday + timedelta(days=day), hour) + studio.chance.below(hours * 3600)
