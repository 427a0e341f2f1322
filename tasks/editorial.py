"""What an editor adds to a week's report, in their own words: a note, what is asked of the board, what became of it.

A file for each week, config/editor/<institution>/<week>.toml. Nothing in it is computed, and the report says so.
"""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from tasks import home, mistakes
from tasks.errors import ConfigError
from tasks.period import PATTERN
from tasks.settings import Institution
from tasks.tables import Identifier, Table, one_paragraph

Short = Annotated[str, Field(max_length=160), AfterValidator(one_paragraph)]
Long = Annotated[str, Field(max_length=600), AfterValidator(one_paragraph)]


class Said(Table):
    """A sentence in one language or both."""

    nl: Short | None = None
    en: Short | None = None


class Note(Table):
    """The editor's paragraph."""

    nl: Long | None = None
    en: Long | None = None


class Decision(Table):
    """``[[decision]]``: what the board is asked, what it costs or brings, who does it, and by when."""

    ask: Said
    effect: Said
    owner: Identifier
    deadline: date


class Outcome(Table):
    """``[[outcome]]``: what became of a decision of the week before; ``of`` is its number there."""

    of: Annotated[int, Field(ge=1, le=9)]
    said: Said


class Editorial(Table):
    """One file."""

    note: Note | None = None
    decision: Annotated[tuple[Decision, ...], Field(max_length=3)] = ()
    outcome: tuple[Outcome, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Editorial:
        if not (self.note or self.decision or self.outcome):
            raise ValueError("holds no [note], no [[decision]] and no [[outcome]]; take the file away or fill it")
        numbers = [one.of for one in self.outcome]
        if len(set(numbers)) < len(numbers):
            raise ValueError("[[outcome]] speaks twice of the same decision")
        return self


def words(institution: Institution, week: str, period: str | None = None) -> dict[str, Any] | None:
    """What belongs in the week's document: its own file, and the decisions asked in the newest file before it.

    ``{"note", "decisions", "before": {"week", "decisions": [{…, "outcome"}]} | None}``, or None when there is neither.
    ``period`` names an interim edition, which has an approver's note of its own. Raises ConfigError with file, line
    and key.
    """
    own = read(institution, week) if week in weeks(institution.slug) else None
    approver = _approvers_note(institution, period or week)
    earlier = max((one for one in weeks(institution.slug) if one < week), default=None)
    asked = read(institution, earlier).decision if earlier else ()
    if own is None and not asked and approver is None:
        return None
    said = {one.of: one.said.model_dump() for one in own.outcome} if own else {}
    if too_far := [of for of in said if of > len(asked)]:
        raise ConfigError(
            f"{_shown(institution.slug, week)}: [[outcome]] of = {too_far[0]}, but "
            + (f"{earlier} asked {len(asked)} decisions." if earlier else "no earlier week asked anything.")
        )
    decisions = [one.model_dump(mode="json") | {"outcome": said.get(place)} for place, one in enumerate(asked, 1)]
    return {
        "note": approver or (own.note.model_dump() if own and own.note else None),
        "decisions": [one.model_dump(mode="json") for one in own.decision] if own else [],
        "before": {"week": earlier, "decisions": decisions} if decisions else None,
    }


def _approvers_note(institution: Institution, period: str) -> dict[str, str] | None:
    """What somebody wrote when they let the week's report go: it takes the place of the file's note."""
    path = home.editor_note(institution.slug, period)
    try:
        found: dict[str, str] = Note.model_validate_json(path.read_bytes()).model_dump()
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise ConfigError(
            f"{path}: this note cannot be read. Take the file away; the report is then without it."
        ) from None
    return found


def weeks(slug: str) -> list[str]:
    """The weeks somebody wrote something for."""
    return sorted(path.stem for path in (home.EDITOR / slug).glob("*.toml") if PATTERN.fullmatch(path.stem))


def read(institution: Institution, week: str) -> Editorial:
    """One file; raises ConfigError."""
    path, shown = home.EDITOR / institution.slug / f"{week}.toml", _shown(institution.slug, week)
    try:
        text = path.read_text(encoding="utf-8")
        editorial = Editorial.model_validate(mistakes.parsed(text))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read as UTF-8 text ({error}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(shown, text, error)) from None
    except ValidationError as error:
        raise ConfigError(mistakes.explain(Editorial, shown, text, error)) from None
    _fits(institution, editorial, shown)
    return editorial


def _fits(institution: Institution, editorial: Editorial, shown: str) -> None:
    """Owners exist; every language of the institution is there."""
    known = {department.id for department in institution.department}
    for number, decision in enumerate(editorial.decision, 1):
        if decision.owner not in known:
            raise ConfigError(
                f"{shown}: [[decision]] {number} owner = “{decision.owner}” is no [[department]]. "
                f"There are {', '.join(sorted(known)) or 'none'}."
            )
    texts: list[tuple[str, Note | Said]] = [("note", editorial.note)] if editorial.note else []
    texts += [(f"[[decision]] {place} ask", one.ask) for place, one in enumerate(editorial.decision, 1)]
    texts += [(f"[[decision]] {place} effect", one.effect) for place, one in enumerate(editorial.decision, 1)]
    texts += [(f"[[outcome]] {place} said", one.said) for place, one in enumerate(editorial.outcome, 1)]
    for name, text in texts:
        for language in institution.institution.languages:
            if getattr(text, language) is None:
                raise ConfigError(f"{shown}: {name}.{language} is missing; the report is made in that language too.")


def _shown(slug: str, week: str) -> str:
    return home.shown(home.EDITOR / slug / f"{week}.toml")
