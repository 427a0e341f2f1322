"""People's names inside texts: masked where a rule can tell, before a text enters the lake.

What tells a name: a title before it, a signature, initials, a given name that the lists know, an account's own name on
the same page. Names that nothing tells (an unusual one in small letters) stay in the lake; decision 34 says what keeps
them out of editions. Words of the institution's own file and taxonomy are never taken for a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks.settings import Institution
from tasks.stage import wordlists
from tasks.stage.wordlists import PARTICLES

MASK = "[name]"
#: Raise it when the same text is masked otherwise.
VERSION = 2
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĢĪİŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽȘȚ]"
_NAME = rf"{_CAPITAL}[^\W\d_]*(?:['’-][^\W\d_]+)*"
_PARTICLE = rf"(?:{'|'.join(sorted(PARTICLES))})"
_FULL = rf"(?:{_PARTICLE}\s)*{_NAME}(?:\s(?:{_PARTICLE}\s)*{_NAME}){{0,2}}"
_INITIALS = rf"(?:{_CAPITAL}\.\s?){{1,4}}"
_TITLE = (
    r"[Mm]evrouw|[Mm]evr|[Mm]w|[Mm]eneer|[Mm]ijnheer|[Mm]nr|[Dd]hr|[Hh]eer|[Jj]uf(?:frouw)?|[Pp]rof(?:essor)?|[Dd]rs?"
    r"|[Ii]r|[Mm]rs?|Ms|[Mm]iss"
)
TITLED = re.compile(rf"(?<!\w)((?:{_TITLE})\b\.?(?:\s(?:{_TITLE})\b\.?)*)\s+(?:{_INITIALS})?({_FULL})")
INITIALLED = re.compile(rf"(?<!\w){_INITIALS}({_FULL})")
#: At the end of a line, after words that end a letter.
SIGNED = re.compile(
    r"(?im)((?:^|[\s,.;!?])(?:groet(?:en|jes)?|gr|grtz?|mvg|vrgr|hoogachtend|liefs|regards|cheers|sincerely|greetings"
    r"|bedankt|thanks|thx)\b[\s,.!:-]*)([^\W\d_][\w'’.-]*(?:[ ][^\W\d_][\w'’.-]*){0,3})([\s.!x]*)$"
)
#: An account that is shown by its owner's name: @Anna de Vries.
SHOWN = re.compile(rf"[@＠]({_NAME})((?:\s(?:{_PARTICLE}\s)*{_NAME})+)")
#: What a text cannot be without to have a title, a signature or initials in it (RE2, case does not matter).
HINT = (
    r"\b(mevr|mw|mnr|mrs?|ms|miss|dhr|heer|juf|prof|drs?|ir)\b|mevrouw|meneer|mijnheer|juffrouw|professor|\b\p{L}\."
    r"|groet|\bgr\b|\bgrtz?\b|mvg|vrgr|hoogacht|liefs|regards|cheers|sincere|bedankt|thanks|thx"
)
#: What may be a handle; and what a text cannot be without to have one that is no word: anna_99 (RE2).
CODED = re.compile(r"\w+(?:-\w+)*")
CODE = re.compile(r"[\d_]")
CODED_HINT = r"\p{L}-?[\d_]|[\d_]-?\p{L}"
CAPITALS = re.compile(rf"{_CAPITAL}[^\W\d_]+")


class People:
    """The rules for one institution; ``own`` are words (lower case) that are never a person's name."""

    def __init__(self, own: Iterable[str]) -> None:
        self.own = frozenset(own)
        self.version = json.dumps([VERSION, wordlists.version(), sorted(self.own)])
        self._given = wordlists.given_names() - self.own
        self._ordinary = wordlists.ordinary()

    @classmethod
    def of(cls, institution: Institution) -> People:
        """With the words of its file and its taxonomy."""
        return cls(own_words(institution))

    def masked(self, texts: Sequence[str | None], accounts: frozenset[str] = frozenset()) -> list[str | None]:
        """Texts without names that a rule can tell; ``accounts`` as `accounts_of` gives them."""
        found = list(texts)
        if found.count(None) == len(found):
            return found
        for place in pc.indices_nonzero(_matching(found, HINT)).to_pylist():
            found[place] = self._by_rule(found[place] or "")
        codes = frozenset(one for one in accounts if CODE.search(one))
        names = accounts - codes
        for place in pc.indices_nonzero(_matching(found, CODED_HINT)).to_pylist() if codes else ():
            text = found[place] or ""
            if not codes.isdisjoint(CODED.findall(text.lower())):
                found[place] = CODED.sub(lambda one: MASK if one[0].lower() in codes else one[0], text)
        for place, text in enumerate(found):
            if text and any(word.lower() in self._given for word in CAPITALS.findall(text)):
                found[place] = text = _without(text, self._spans(text, list(WORD.finditer(text))))
            if text and names and not names.isdisjoint(WORD.findall(text.lower())):
                found[place] = WORD.sub(lambda one: MASK if one[0].lower() in names else one[0], text)
        return found

    def shown(self, text: str) -> str:
        """Without accounts that are written as their owner's name, @Anna de Vries: a handle would be its first word."""
        return SHOWN.sub(self._shown, text)

    def _shown(self, found: re.Match[str]) -> str:
        last = found[2].rsplit(maxsplit=1)[-1].lower()
        person = found[1].lower() in self._given or not (last in self.own or last in self._ordinary)
        return "@…" if person else found[0]

    def _by_rule(self, text: str) -> str:
        """Without names that something around them gives away."""
        text = TITLED.sub(rf"\1 {MASK}", text)
        return INITIALLED.sub(self._initialled, SIGNED.sub(self._signed, text))

    def accounts_of(self, authors: Iterable[str | None]) -> frozenset[str]:
        """What accounts of a page give away, in lower case: handles whole, the words of names of people. A handle is
        known without its server: anna_99@social.example.
        """
        return frozenset(word for author in {*authors} if author for word in self._account(author))

    def _account(self, author: str) -> Iterator[str]:
        words = [word.lower() for word in WORD.findall(author.partition("<")[0])]
        if len(words) > 1 and " " in author.strip() and words[0] in self._given:
            yield from (word for word in words if self._rare(word))
            return
        local = author.lstrip("@＠").partition("@")[0].lower()
        parts = WORD.findall(local)
        if parts == [local]:
            yield from parts if self._rare(local) else ()
        elif len(local) > 3 and parts and CODE.search(local) and CODED.fullmatch(local):
            yield from () if self.own.issuperset(parts) else (local,)

    def _rare(self, word: str) -> bool:
        return len(word) > 3 and word not in self.own and word not in self._ordinary

    def _signed(self, found: re.Match[str]) -> str:
        words = [word.lower() for word in WORD.findall(found[2])]
        capital = found[2][:1].isupper() and not any(word in self.own or word in self._ordinary for word in words)
        known = words and words[0] in self._given and words[0] not in self._ordinary
        return f"{found[1]}{MASK}{found[3]}" if capital or known else found[0]

    def _initialled(self, found: re.Match[str]) -> str:
        last = found[1].rsplit(maxsplit=1)[-1].lower()
        return found[0] if last in self.own or last in self._ordinary else MASK

    def _spans(self, text: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
        """Where the names stand that begin with a given name, with the family names behind it."""
        at = 0
        while at < len(words):
            end = self._end(text, words, at)
            if end is not None:
                yield words[at].start(), words[end].end()
                at = end
            at += 1

    def _end(self, text: str, words: Sequence[re.Match[str]], at: int) -> int | None:
        """The last word of the name that begins here; None when none does."""
        word = words[at][0]
        low = word.lower()
        if not word[0].isupper() or low not in self._given:
            return None
        shouted = len(word) > 1 and word.isupper()
        end = at if shouted else self._behind(text, words, at)
        if end > at or low not in self._ordinary:
            return end
        # A word that is a name as well: only in the middle of a sentence, and where capitals mean something.
        before, after = words[at - 1][0] if at else "", words[at + 1][0] if at + 1 < len(words) else ""
        inside = at > 0 and text[words[at - 1].end() : words[at].start()] == " " and before.islower()
        return at if inside and not shouted and not after[:1].isupper() else None

    def _behind(self, text: str, words: Sequence[re.Match[str]], at: int) -> int:
        """The last of at most three words that belong to the given name before them."""
        end, here = at, at
        while here + 1 < len(words) and here - at < 5 and text[words[here].end() : words[here + 1].start()] == " ":
            here += 1
            word = words[here][0]
            if word in PARTICLES:
                continue
            if not word[0].isupper() or word.lower() in self.own or (len(word) > 1 and word.isupper()):
                break
            end = here
        return end


def own_words(institution: Institution) -> frozenset[str]:
    """Words, in lower case, that the institution's file and taxonomy use: its departments, buildings, systems."""
    from tasks.topics import taxonomy

    told = institution.model_dump(
        mode="json", include={"institution", "source", "department", "academic", "names", "route", "brand"}
    )
    told["topics"] = [topic.model_dump(mode="json") for topic in taxonomy.load(institution.slug)]
    return frozenset(word.lower() for text in _texts(told) for word in WORD.findall(text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _matching(texts: Sequence[str | None], pattern: str) -> pa.Array:
    return pc.match_substring_regex(pa.array(texts, pa.string()), pattern, ignore_case=True)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]])
