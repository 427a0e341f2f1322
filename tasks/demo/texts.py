"""The hand-written bank of utterances in ``texts/*.toml``, dealt like cards: nothing twice before all were used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.demo.chance import Chance

FOLDER = Path(__file__).parent / "texts"
SLOT = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance and the topic (its answers, its causes) it belongs to."""

    text: str
    language: str
    topic: str
    department: str


@lru_cache(maxsize=1)
def bank() -> dict[str, Any]:
    """Every text file by its name: departments, and the files about anything (talk, broadcasts, reviews …)."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


@lru_cache(maxsize=1)
def topics() -> dict[str, dict[str, Any]]:
    """Every topic by ``department/id``."""
    return {
        f"{department}/{topic['id']}": topic
        for department, content in bank().items()
        for topic in content.get("topic", ())
    }


@lru_cache(maxsize=128)
def lines(department: str, language: str, kind: str) -> tuple[Line, ...]:
    """All utterances of a text file about one department; ``kind`` is questions, complaints or compliments."""
    content, key = bank()[department], f"{language}_{kind}"
    owner = content.get("department", department)
    found = [Line(text, language, "", owner) for text in content.get(key, ())]
    for topic in content.get("topic", ()):
        found += [Line(text, language, f"{department}/{topic['id']}", owner) for text in topic.get(key, ())]
    return tuple(found)


class Dealer:
    """Deals lines, answers and slot words from shuffled decks."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._decks: dict[str, list[Any]] = {}
        self._used_this_week: set[str] = set()

    def new_week(self) -> None:
        """From here on a line may be used again."""
        self._used_this_week.clear()

    def line(self, department: str, language: str, kind: str) -> Line:
        """The next utterance; the same one within a week only when the whole deck has been used up."""
        cards = lines(department, language, kind)
        for _ in cards:
            line: Line = self.deal(f"{department}/{language}/{kind}", cards)
            if line.text not in self._used_this_week:
                break
        self._used_this_week.add(line.text)
        return line

    def deal(self, name: str, cards: Sequence[Any]) -> Any:
        """The next card of a named deck; a used-up deck is shuffled anew."""
        deck = self._decks.get(name)
        if not deck:
            deck = self._decks[name] = self._chance.shuffled(cards)
        return deck.pop()

    def words(self, file: str, key: str) -> str:
        """The next entry of a plain list in a text file."""
        return str(self.deal(f"{file}/{key}", bank()[file][key]))

    def shuffled_words(self, file: str, key: str) -> list[str]:
        """All entries of a plain list, in a new order."""
        return self._chance.shuffled(bank()[file][key])

    def answer(self, line: Line) -> str:
        """One of our answers that fits the topic of an utterance."""
        topic = topics().get(line.topic)
        key = f"{line.language}_answers"
        if topic is None:
            return self.words("webcare", f"{line.language}_general")
        return str(self.deal(f"{line.topic}/{key}", topic[key]))

    def cause_and_action(self, line: Line) -> tuple[str, str]:
        """What an editor writes in the case: always in the institution's own language."""
        cause, action = self.deal(f"{line.topic}/cases", topics()[line.topic]["cases"])
        return self.filled(cause), self.filled(action)

    def filled(self, text: str) -> str:
        """The text with its ``{slot}``s filled in; the same slot twice is the same word."""
        chosen: dict[str, str] = {}
        for slot in SLOT.findall(text):
            if slot not in chosen:
                chosen[slot] = str(self._chance.pick(bank()["words"][slot]))
        return SLOT.sub(lambda match: chosen[match[1]], text)

    def spoken(self, text: str, source: str, language: str, mood: str) -> str:
        """An utterance as somebody types it on this platform: now and then an opener, a closer, no capitals."""
        chance, words = self._chance, bank()["words"]
        text = self.filled(text)
        if source == "topdesk":
            if chance.yes(55):
                text = f"{chance.pick(words[f'{language}_formal_openers'])}\n\n{text}"
            if chance.yes(50):
                text = f"{text}\n\n{chance.pick(words[f'{language}_formal_closers'])}"
            return text
        if chance.yes(22):
            text = f"{chance.pick(words[f'{language}_{mood}_openers'])} {text}"
        if chance.yes(22):
            text = f"{text} {chance.pick(words[f'{language}_{mood}_closers'])}"
        if chance.yes(18):
            text = text.lower()
        if chance.yes(25) and text.endswith("."):
            text = text[:-1]
        return _slip(text, chance) if chance.yes(6) else text


def _slip(text: str, chance: Chance) -> str:
    """Two letters of one long word the wrong way round: a thumb on a phone."""
    long_words = list(re.finditer(r"[a-z]{8,}", text))
    if not long_words:
        return text
    at = chance.pick(long_words).start() + 3 + chance.below(3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
