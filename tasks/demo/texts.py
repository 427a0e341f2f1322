"""The hand-written bank of utterances in ``texts/*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance, before its slots are filled, and the topic (its answers) it belongs to."""

    text: str
    language: str
    kind: str  #: questions, complaints or compliments
    topic: str
    department: str


@lru_cache(maxsize=1)
def bank() -> dict[str, Any]:
    """Every text file by its name: departments, and the files about anything (talk, broadcasts, reviews …)."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


@lru_cache(maxsize=1)
def topics() -> dict[str, dict[str, Any]]:
    """Every topic by ``file/id``."""
    return {f"{file}/{topic['id']}": topic for file, content in bank().items() for topic in content.get("topic", ())}


@lru_cache(maxsize=256)
def lines(file: str, language: str, kind: str, warm: bool = False) -> dict[str, Line]:
    """All utterances of a text file about one department, by their text; ``warm`` leaves out winter's subjects."""
    content, key = bank()[file], f"{language}_{kind}"
    owner = content.get("department", file)
    found = {text: Line(text, language, kind, "", owner) for text in content.get(key, ())}
    for topic in content.get("topic", ()):
        if not (warm and topic.get("cold_months_only")):
            name = f"{file}/{topic['id']}"
            found |= {text: Line(text, language, kind, name, owner) for text in topic.get(key, ())}
    return found


def answers(line: Line) -> list[str]:
    """What we answer to an utterance: ``? `` marks an answer to questions only, ``! `` one to complaints only."""
    other = "! " if line.kind == "questions" else "? "
    return [one for one in topics()[line.topic][f"{line.language}_answers"] if not one.startswith(other)]
