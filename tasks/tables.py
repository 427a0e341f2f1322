"""What every TOML table of ours is made of: strict tables, names in two languages, texts that can be printed."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
ZONE = re.compile(r"UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_-]+)+")


def _readable(text: str) -> str:
    """Something that a person can read and nothing can act on: no control characters, no turned-around writing."""
    if not text.strip() or not text.isprintable():
        raise ValueError("is empty or holds characters that cannot be printed")
    return text


def one_paragraph(text: str) -> str:
    """The text without blanks around it; raises ValueError when it is empty or more than a paragraph."""
    if not text.strip() or not text.isprintable():
        raise ValueError("is empty, or has line breaks or characters that cannot be printed; write one paragraph")
    return text.strip()


def _zone_exists(name: str) -> str:
    try:
        if not ZONE.fullmatch(name):
            raise ValueError
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{name}” is not a time zone; write one like Europe/Amsterdam") from None
    return name


Language = Literal["nl", "en"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Zone = Annotated[str, AfterValidator(_zone_exists)]
Text = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_readable)]
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: Only what every mail server takes; a name beside the address may be anything.
Email = Annotated[str, Field(pattern=rf"^{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", max_length=254)]


class Table(BaseModel):
    """A TOML table: unknown keys are refused, values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(Table):
    """One thing's name in both languages."""

    nl: Text
    en: Text
