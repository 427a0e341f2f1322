"""One person as somebody asks for them: a handle at a source, and names by which others may write of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from tasks.errors import UsageError
from tasks.extract.fields import SOURCE
from tasks.stage import privacy, wordlists
from tasks.stage.keys import Chain

SIGNS = "@＠"
MASK = "@…"
#: A shorter handle stands for nobody where it stands bare.
SHORTEST = 3
#: What makes a word a handle: a sign before it, or a profile's address.
WRITTEN = rf"(?:[{SIGNS}]|/?\bu/|(?:https?://|www\.)?(?:[a-z0-9-]+\.)+[a-z]{{2,24}}/(?:[{SIGNS}]|(?:u|user|users|in|profile)/)?)"
#: What a receipt says of a handle that is an ordinary word.
BARE = (
    "The handle is an ordinary word, or has one or two signs: it was masked where it is written as a handle (with @ or "
    "u/, or in an address) and left where it stands bare. Name it with --also to have it masked everywhere."
)


@dataclass(frozen=True)
class Person:
    """``handle`` with or without @, in any case; ``also``: other words that give the person away."""

    source: str
    handle: str
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not SOURCE.fullmatch(self.source):
            raise UsageError(f"“{self.source}” is no source; write it as in the items, like mastodon.")
        if not self.plain or not self.plain.isprintable():
            raise UsageError("A handle has at least one sign beside its @, and no line ends.")
        if any(len(word.strip()) < SHORTEST or not word.isprintable() for word in self.also):
            raise UsageError("Another name is too short to look for: at least three characters.")

    @property
    def plain(self) -> str:
        """The handle without its sign."""
        return self.handle.strip().lstrip(SIGNS)

    @cached_property
    def is_ordinary(self) -> bool:
        """Whether the handle is a word that others write as well, and do not mean this person by it."""
        return len(self.plain) < SHORTEST or wordlists.is_word(self.plain.casefold())

    def is_author(self, source: str, author: str | None) -> bool:
        """Whether an item's author, as the source wrote it, is this person."""
        return source == self.source and author is not None and _same(author) == _same(self.plain)

    def same_as(self, other: Person) -> bool:
        """Whether somebody else asked for the same person."""
        return self.source == other.source and _same(self.plain) == _same(other.plain)

    def pseudonyms(self, keys: Chain) -> set[str]:
        """The pseudonyms of the usual spellings of the handle: where raw pages are gone, nothing else leads to it."""
        return {self.pseudonym(keys, spelled) for spelled in self._spellings()}

    def pseudonym(self, keys: Chain, spelled: str) -> str:
        """What a spelling of the handle is called in the lake."""
        found = privacy.pseudonyms(keys, [self.source], pa.array([spelled]))
        return str(found[0].as_py())

    def _spellings(self) -> Iterator[str]:
        written = self.handle.strip()
        for sign in ("", *SIGNS):
            for spelled in (self.plain, self.plain.lower(), self.plain.upper(), self.plain.capitalize()):
                yield sign + spelled
        yield written

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the handle and the other names as words of their own; a handle that is an ordinary word only where it
        is written as a handle.
        """
        bare = {word.strip() for word in self.also} | (set() if self.is_ordinary else {self.plain})
        whole = "|".join(map(re.escape, sorted(bare, key=lambda word: (-len(word), word))))
        ways = [rf"(?<!\w)[{SIGNS}]?(?:{whole})(?!\w)"] if bare else []
        if self.is_ordinary:
            ways.insert(0, rf"(?<![\w.]){WRITTEN}{re.escape(self.plain)}(?!\w|[.-]\w)")
        local = self.plain.partition("@")[0]
        if local and local != self.plain:  # @anna of anna@mastodon.example: the sign tells that a person is meant
            ways.append(f"[{SIGNS}]{re.escape(local)}(?!\\w)")
        return re.compile("|".join(ways), re.IGNORECASE)

    def in_answer(self, strings: Iterable[str]) -> bool:
        """Whether any of these, which a source's answer is made of, names the person: in a text or as a name itself."""
        names = {_same(self.plain), _same(self.plain).partition("@")[0]}
        return any(_same(one) in names or self.inside.search(one) for one in strings)

    @cached_property
    def inside(self) -> re.Pattern[str]:
        """Finds the handle within a name that somebody made of it: of a file, of a thread."""
        if self.is_ordinary:
            return self.pattern
        handle = rf"(?<![^\W_])[{SIGNS}]?{re.escape(self.plain)}(?![^\W_])"
        return re.compile(f"{handle}|{self.pattern.pattern}", re.IGNORECASE)

    def maybe_in(self, data: bytes) -> bool:
        """A quick look: False when no line of these bytes can name the person."""
        text = data.decode("utf-8", "replace").casefold()
        local = self.plain.partition("@")[0]
        return "\\u" in text or any(word.strip().casefold() in text for word in (local, *self.also))

    def masked(self, text: str | None, mask: str = MASK) -> str | None:
        """A text without the person's names."""
        return None if text is None else self.pattern.sub(mask, text)


def _same(handle: str) -> str:
    return handle.strip().lstrip(SIGNS).casefold()
