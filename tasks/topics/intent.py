"""The word lists behind what somebody wants (``config/intent.toml``), urgency among them."""

from __future__ import annotations

import tomllib
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from tasks import home, mistakes
from tasks.errors import ConfigError
from tasks.tables import Table
from tasks.topics import patterns
from tasks.topics.own import Pattern
from tasks.topics.taxonomy import Patterns

URGENT = "urgent"


class Kind(Table):
    """``[[class]]``: what gives one intent away."""

    key: Literal["question", "announcement", "spam", "complaint", "compliment", "urgent"]
    patterns: Patterns
    exclude: tuple[Pattern, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _can_be_rendered(cls, given: Patterns) -> Patterns:
        for one in given.both:
            try:
                patterns.regex(one)
            except ValueError as error:
                raise ValueError(f"“{one}” {error}") from None
        return given


class File(Table):
    """The whole file."""

    kinds: tuple[Kind, ...] = Field(alias="class", min_length=1)


def load() -> tuple[Kind, ...]:
    """Every class in the file; raises ConfigError with what is wrong."""
    path = home.INTENT
    try:
        text = path.read_text(encoding="utf-8")
        return File(**mistakes.parsed(text)).kinds
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{home.shown(path)}: cannot be read ({error}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(mistakes.toml(home.shown(path), text, error)) from None
    except ValidationError as error:
        raise ConfigError(mistakes.explain(File, home.shown(path), text, error)) from None
