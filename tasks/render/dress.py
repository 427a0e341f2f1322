"""What a report wears: its colours and typefaces, on paper and on a screen. The templates are the same for both.

A screen gets the paper's style sheet with its points and millimetres turned into the reader's own text size, then what
differs (`screen.css`), then the colours for a dark room.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from tasks import home
from tasks.brand import colour
from tasks.brand.read import Logo, style
from tasks.brand.typefaces import Typeface
from tasks.render import fonts, web_fonts
from tasks.render.palette import DARK, HOUSE, Palette
from tasks.settings import Institution

Medium = Literal["paper", "screen"]
#: How many of a reader's text size (16 pixels unless set otherwise) one unit of paper is: text of 9.6 pt becomes 1 rem.
REM = {"pt": 1 / 9.6, "mm": 72 / 25.4 / 9.6}
LENGTH = re.compile(r"(?<![\w#.])(\d*\.?\d+)(pt|mm)\b")
FACE = re.compile(r'url\("font:([\w.-]+)"\)')
PAINT = re.compile(r'\b(fill|stroke|font-family)="(#[0-9A-Fa-f]{6}|Source Sans 3)"')
TEXT, HEADS = "Source Sans 3", "Source Serif 4"
#: How a role is asked for in a style sheet.
ASKED = {
    "regular": "font-weight: 400",
    "italic": "font-weight: 400; font-style: italic",
    "semibold": "font-weight: 600",
    "bold": "font-weight: 700",
    "heads": "font-weight: 600",
}


@dataclass(frozen=True, slots=True)
class Dress:
    """Colours by day and in a dark room, the logo, and the institution's own fonts by role (or none)."""

    palette: Palette = HOUSE
    dark: Palette = DARK
    logo: Logo | None = None
    fonts: dict[str, Typeface] = field(default_factory=dict)

    @classmethod
    def of(cls, institution: Institution) -> Dress:
        """What an institution's file says; raises ConfigError when it names a file that cannot be used."""
        brand, found = institution.brand, style(institution)
        light = replace(HOUSE, accent=brand.accent, second=brand.second)
        dark = replace(DARK, second=colour.passing(brand.second, DARK.paper, colour.LINES))
        if brand.accent != HOUSE.accent:
            light = replace(light, band=colour.tint(brand.accent, 0.94, 0.02))
            bright = colour.passing(brand.accent, DARK.paper, 7)
            dark = replace(dark, accent=bright, band=colour.tint(brand.accent, 0.33, 0.045))
        elif brand.second == HOUSE.second:
            dark = DARK
        return cls(light, dark, found.logo, found.fonts)

    def files(self) -> dict[str, Path]:
        """Every file of the institution's own that the page may name, by the name it has there."""
        named = {self._name(role): face.file for role, face in self.fonts.items()}
        return named | ({f"logo{self.logo.file.suffix}": self.logo.file} if self.logo else {})

    def logo_address(self, medium: Medium) -> str:
        """Where the page finds the logo; empty without one."""
        if self.logo is None:
            return ""
        return self.logo.uri if medium == "screen" else f"brand:logo{self.logo.file.suffix}"

    def style(self, medium: Medium) -> str:
        """The whole style sheet, safe inside ``<style>``."""
        light, paper = f":root {{ {self.palette.css()} }}", self._in_own_fonts(_template("report.css"), medium)
        if medium == "paper":
            return f"{light}\n{paper}"
        dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {self.dark.css()} }} }}"
        return "\n".join((light, self._embedded(_in_rem(paper)), _template("screen.css"), dark, ""))

    def painted(self, page: str, medium: Medium) -> str:
        """The finished page with its charts in these colours and fonts; people's words are escaped and stay.

        Raises KeyError for a colour that is not in the palette: a fault of a chart.
        """
        roles = {shade: role for role, shade in reversed(HOUSE.roles().items())}
        mine = self.palette.roles()

        def paint(found: re.Match[str]) -> str:
            if found[1] == "font-family":
                return f'{found[1]}="{self._families(medium)[TEXT].replace(chr(34), chr(39))}"'
            role = roles[found[2].upper()]
            return f'{found[1]}="{mine[role] if medium == "paper" else f"var(--{role})"}"'

        return PAINT.sub(paint, page)

    def _worn(self, medium: Medium) -> dict[str, Typeface]:
        """The own fonts that this medium may have: all of them or none."""
        allowed = medium == "paper" or all(face.on_screen for face in self.fonts.values())
        return self.fonts if allowed else {}

    def _families(self, medium: Medium) -> dict[str, str]:
        """What to write for each of the house's families; it stays behind the own one, for signs that one lacks."""
        worn = self._worn(medium)
        if not worn:
            return {TEXT: f'"{TEXT}"', HEADS: f'"{HEADS}"'}
        return {
            TEXT: f'"{worn["regular"].family}", "{TEXT}"',
            HEADS: f'"{worn["heads"].family} Heads", "{HEADS}"',
        }

    def _in_own_fonts(self, css: str, medium: Medium) -> str:
        worn, lines = self._worn(medium), []
        if not worn:
            return css
        for role, face in worn.items():
            family = f"{face.family} Heads" if role == "heads" else worn["regular"].family
            source = f'url("font:{self._name(role)}")'
            lines.append(f'@font-face {{ font-family: "{family}"; src: {source}; {ASKED[role]} }}')
        for line in css.splitlines():
            if not line.startswith("@font-face"):
                for house, families in self._families(medium).items():
                    line = line.replace(f'"{house}"', families)
            lines.append(line)
        return "\n".join(lines)

    def _name(self, role: str) -> str:
        return f"own-{role}{self.fonts[role].file.suffix}"

    def _embedded(self, css: str) -> str:
        known = fonts.files() | self.files()
        return FACE.sub(lambda one: f'url("data:font/woff2;base64,{web_fonts.base64_of(known[one[1]])}")', css)


def policy(style: str) -> str:
    """What a browser may do with the page: show it, with this very style sheet. Nothing is fetched, nothing runs."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _template(name: str) -> str:
    return (home.TEMPLATES / name).read_text(encoding="utf-8")


def _in_rem(css: str) -> str:
    """``9.6pt`` becomes ``1rem``: a page as wide as the paper, in the reader's own size."""
    return LENGTH.sub(lambda found: f"{float(found[1]) * REM[found[2]]:.4g}rem", css)
