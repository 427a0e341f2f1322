"""Deals the bank's texts like cards: nothing twice before all were used, nor twice in a week if it can be helped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from tasks.demo.chance import Chance
from tasks.demo.place import Place
from tasks.demo.texts import Line, answers, bank, lines

T = TypeVar("T")
SLOT = re.compile(r"\{([a-z]+)\}")
#: ISO weeks in which nobody complains about the heating.
WARM_WEEKS = range(20, 39)
#: With which words a conversation has filled its slots: slot → place in its list.
Chosen = dict[str, int]


class Dealer:
    """Deals lines, answers and slot words from shuffled decks."""

    def __init__(self, chance: Chance, place: Place) -> None:
        self._chance, self._here = chance, place
        self._decks: dict[str, list[str]] = {}
        self._used_this_week: set[str] = set()
        self._used_last_week: set[str] = set()
        self._warm = False

    def new_week(self, week: int) -> None:
        """From here on a line may be used again, but rather not one of last week: conversations run on."""
        self._used_last_week, self._used_this_week = self._used_this_week, set()
        self._warm = week in WARM_WEEKS

    def line(self, file: str, language: str, kind: str) -> Line:
        """The next utterance; the same one within a week only when the whole deck has been used up."""
        return self._fresh(f"{file}/{language}/{kind}/{self._warm}", lines(file, language, kind, self._warm))

    def words(self, file: str, key: str, chosen: Chosen | None = None) -> str:
        """The next entry of a plain list in a text file, filled in."""
        return self.filled(self._fresh(f"{file}/{key}", {text: text for text in bank()[file][key]}), chosen)

    def article(self, language: str) -> tuple[str, str]:
        """Title and first lines of the next news article."""
        chosen: Chosen = {}
        title, text = self._fresh(f"news/{language}", {pair[0]: pair for pair in bank()["news"][language]})
        return self.filled(title, chosen), self.filled(text, chosen)

    def shuffled_words(self, file: str, key: str) -> list[str]:
        """All entries of a plain list, in a new order, filled in."""
        return [self.filled(text) for text in self._chance.shuffled(bank()[file][key])]

    def answer(self, line: Line, chosen: Chosen) -> str:
        """One of our answers that fits an utterance."""
        text = self._deal(f"{line.topic}/{line.language}/{line.kind}/answers", answers(line))
        return self.filled(text.removeprefix("! ").removeprefix("? "), chosen)

    def filled(self, text: str, chosen: Chosen | None = None) -> str:
        """The text with its ``{slot}``s filled in; what a conversation has ``chosen`` before is said again."""
        words, memory = bank()["words"], {} if chosen is None else chosen
        text = SLOT.sub(lambda match: str(words["lists"][self._list(match[1])][self._place(match[1], memory)]), text)
        return self._here.renamed(text)

    def spoken(self, text: str, source: str, language: str, mood: str) -> str:
        """A filled utterance as somebody types it on this platform: an opener, a closer, no capitals, a slip."""
        chance = self._chance
        if source == "topdesk":
            if mood == "angry" and chance.yes(60):
                text = f"{text} {self._mood(language, 'formal_angry')}"
            if chance.yes(55):
                text = f"{self._mood(language, 'formal_openers')}\n\n{text}"
            return f"{text}\n\n{self._mood(language, 'formal_closers')}" if chance.yes(50) else text
        often = 55 if mood == "angry" else 22
        if chance.yes(often):
            text = f"{self._mood(language, f'{mood}_openers')} {text}"
        if chance.yes(often):
            text = f"{text} {self._mood(language, f'{mood}_closers')}"
        if chance.yes(18):
            text = text.lower()
        if chance.yes(25) and text.endswith("."):
            text = text[:-1]
        return _slip(text, chance) if chance.yes(6) else text

    def _mood(self, language: str, name: str) -> str:
        """How people begin or end; these come round again every few dozen messages."""
        return self._deal(f"moods/{language}_{name}", bank()["words"]["moods"][f"{language}_{name}"])

    def _list(self, slot: str) -> str:
        """The list a slot draws from: ``anderlokaal`` draws from ``lokaal``."""
        return str(bank()["words"]["another"].get(slot, slot))

    def _place(self, slot: str, memory: Chosen) -> int:
        """Where in its list: the same for both languages, the next one for "another"."""
        words = bank()["words"]
        name = self._list(slot)
        meaning = words["same_as"].get(name, name)
        if meaning not in memory:
            memory[meaning] = self._chance.below(len(words["lists"][name]))
        return (memory[meaning] + (slot in words["another"])) % len(words["lists"][name])

    def _fresh(self, name: str, cards: dict[str, T]) -> T:
        """The next card that was not used this week nor the last one, or at least not this week, if there is one."""
        dealt = [self._deal(name, cards)]
        while dealt[-1] in self._used_this_week | self._used_last_week and len(dealt) < 2 * len(cards):
            dealt.append(self._deal(name, cards))
        if dealt[-1] in self._used_last_week:
            dealt.append(next((text for text in dealt if text not in self._used_this_week), dealt[-1]))
        self._used_this_week.add(dealt[-1])
        return cards[dealt[-1]]

    def _deal(self, name: str, cards: Iterable[str]) -> str:
        deck = self._decks.get(name)
        if not deck:
            fitting = [card for card in cards if self._here.fits(card)] or list(cards)
            deck = self._decks[name] = self._chance.shuffled(fitting)
        return deck.pop()


def _slip(text: str, chance: Chance) -> str:
    """Two letters of one long word the wrong way round: a thumb on a phone."""
    long_words = list(re.finditer(r"[a-z]{8,}", text))
    if not long_words:
        return text
    at = chance.pick(long_words).start() + 3 + chance.below(3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
