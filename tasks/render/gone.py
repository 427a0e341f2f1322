"""What stands where a metric or list could not be measured: a line that says so, never a zero and never nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tasks.render.facts import Unavailable
from tasks.render.figure import Figure
from tasks.render.text import plain
from tasks.render.voice import NAME_LENGTH, Voice

T = TypeVar("T")


def title(voice: Voice, name: str, given: dict[str, str]) -> str:
    """What is gone, as readers know it; anybody may have written it. A list or a data test has a sentence for that."""
    kind, _, one = name.partition(".")
    if one and kind == "checks":
        return voice.say("gone.checks")
    if one and kind == "lists":
        return voice.say(f"gone.{one}")
    return plain(given[voice.language], NAME_LENGTH, voice.language)


def told(voice: Voice, gone: Unavailable) -> str:
    """``“Median eerste reactie” is deze week niet beschikbaar.``"""
    return voice.say("gone.told", title=title(voice, gone.name, gone.title))


def either(make: Callable[[], T], otherwise: Callable[[Unavailable], T]) -> T:
    """What ``make`` gives, or what stands for it when something it rests on is gone."""
    try:
        return make()
    except Unavailable as gone:
        return otherwise(gone)


def figure(voice: Voice, heading: str, make: Callable[[], Figure]) -> Figure:
    """A chart, or its plain title (a sentence of that key) with a line that says what is gone."""
    return either(make, lambda gone: Figure(voice.say(heading), "", None, "", told(voice, gone)))


def each(parts: Iterable[Callable[[], T]], lost: list[Unavailable]) -> Iterator[T]:
    """What every part gives; what could not be had is added to ``lost``."""
    for part in parts:
        try:
            yield part()
        except Unavailable as gone:
            lost.append(gone)


def sentences(voice: Voice, lost: Iterable[Unavailable]) -> list[str]:
    """One sentence for each thing that is gone, however many parts needed it."""
    return list(dict.fromkeys(told(voice, gone) for gone in lost))


def all_of_it(voice: Voice) -> Iterator[str]:
    """A sentence for everything that measure could not give, for the top of page 1."""
    named = sorted(title(voice, name, given) for name, given in voice.facts.missed.items())
    if named:
        names = voice.formats.listed(dict.fromkeys(named))
        yield voice.say("gone.all", count=len(set(named)), names=names)
