"""Words of people on their way into an edition: only those that are surely no name.

A quote keeps a word that a dictionary knows and no list of names, or that the institution's own file or taxonomy uses;
any other becomes […]. What little is then left of a quote says nothing: it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from tasks.settings import Institution
from tasks.stage import people, wordlists
from tasks.stage.people import WORD

GAP = "[…]"
#: What a list shows of people's own words, and of what our people wrote about a case.
COLUMNS = ("excerpt", "cause", "action")
#: A quote of which more is left out than is said is none.
MOST_GAPS = 0.5
GAPS = re.compile(rf"{re.escape(GAP)}(?:[\s,./&-]*{re.escape(GAP)})+")
#: Masks of staging and links: not words.
MASKED = re.compile(r"\[(?:name|e-mail|link|number)\]|@…")
SENTENCE = re.compile(r"(?:^|[.!?…:]\s+|[\"“‘(«]\s*)$")
#: A Dutch word may be made of others; parts shorter than this make words out of anything.
SHORTEST_PART = 4
JOINTS = ("", "s", "en", "e")
#: Short for something: MB, BSA.
LONGEST_SHORT = 4
#: Days and months, which English writes with a capital.
ALWAYS = frozenset(
    (
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
        "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
    )
)  # fmt: skip
#: What is said of a word and not part of it: typo's, I'll.
ENDING = re.compile(r"['’][^\W\d_]{1,2}$")
#: Where a quote was cut in the middle of a word.
CUT = re.compile(r"\s*\[…\]…$")


class Quotes:
    """The rules for one institution."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = own
        self._names = wordlists.given_names() | wordlists.family_names() | wordlists.proper()
        self._ordinary, self._dictionary = wordlists.ordinary(), wordlists.dictionary()
        self._frequent = wordlists.frequent()

    @classmethod
    def of(cls, institution: Institution) -> Quotes:
        """With the words of its file and its taxonomy."""
        return cls(people.own_words(institution))

    def shown(self, text: str | None) -> str | None:
        """What an edition may show of a text; None when that is hardly anything."""
        if not text:
            return text
        masks = [found.span() for found in MASKED.finditer(text)]
        words = [one for one in WORD.finditer(text) if not any(a <= one.start() < b for a, b in masks)]
        parts, done, gaps = [], 0, 0
        for one in words:
            if not self._may_stand(one[0], begins=SENTENCE.search(text[: one.start()]) is not None):
                parts += [text[done : one.start()], GAP]
                done, gaps = one.end(), gaps + 1
        if words and gaps > MOST_GAPS * len(words):
            return None
        return CUT.sub("…", GAPS.sub(GAP, MASKED.sub(GAP, "".join([*parts, text[done:]]))))

    def _may_stand(self, word: str, *, begins: bool) -> bool:
        word = ENDING.sub("", word)
        low = _plain(word)
        if low in self._own or low in ALWAYS or len(low) == 1:
            return True
        pieces = low.split("-")
        if len(pieces) > 1 and (begins or word.islower()):
            return all(len(piece) < 3 or piece in self._own or self._is_word(piece) for piece in pieces)
        if word.islower():
            return self._is_word(low)
        if word.isupper():
            return low not in self._names and (len(word) <= LONGEST_SHORT or low in self._ordinary)
        if begins:
            # A family name that is a word as well (Bakker) begins a sentence only when it is said often.
            return self._is_word(low) and (low not in self._names or low in self._frequent)
        return low in self._ordinary and low not in self._names

    def _is_word(self, low: str) -> bool:
        """Whether a word in small letters is one, and not only a name."""
        if low in self._ordinary or (low in self._dictionary and low not in self._names):
            return True
        return any(self._is_compound(low, at) for at in range(SHORTEST_PART, len(low) - SHORTEST_PART + 1))

    def _is_compound(self, low: str, at: int) -> bool:
        """Whether both halves are words; the first may end in a joint: tentamen-rooster, opleiding-s-commissie."""
        last = low[at:]
        if not self._is_part(last):
            return False
        firsts = (low[:at].removesuffix(joint) if low[:at].endswith(joint) else "" for joint in JOINTS)
        return any(len(first) >= SHORTEST_PART and self._is_part(first) for first in firsts)

    def _is_part(self, piece: str) -> bool:
        return piece in self._own or (piece in self._dictionary and piece not in self._names)


def _plain(word: str) -> str:
    """In small letters and without accents, which Dutch uses for stress: één."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))


def cleaned(institution: Institution, lists: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The lists of a document with what may be shown of people's words. A cause that may not be is still known."""
    rows = [row for listed in lists.values() for row in listed if any(row.get(column) for column in COLUMNS)]
    quotes = Quotes.of(institution) if rows else None
    for row in rows if quotes else []:
        for column in COLUMNS:
            if quotes and row.get(column):
                row[column] = quotes.shown(row[column]) or (None if column == "excerpt" else GAP)
    return lists
