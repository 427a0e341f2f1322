"""``[brand]`` of an institution file: what can be told right or wrong without opening any file it names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from tasks.brand import colour
from tasks.render.palette import HOUSE
from tasks.tables import Language, Table

#: Nearer to the colour of “missed” than this (in Oklab) and a reader takes the one for the other.
ALARM = 0.12


def _hex(value: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise ValueError(f"“{value}” is not a colour; write six hexadecimal digits like #0B4F6C")
    return value.upper()


def _readable(value: str) -> str:
    """For text: enough contrast on white, and not the colour in which the report says that something went wrong."""
    value = _contrasting(value, colour.TEXT, "text needs")
    if colour.distance(value, HOUSE.bad) < ALARM:
        raise ValueError(
            f"{value} looks like {HOUSE.bad}, in which the report says that something was missed; give it as second, "
            f"which only decorates, and take another accent: the nearest is {_calmer(value)}"
        )
    return value


def _visible(value: str) -> str:
    return _contrasting(value, colour.LINES, "lines need")


def _contrasting(value: str, least: float, what: str) -> str:
    value = _hex(value)
    ratio = colour.contrast(value, colour.WHITE)
    if ratio < least:
        raise ValueError(
            f"{value} has a contrast of {ratio:.1f} on white, and {what} {least:.1f}; the nearest of its "
            f"hue that passes is {colour.passing(value, colour.WHITE, least)}"
        )
    return value


def _calmer(value: str) -> str:
    """The nearest darker colour of the same hue that is not taken for an alarm."""
    light, chroma, hue = colour.oklch(value)
    while colour.distance(value, HOUSE.bad) < ALARM and light > 0.1:
        light -= 0.005
        value = colour.from_oklch(light, chroma, hue)
    return value


def _inside(value: str) -> str:
    parts = PurePosixPath(value).parts
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", value) or ".." in parts:
        raise ValueError(
            f"“{value}” is not a file beside the institution file; write a path like brand/logo.svg, of letters, "
            "digits, dots, - and _"
        )
    return value


def _prose(value: str) -> str:
    if not value.strip() or not all(character.isprintable() or character == "\n" for character in value):
        raise ValueError("is empty or holds characters that cannot be printed")
    return value.strip()


Accent = Annotated[str, AfterValidator(_readable)]
Second = Annotated[str, AfterValidator(_visible)]
File = Annotated[str, Field(max_length=120), AfterValidator(_inside)]
Prose = Annotated[str, Field(max_length=1200), AfterValidator(_prose)]


class Typefaces(Table):
    """``[brand.fonts]``: the institution's own TTF or OTF files; a variable font may stand at several of them."""

    regular: File
    italic: File
    bold: File
    semibold: File | None = None
    heads: File | None = None

    def files(self) -> dict[str, str]:
        """The file of each role, in a fixed order."""
        semibold = self.semibold or self.bold
        return {
            "regular": self.regular,
            "italic": self.italic,
            "semibold": semibold,
            "bold": self.bold,
            "heads": self.heads or semibold,
        }


class CoverLetter(Table):
    """A few words of the institution's own, in the mail between its headline and the summary."""

    nl: Prose | None = None
    en: Prose | None = None

    def paragraphs(self, language: Language) -> list[str]:
        """What stands between empty lines; none when there is no letter in this language."""
        text: str = getattr(self, language) or ""
        return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


class Brand(Table):
    """``[brand]``; everything may be left out."""

    logo: File | None = None
    accent: Accent = HOUSE.accent
    second: Second = HOUSE.second
    fonts: Typefaces | None = None
    letter: CoverLetter = CoverLetter()

    def check(self, languages: tuple[Language, ...]) -> None:
        """What needs the rest of the institution; raises ValueError."""
        written = {language for language in ("nl", "en") if getattr(self.letter, language)}
        if written and (lacking := set(languages) - written):
            raise ValueError(f"[brand] letter has no text for {min(lacking)}, in which a report is made")
        if self.logo and not self.logo.lower().endswith((".svg", ".png")):
            raise ValueError(f"[brand] logo {self.logo} is neither .svg nor .png")
