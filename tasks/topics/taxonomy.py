"""Taxonomy files: the topics every institution has, and what one institution adds to them or changes."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StrictBool, ValidationError

from tasks import home, mistakes
from tasks.errors import ConfigError
from tasks.tables import SLUG, Identifier, Names, Table
from tasks.topics import patterns

DEFAULT = "default"
Pattern = Annotated[str, Field(min_length=1, max_length=300)]


class Patterns(Table):
    """What analysts write down per language; every text is held against both, for posts mix them."""

    nl: tuple[Pattern, ...] = ()
    en: tuple[Pattern, ...] = ()

    @property
    def both(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.nl, *self.en)))


class Description(Table):
    """One line that says what belongs to a topic."""

    nl: Annotated[str, Field(min_length=10, max_length=200)]
    en: Annotated[str, Field(min_length=10, max_length=200)]


class Topic(Table):
    """One topic, complete. ``priority`` 1 comes first where several topics hold."""

    key: Identifier
    name: Names
    description: Description
    patterns: Patterns = Patterns()
    exclude: tuple[Pattern, ...] = ()
    department: Identifier | None = None
    priority: Annotated[int, Field(ge=1, le=9)] = 5


class Entry(Table):
    """``[[topic]]`` in a file: a new topic, or what changes in one that is there. Patterns are added."""

    key: Identifier
    name: Names | None = None
    description: Description | None = None
    patterns: Patterns = Patterns()
    exclude: tuple[Pattern, ...] = ()
    department: Identifier | None = None
    priority: Annotated[int, Field(ge=1, le=9)] | None = None
    without: tuple[Pattern, ...] = ()
    off: StrictBool = False


class File(Table):
    """One file in ``config/taxonomy``."""

    topic: tuple[Entry, ...] = ()


def load(slug: str, own: Path | None = None) -> tuple[Topic, ...]:
    """The topics of an institution: the default and its own file (or ``own`` in the place of that).

    Raises ConfigError with file, line and what to do.
    """
    topics = _merge((), *_read(home.TAXONOMY / f"{DEFAULT}.toml"))
    path = own or home.TAXONOMY / f"{slug}.toml"
    if own is None and (slug == DEFAULT or not path.exists()):
        return topics
    return _merge(topics, *_read(path))


def slugs() -> list[str]:
    """The institutions with a taxonomy of their own."""
    return sorted(path.stem for path in home.TAXONOMY.glob("*.toml") if SLUG.fullmatch(path.stem))


def _read(path: Path) -> tuple[Path, str, File]:
    shown = home.shown(path)
    try:
        text = path.read_text(encoding="utf-8")
        return path, text, _parsed(text)
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such taxonomy file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read as UTF-8 text ({error}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(shown, text, error)) from None
    except ValidationError as error:
        raise ConfigError(mistakes.explain(File, shown, text, error)) from None


@functools.lru_cache(8)
def _parsed(text: str) -> File:
    """Every task of a run asks for the same files, and reading one takes a tenth of a second."""
    return File(**mistakes.parsed(text))


def _merge(topics: Sequence[Topic], path: Path, text: str, file: File) -> tuple[Topic, ...]:
    known = {topic.key: topic for topic in topics}
    seen: set[str] = set()
    for entry in file.topic:
        if entry.key in seen:
            raise _wrong(path, text, entry.key, f"[[topic]] {entry.key} is there twice; put the two together")
        seen.add(entry.key)
        _check(path, text, entry)
        if entry.off:
            if entry.key not in known:
                raise _unknown(path, text, entry, known)
            del known[entry.key]
        elif entry.key in known:
            known[entry.key] = _changed(path, text, known[entry.key], entry)
        else:
            known[entry.key] = _new(path, text, entry, known)
    if not known:
        raise ConfigError(f"{home.shown(path)}: no topic is left. Without topics there is nothing to tell apart.")
    return tuple(known.values())


def _new(path: Path, text: str, entry: Entry, known: dict[str, Topic]) -> Topic:
    if entry.name is None or entry.description is None:
        raise _unknown(path, text, entry, known)
    if entry.without:
        raise _wrong(path, text, entry.key, f"{entry.key} is a new topic: there is nothing to leave out (without)")
    given = {key: getattr(entry, key) for key in Topic.model_fields if getattr(entry, key) is not None}
    return Topic(**given)


def _changed(path: Path, text: str, topic: Topic, entry: Entry) -> Topic:
    there = {*topic.patterns.both, *topic.exclude}
    for pattern in entry.without:
        if pattern not in there:
            raise _wrong(
                path, text, pattern, f"{topic.key} has no pattern “{pattern}” to leave out{_meant(pattern, there)}"
            )
    kept: dict[str, Any] = {
        "patterns": Patterns(
            nl=_added(topic.patterns.nl, entry.patterns.nl, entry.without),
            en=_added(topic.patterns.en, entry.patterns.en, entry.without),
        ),
        "exclude": _added(topic.exclude, entry.exclude, entry.without),
    }
    for key in ("name", "description", "department", "priority"):
        if (new := getattr(entry, key)) is not None:
            kept[key] = new
    return topic.model_copy(update=kept)


def _added(old: Sequence[str], new: Sequence[str], without: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(one for one in old if one not in without), *new]))


def _check(path: Path, text: str, entry: Entry) -> None:
    """Every pattern can be rendered, or the file, line and pattern that cannot."""
    for pattern in (*entry.patterns.both, *entry.exclude):
        try:
            patterns.regex(pattern)
        except ValueError as error:
            raise _wrong(path, text, pattern, f"[[topic]] {entry.key}: the pattern “{pattern}” {error}") from None


def _unknown(path: Path, text: str, entry: Entry, known: dict[str, Topic]) -> ConfigError:
    lacks = "name and description" if entry.name is None else "description"
    return _wrong(
        path,
        text,
        entry.key,
        f"[[topic]] {entry.key} is not a topic yet{_meant(entry.key, known)}. A new topic needs {lacks} in nl and en",
    )


def _meant(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f". Did you mean “{close[0]}”?" if close else ""


def _wrong(path: Path, text: str, word: str, what: str) -> ConfigError:
    """``what``, with the line on which ``word`` stands between quotes."""
    lines = (number for number, line in enumerate(text.splitlines(), 1) if f'"{word}"' in line or f"'{word}'" in line)
    line = next(lines, None)
    place = f", line {line}" if line else ""
    return ConfigError(f"{home.shown(path)}{place}: {what}".replace("?.", "?") + ("" if what.endswith("?") else "."))
