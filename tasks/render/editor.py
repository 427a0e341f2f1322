"""The editor's own words: a note, what is asked of the board, and what became of what was asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.render.text import plain
from tasks.render.voice import Voice

LENGTH = 600


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing asked: ``small`` is its effect, owner and deadline."""

    ask: str
    small: str


@dataclass(frozen=True, slots=True)
class Editor:
    """``note``, ``decisions`` and ``before`` are empty when nobody wrote them."""

    note_title: str
    note: str
    asked_title: str
    decisions: tuple[Decision, ...]
    before_title: str
    before: tuple[Decision, ...]


def editor(voice: Voice) -> Editor:
    """What ``tasks.editorial`` put into the document, in one language."""
    given = voice.facts.editorial
    before = given.get("before") or {}
    title = voice.say("editor.before", number=int(before["week"][6:])) if before else ""
    return Editor(
        note_title=voice.say("editor.note"),
        note=_in(voice, given.get("note")),
        asked_title=voice.say("editor.asked"),
        decisions=tuple(_asked(voice, one) for one in given.get("decisions", ())),
        before_title=title,
        before=tuple(_became(voice, one) for one in before.get("decisions", ())),
    )


def _asked(voice: Voice, one: dict[str, Any]) -> Decision:
    day = voice.formats.day(datetime.fromisoformat(f"{one['deadline']}T12:00").replace(tzinfo=voice.institution.zone))
    owner = voice.say("editor.owner", owner=voice.department(one["owner"]), day=day)
    return Decision(_in(voice, one["ask"]), f"{_in(voice, one['effect'])} {owner}")


def _became(voice: Voice, one: dict[str, Any]) -> Decision:
    return Decision(_in(voice, one["ask"]), _in(voice, one["outcome"]) or voice.say("editor.unknown"))


def _in(voice: Voice, words: dict[str, str | None] | None) -> str:
    return plain((words or {}).get(voice.language) or "", LENGTH, voice.language)
