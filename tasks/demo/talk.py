"""What needs no answer from us: praise, other people's talk, reviews, news, our own broadcasts and their reposts."""

from __future__ import annotations

from datetime import date

from tasks.demo import season
from tasks.demo.conversations import HOUR, judged
from tasks.demo.item import Item
from tasks.demo.platforms import OUTSIDE_BOTS, OWN, PAPERS
from tasks.demo.studio import Studio

PUBLIC = [("mastodon", 30), ("instagram", 45), ("reddit", 25)]


def compliment(studio: Studio, monday: date) -> None:
    """Somebody is pleased; we thank about one in three."""
    chance, language = studio.chance, studio.chance.weighted(studio.place.languages)
    department = chance.weighted(season.subjects(monday.isocalendar().week))
    line = studio.dealer.line(department, language, "compliments")
    item = _said(studio, monday, studio.dealer.filled(line.text), language, "happy")
    if chance.yes(30):
        at = studio.opening.after(item.at, chance.skewed(2 * HOUR) + 60)
        studio.answer(item, at, studio.dealer.words("webcare", f"{language}_welcome"), language)


def chatter(studio: Studio, monday: date) -> None:
    """People talking about us, or about life around us."""
    language = studio.chance.weighted(studio.place.languages)
    grumble = studio.chance.yes(50)
    text = studio.dealer.words("talk", f"{language}_{'grumbles' if grumble else 'chatter'}")
    item = _said(studio, monday, text, language, "asking" if grumble else "happy", plain=not grumble)
    if studio.chance.yes(6):
        studio.react(item, item.at + studio.chance.skewed(HOUR), "👀", language).needs_reply = False


def _said(studio: Studio, monday: date, text: str, language: str, mood: str, plain: bool = True) -> Item:
    source = studio.chance.weighted(PUBLIC)
    spoken = studio.dealer.spoken(text, source, language, mood if mood == "happy" else "flat")
    item = studio.ask(source, studio.some_time(monday), spoken, language)
    item.needs_reply = judged(studio, spoken, needs=False) if plain else False
    return item


def review(studio: Studio, monday: date, slowness_pct: int) -> None:
    """A review with stars; we answer nearly all bad ones and some good ones."""
    chance, language = studio.chance, studio.chance.weighted(studio.place.languages)
    stars = chance.weighted([(1, 17), (2, 14), (3, 15), (4, 27), (5, 27)])
    tone = "bad" if stars <= 2 else "mixed" if stars == 3 else "good"
    text = studio.dealer.words("reviews", f"{language}_{tone}")
    item = studio.ask("google_reviews", studio.some_time(monday), text, language, "review")
    item.rating, item.needs_reply = stars, stars <= 2
    if chance.yes(95 if stars <= 2 else 45):
        wait = chance.skewed(4200) * slowness_pct // 100
        text = studio.dealer.words("reviews", f"{language}_{tone}_replies")
        studio.answer(item, studio.opening.after(item.at, wait + 60), text, language)


def article(studio: Studio, monday: date) -> None:
    """A news article that names us; nobody expects an answer under it."""
    language = studio.chance.weighted(studio.place.languages)
    title, text = studio.dealer.article(language)
    at = studio.moment(monday, 0) + studio.chance.below(7) * 86_400 + studio.chance.between(6 * HOUR, 21 * HOUR)
    item = studio.alone("news", at, studio.chance.pick(PAPERS), "article", text, language)
    item.title, item.needs_reply = title, False


def broadcast(studio: Studio, monday: date) -> None:
    """We send something to everybody; on Mastodon people pass it on."""
    chance, language = studio.chance, studio.chance.weighted(studio.place.languages)
    source = chance.weighted([("mastodon", 45), ("instagram", 50), ("reddit", 5)])
    text = studio.dealer.words("broadcasts", language)
    item = studio.alone(source, studio.office_time(monday), OWN[source][0], "post", text, language)
    item.author_kind = "own"
    if source == "mastodon" and chance.yes(42):
        _repost(studio, item, language)


def _repost(studio: Studio, item: Item, language: str) -> None:
    at = item.at + studio.chance.skewed(2 * HOUR)
    copy = studio.alone("mastodon", at, studio.platforms.author("mastodon"), "repost", item.text, language)
    copy.in_reply_to, copy.thread_id, copy.needs_reply = item.id, item.thread_id, False


def outside_bot(studio: Studio, monday: date) -> None:
    """A machine of somebody else names us."""
    language = studio.chance.weighted(studio.place.languages)
    text = studio.dealer.words("talk", f"{language}_robots")
    at = studio.moment(monday, 0) + studio.chance.below(7 * 86_400 - HOUR)
    item = studio.alone("mastodon", at, studio.chance.pick(OUTSIDE_BOTS), "post", text, language)
    item.author_kind = "bot"
