"""What an institution's file says about listening: routes, its names, what is never about it, and urgency."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tasks.tables import Email, Identifier, Table, Text
from tasks.topics import patterns

NOBODY = "nobody"
#: What an institution accepts, word for word, before posts are searched for urgency.
NOTE = "Weerklank is not a crisis service: it looks once an hour at best, and it misses posts."


def _pattern(text: str) -> str:
    try:
        patterns.regex(text)
    except ValueError as error:
        raise ValueError(f"“{text}” {error}") from None
    return text


def _words(text: str) -> str:
    if text.startswith(patterns.RAW):
        raise ValueError(f"“{text}” is a regular expression; names are told by words, with * .. and a/b")
    return text


Pattern = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_pattern)]
#: Names are looked for in Python, whose expressions may take forever: words only.
Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_words), AfterValidator(_pattern)]


class Routing(Table):
    """``[routing]``: in which order the three kinds of rule are asked. The first rule that fits wins.

    ``rules`` are the ``[[route]]`` tables, ``topics`` the owners in the taxonomy, ``keywords`` those of departments.
    """

    order: tuple[Literal["rules", "topics", "keywords"], ...] = ("rules", "keywords", "topics")

    @model_validator(mode="after")
    def _each_once(self) -> Routing:
        if len(set(self.order)) < len(self.order):
            raise ValueError("names the same kind of rule twice")
        return self


class Route(Table):
    """``[[route]]``: all kinds of condition that are given must hold, any value of each. ``nobody`` ends the search."""

    department: Identifier
    topics: tuple[Identifier, ...] = ()
    accounts: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()
    sources: tuple[Identifier, ...] = ()

    @property
    def conditions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(kind, values) of every condition there is."""
        kinds = (
            ("topic", self.topics),
            ("account", tuple(account.lstrip("@").lower() for account in self.accounts)),
            ("keyword", self.keywords),
            ("source", self.sources),
        )
        return tuple((kind, values) for kind, values in kinds if values)

    def check(self, number: int, departments: set[str], sources: set[str]) -> None:
        """Raise ValueError when this route, the ``number``-th, can never fit or leads nowhere."""
        if not self.conditions:
            raise ValueError(f"[[route]] #{number} has no condition: give topics, accounts, keywords or sources")
        if self.department not in departments | {NOBODY}:
            raise ValueError(
                f"[[route]] #{number} leads to a department that does not exist: "
                f"{self.department}{_meant(self.department, departments)}"
            )
        if unknown := set(self.sources) - sources:
            raise ValueError(
                f"[[route]] #{number} names a source that does not exist: {min(unknown)}{_meant(min(unknown), sources)}"
            )


class OwnNames(Table):
    """``[names]``: how people name us, and what tells us from strangers with the same letters.

    Patterns as in the taxonomy, but for ``short`` (abbreviations, capitals matter) and ``accounts`` (handles).
    ``searched`` are the sources that were searched for these names, where others turn up; without it, all sources.
    """

    full: tuple[Words, ...] = ()
    short: tuple[Words, ...] = ()
    accounts: tuple[Text, ...] = ()
    context: tuple[Words, ...] = ()
    strangers: tuple[Words, ...] = ()
    searched: tuple[Identifier, ...] = ()
    least_confidence: Annotated[float, Field(gt=0, lt=1)] = 0.5

    @model_validator(mode="after")
    def _names_something(self) -> OwnNames:
        if not self.full and not self.short:
            raise ValueError("needs a name: full or short")
        return self

    def check(self, sources: set[str]) -> None:
        """Raise ValueError when it names a source that is not there."""
        if unknown := set(self.searched) - sources:
            raise ValueError(
                f"[names] searched names a source that does not exist: {min(unknown)}{_meant(min(unknown), sources)}"
            )


class Ignore(Table):
    """``[[ignore]]``: posts that are never about us, and a case of one that is tried whenever the file is read."""

    pattern: Words
    case: Text


class Urgent(Table):
    """``[urgent]``: threats, safety, self-harm. Off until somebody is named and the note is accepted."""

    contact: Email | None = None
    accepted: str | None = None

    @model_validator(mode="after")
    def _both(self) -> Urgent:
        if self.accepted is not None and self.accepted != NOTE:
            raise ValueError(f'[urgent] accepted must be this note, word for word: "{NOTE}"')
        if (self.accepted is None) != (self.contact is None):
            raise ValueError(f'[urgent] needs both a contact and accepted = "{NOTE}"')
        return self

    @property
    def on(self) -> bool:
        """Whether posts are searched for urgency."""
        return self.contact is not None and self.accepted == NOTE


def _meant(word: str, known: set[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), 1)
    return f". Did you mean {close[0]}?" if close else ""
