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
        _file(cut.name.removesuffix(".ttf"))


@cache
def base64_of(name: str) -> str:
    """One cut (``SourceSans3-Regular``) as it goes into a data URI: 30 KB."""
    return base64.b64encode(_file(name).read_bytes()).decode()


def _file(name: str) -> Path:
    """The WOFF2 file, made when it is not there."""
    target = fonts.place() / f"{name}.woff2"
    if not target.is_file():
        with TTFont(fonts.files()[f"{name}.ttf"], recalcTimestamp=False) as font:
            font.flavor = "woff2"
            with durable.replacing(target) as aside:
                font.save(aside)
    return target
