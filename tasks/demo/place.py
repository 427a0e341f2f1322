"""What an institution of the demo has of its own: languages, names and cases. Overbrugge has the bank as it is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.demo import season
from tasks.demo.texts import Line, bank

FOLDER = Path(__file__).parent / "places"


@dataclass(frozen=True)
class Place:
    """``languages`` with weights, ``volume_pct`` of what Overbrugge gets, ``departments`` by those of the bank."""

    languages: list[tuple[str, int]] = field(default_factory=lambda: season.LANGUAGES)
    volume_pct: int = 100
    avoid: re.Pattern[str] | None = None
    renames: tuple[tuple[re.Pattern[str], str], ...] = ()
    departments: dict[str, str] = field(default_factory=dict)
    cases: dict[str, list[dict[str, str]]] | None = None

    def speaks(self, language: str) -> bool:
        """Whether anybody here writes in it."""
        return any(one == language for one, _ in self.languages)

    def fits(self, text: str) -> bool:
        """Whether an utterance makes sense here."""
        return self.avoid is None or not self.avoid.search(text)

    def renamed(self, text: str) -> str:
        """A text with this place's names."""
        for pattern, name in self.renames:
            text = pattern.sub(name, text)
        return text

    def department(self, ident: str) -> str:
        """Who owns here what is ``ident``'s in the bank."""
        return self.departments.get(ident, ident)

    def case_of(self, line: Line) -> tuple[str, str] | None:
        """Cause and action that belong to an utterance, if it is something that takes a case."""
        for case in (bank()["cases"] if self.cases is None else self.cases).get(line.department, ()):
            if any(part in line.text for part in case["heard"].split("|")):
                return case["cause"], case["action"]
        return None


@lru_cache(maxsize=4)
def place(slug: str) -> Place:
    """The place of an institution file; all but those in ``places/`` are like Overbrugge."""
    path = FOLDER / f"{slug}.toml"
    if not path.is_file():
        return Place()
    given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Place(
        languages=[(language, weight) for language, weight in given["languages"]],
        volume_pct=given["volume_pct"],
        avoid=re.compile(given["avoid"]),
        renames=tuple((re.compile(pattern), name) for pattern, name in given["renames"]),
        departments=given["departments"],
        cases=given["cases"],
    )
