"""Whether a post means this institution or strangers that share its letters: a confidence, and what it rests on.

The institution's file gives full names, abbreviations, own accounts, words that go with us and words that go with the
strangers (``[names]``), and posts that are never about us (``[[ignore]]``). Evidence adds up in log-odds; the weights
were set by hand on posts about two universities (tests/topics/test_names.py) and are the same for every institution.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tasks.topics import patterns
from tasks.topics.own import Ignore, OwnNames

HANDLE = re.compile(r"[@＠]([\w.-]*\w)")
SHARE = re.compile(r"\$[A-Za-z]+")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Log-odds of meaning us, and what each piece of evidence adds. At most three words of context count.
START = -4.6
WEIGHTS = {"full name": 7.5, "own account": 7.0, "name": 4.0, "name in small letters": 3.2, "context": 1.6}
STRANGERS = -3.6
MOST_WORDS = 3


class Judgement(NamedTuple):
    """``confidence`` (0 … 1) that a post means us, and the evidence in words; ``relevant`` is the decision."""

    confidence: float
    why: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Some patterns: all in one expression to be quick, and each by itself to say which."""

    any: re.Pattern[str]
    each: tuple[tuple[str, re.Pattern[str]], ...]

    def found(self, words: str) -> list[str]:
        """The patterns that occur, as they were written; never what they found, which may be somebody's name."""
        return [pattern for pattern, one in self.each if one.search(words)] if self.any.search(words) else []


@dataclass(frozen=True, slots=True)
class Names:
    """The rules of one institution, compiled."""

    full: Listed | None
    exact: re.Pattern[str] | None
    loose: Listed | None
    context: Listed | None
    strangers: Listed | None
    accounts: frozenset[str]
    ignore: tuple[tuple[str, re.Pattern[str]], ...]
    least: float

    @classmethod
    def of(cls, names: OwnNames | None, ignore: Iterable[Ignore]) -> Names | None:
        """None when the file has neither [names] nor [[ignore]]: then every post is taken to be about us."""
        entries = tuple((one.pattern, re.compile(f" {patterns.regex(one.pattern)} ")) for one in ignore)
        if names is None:
            return cls(None, None, None, None, None, frozenset(), entries, 0.0) if entries else None
        return cls(
            _any(names.full),
            _exact(names.short),
            _any(names.short),
            _any(names.context),
            _any(names.strangers),
            frozenset(account.lstrip("@").lower() for account in names.accounts),
            entries,
            names.least_confidence,
        )

    def judge(self, text: str, author: str | None = None) -> Judgement:
        """The judgement on one post; ``text`` with its handles, ``author`` the handle or name of who wrote it."""
        handles = [handle.lower() for handle in HANDLE.findall(text)]
        words = patterns.plain(LINK.sub(" ", text))
        for pattern, ignored in self.ignore:
            if ignored.search(words):
                return Judgement(0.0, f"ignore: {pattern}", relevant=False)
        if self.full is None and self.exact is None:
            return Judgement(1.0, "", relevant=True)
        body = SHARE.sub(" ", LINK.sub(" ", HANDLE.sub(" ", text)))
        score, why = START, []
        for what, weight in self._named(body, handles, (author or "").lower()):
            score += weight
            why.append(what)
        if not why:
            return Judgement(round(1 / (1 + math.exp(-START)), 3), "no name", relevant=False)
        around = f"{words}{patterns.plain(author or '')}"
        for kind, weight, found in (
            ("context", WEIGHTS["context"], self.context.found(around) if self.context else []),
            ("strangers", STRANGERS, self.strangers.found(around) if self.strangers else []),
        ):
            score += weight * min(len(found), MOST_WORDS)
            why += [f"{kind}: {word}" for word in found[:MOST_WORDS]]
        confidence = round(1 / (1 + math.exp(-score)), 3)
        return Judgement(confidence, "; ".join(why), confidence >= self.least)

    def _named(self, body: str, handles: list[str], author: str) -> Iterable[tuple[str, float]]:
        """How the post names us, if at all."""
        plain = patterns.plain(body)
        if self.full and self.full.any.search(plain):
            yield "full name", WEIGHTS["full name"]
        if self.accounts & {*handles, author.lstrip("@")}:
            yield "own account", WEIGHTS["own account"]
        if self.exact and self.exact.search(body):
            yield "name", WEIGHTS["name"]
        elif self.loose and self.loose.any.search(plain):
            yield "name in small letters", WEIGHTS["name in small letters"]


def _exact(short: Iterable[str]) -> re.Pattern[str] | None:
    """An abbreviation as a word of its own, in its own capitals; not a part of a handle or a share's $ name."""
    each = "|".join(map(re.escape, short))
    return re.compile(rf"(?<![\w@$＠-])#?(?:{each})(?!\w)") if each else None


def _any(listed: Iterable[str]) -> Listed | None:
    each = tuple((pattern, re.compile(f" {patterns.regex(pattern)} ")) for pattern in listed)
    return Listed(re.compile(patterns.union(pattern for pattern, _ in each) or ""), each) if each else None


def check_ignored(ignore: Iterable[Ignore]) -> None:
    """Raise ValueError when an [[ignore]] does not ignore its own case."""
    for entry in ignore:
        rules = Names.of(None, [entry])
        if rules and rules.judge(entry.case).relevant:
            raise ValueError(f"[[ignore]] {entry.pattern}: its own case is not ignored: “{entry.case}”")
