"""A conversation: a question or complaint, what happens before our answer, the answer, and what comes after."""

from __future__ import annotations

from datetime import date

from tasks.demo import season
from tasks.demo.dealer import Chosen
from tasks.demo.item import Item
from tasks.demo.studio import Studio
from tasks.demo.texts import Line

MINUTE, HOUR, DAY = 60, 3600, 86_400
#: Share of what could take a case that gets one; the rest is settled by the answer.
CASE_PCT = 78


def question_or_complaint(studio: Studio, monday: date, slowness_pct: int) -> None:
    """One conversation on a random subject at a random moment of the week."""
    chance, week = studio.chance, monday.isocalendar().week
    source = chance.weighted(season.CHANNELS)
    department = chance.weighted(season.subjects(week))
    language = chance.weighted(studio.place.languages)
    kind = "complaints" if chance.yes(season.COMPLAINTS_PCT[department]) else "questions"
    line = studio.dealer.line(department, language, kind)
    held(studio, source, studio.some_time(monday), line, kind, slowness_pct)


def held(studio: Studio, source: str, at: int, line: Line, kind: str, slowness_pct: int) -> Item:
    """Say a line on a platform at a moment, and let the conversation run."""
    chance = studio.chance
    mood = "angry" if kind == "complaints" else "asking"
    chosen: Chosen = {}
    text = studio.dealer.spoken(studio.dealer.filled(line.text, chosen), source, line.language, mood)
    opener = studio.ask(source, at, text, line.language)
    opener.needs_reply = judged(studio, text, needs=True)
    wait = chance.skewed(season.ANSWER_MEDIAN_SECONDS[line.department]) * slowness_pct // 100
    answered_at = None if chance.yes(3) else studio.opening.after(at, wait + MINUTE)
    _machines(studio, opener, line)
    _waiting(studio, opener, line, answered_at)
    if answered_at is not None:
        _answered(studio, opener, line, chosen, answered_at, slowness_pct)
    takes_case, says_so = chance.yes(CASE_PCT), chance.yes(35)
    if takes_case and studio.place.case_of(line):
        told_at = studio.cases.open(opener, line, chosen, answered_at, slowness_pct)
        if told_at is not None and says_so:
            studio.answer(opener, told_at, studio.dealer.words("webcare", f"{line.language}_updates"), line.language)
    return opener


def judged(studio: Studio, text: str, *, needs: bool) -> bool | None:
    """What a tool says about "needs a reply"; it is silent only where the text is plain about it."""
    silent = studio.chance.yes(55)
    return None if silent and ("?" in text) == needs else needs


def _machines(studio: Studio, opener: Item, line: Line) -> None:
    """Receipts and the chatbot: at once, also at night, and never an answer."""
    chance, closed = studio.chance, not studio.opening.is_open(opener.at)
    if opener.source == "topdesk" and chance.yes(70 if closed else 15):
        text = studio.dealer.words("webcare", f"{line.language}_receipts")
        studio.machine(opener, opener.at + chance.between(20, 95), text, line.language, "auto")
    elif opener.source in ("instagram", "mastodon") and closed and chance.yes(18):
        text = studio.dealer.words("webcare", f"{line.language}_chatbot")
        studio.machine(opener, opener.at + chance.between(8, 40), text, line.language, "bot")


def _waiting(studio: Studio, opener: Item, line: Line, answered_at: int | None) -> None:
    """Before our answer: the same person nudges, a fellow student tries to help, colleagues leave a note."""
    chance, patience = studio.chance, (answered_at or opener.at + 2 * DAY) - opener.at
    nudge_at = opener.at + chance.between(20 * MINUTE, 9 * HOUR)
    if nudge_at < opener.at + patience and chance.yes(38 if opener.visibility == "public" else 22):
        text = studio.dealer.words("webcare", f"{line.language}_nudges")
        nudge = studio.react(opener, nudge_at, text, line.language)
        nudge.needs_reply = True
    peer_at = opener.at + chance.between(4 * MINUTE, 5 * HOUR)
    if opener.source in ("reddit", "instagram") and chance.yes(14):
        text = studio.dealer.words("webcare", f"{line.language}_peers")
        peer = studio.react(opener, peer_at, text, line.language, studio.platforms.author(opener.source))
        peer.needs_reply = judged(studio, text, needs=False)
    if opener.source == "topdesk" and studio.place.speaks("nl") and answered_at and patience > HOUR and chance.yes(34):
        at = studio.opening.after(opener.at, chance.between(60, 1500))
        if at < answered_at:
            studio.note(opener, at, studio.dealer.words("webcare", "notes"))


def _answered(studio: Studio, opener: Item, line: Line, chosen: Chosen, at: int, slowness_pct: int) -> None:
    """Our first answer, and perhaps a second round."""
    chance, dealer, language = studio.chance, studio.dealer, line.language
    private = opener.visibility == "public" and chance.yes(6)
    text = dealer.words("webcare", f"{language}_private") if private else dealer.answer(line, chosen)
    studio.answer(opener, at, text, language, private=private)
    back_at = at + chance.skewed(50 * MINUTE)
    if chance.yes(17):
        text = dealer.words("webcare", f"{language}_thanks")
        studio.react(opener, back_at, text, language).needs_reply = judged(studio, text, needs=False)
    elif chance.yes(20):
        text = dealer.words("webcare", f"{language}_not_solved")
        again = studio.react(opener, back_at, text, language)
        again.needs_reply = judged(studio, text, needs=True)
        if chance.yes(94):
            wait = chance.skewed(season.ANSWER_MEDIAN_SECONDS[line.department]) * slowness_pct // 100
            reply_at = studio.opening.after(back_at, wait + MINUTE)
            studio.answer(again, reply_at, dealer.words("webcare", f"{language}_second"), language)
