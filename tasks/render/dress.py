"""What a report wears: its colours and typefaces, on paper and on a screen. The templates are the same for both.

A screen gets the paper's style sheet with its points and millimetres turned into the reader's own text size, then what
differs (`screen.css`), then the colours for a dark room.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from tasks import home
from tasks.render import web_fonts
from tasks.render.palette import DARK, HOUSE, Palette

Medium = Literal["paper", "screen"]
#: How many of a reader's text size (16 pixels unless set otherwise) one unit of paper is: text of 9.6 pt becomes 1 rem.
REM = {"pt": 1 / 9.6, "mm": 72 / 25.4 / 9.6}
LENGTH = re.compile(r"(?<![\w#.])(\d*\.?\d+)(pt|mm)\b")
FONT = re.compile(r'url\("font:([\w.-]+)\.ttf"\)')
PAINT = re.compile(r'\b(fill|stroke)="(#[0-9A-Fa-f]{6})"')


@dataclass(frozen=True, slots=True)
class Dress:
    """Colours by day and in a dark room."""

    palette: Palette = HOUSE
    dark: Palette = DARK

    def style(self, medium: Medium) -> str:
        """The whole style sheet, safe inside ``<style>``."""
        paper = _template("report.css")
        if medium == "paper":
            return f":root {{ {self.palette.css()} }}\n{paper}"
        light, dark = f":root {{ {self.palette.css()} }}", f":root {{ {self.dark.css()} }}"
        sheets = (light, _embedded(_in_rem(paper)), _template("screen.css"))
        return "\n".join((*sheets, f"@media (prefers-color-scheme: dark) {{ {dark} }}\n"))

    def painted(self, page: str, medium: Medium) -> str:
        """The finished page with its charts in these colours; people's words are escaped and cannot be hit."""
        roles = {colour: role for role, colour in reversed(HOUSE.roles().items())}
        mine = self.palette.roles()

        def paint(found: re.Match[str]) -> str:
            role = roles[found[2]]  # a colour that is not in the palette is a fault of a chart
            return f'{found[1]}="{mine[role] if medium == "paper" else f"var(--{role})"}"'

        return PAINT.sub(paint, page)


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


def _embedded(css: str) -> str:
    return FONT.sub(lambda found: f'url("data:font/woff2;base64,{web_fonts.base64_of(found[1])}")', css)
