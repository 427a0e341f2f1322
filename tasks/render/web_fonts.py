"""The report's typefaces for a browser: the same cuts as on paper, as WOFF2, made once."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from tasks import durable
from tasks.render import fonts


def prepare() -> None:
    """Make what is missing beside the cuts of `tasks.render.fonts`."""
    for cut in fonts.CUTS:
        _woff2(fonts.files()[cut.name])


@cache
def base64_of(font: Path) -> str:
    """A font as it goes into a data URI: about 30 KB for a cut of ours."""
    return base64.b64encode(_woff2(font).read_bytes()).decode()


def _woff2(font: Path) -> Path:
    """The same font for a browser, beside it; made when it is not there."""
    target = font.with_suffix(".woff2")
    if not target.is_file():
        with TTFont(font, recalcTimestamp=False) as opened:
            opened.flavor = "woff2"
            with durable.replacing(target) as aside:
                opened.save(aside)
    return target
