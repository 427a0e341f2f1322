"""An institution's own typefaces: allowed to be embedded, cut down to what a report shows, made once and kept."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError
from fontTools.varLib import instancer

from tasks import durable, home
from tasks.brand.files import Unfit
from tasks.render.fonts import FEATURES, KEPT

#: The weight each role is printed in; a variable font is cut there.
WEIGHTS = {"regular": 400, "italic": 400, "semibold": 600, "bold": 700, "heads": 600}
#: OS/2 fsType: the two that forbid, and the one that allows no more than viewing and printing.
FORBIDDEN, NO_SUBSETS, BITMAPS_ONLY, PRINT_ONLY = 0x0002, 0x0100, 0x0200, 0x0004
NEEDED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;%()–+“”’éëïöü"
RECIPE = repr((WEIGHTS, KEPT, FEATURES, 1))


@dataclass(frozen=True, slots=True)
class Typeface:
    """One role's font; ``on_screen`` when its maker also allows it in a file that a browser opens."""

    file: Path
    family: str
    on_screen: bool


@lru_cache(maxsize=64)
def made(data: bytes, role: str) -> Typeface:
    """The font for a role, cut and kept; raises Unfit when it cannot or may not be used."""
    digest = hashlib.sha256(b"\0".join((data, role.encode(), RECIPE.encode(), version("fonttools").encode())))
    try:
        with TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True) as font:
            rights = _rights(font)
            family = _family(font)
            missing = [sign for sign in NEEDED if ord(sign) not in font.getBestCmap()]
            if missing:
                raise Unfit(f"the font lacks {' '.join(missing[:8])}; give the whole font, not a part of it")
            suffix = ".otf" if "CFF " in font else ".ttf"
            target = home.cache() / "brand" / f"{digest.hexdigest()[:24]}{suffix}"
            if not target.is_file():
                _cut(font, role, target)
    except Unfit:
        raise
    except (TTLibError, OSError, ValueError, KeyError, AssertionError, TypeError, AttributeError) as error:
        raise Unfit(f"this is no TTF or OTF font that can be read ({error})") from None
    return Typeface(target, family, not rights & PRINT_ONLY)


def _rights(font: TTFont) -> int:
    rights = int(font["OS/2"].fsType)
    if rights & FORBIDDEN and not rights & 0x000C:
        raise Unfit("the font's maker forbids embedding it (OS/2 fsType 2); ask for a licence or take another font")
    if rights & (NO_SUBSETS | BITMAPS_ONLY):
        raise Unfit(f"the font's maker forbids embedding a part of it (OS/2 fsType {rights}); take another font")
    return rights


def _family(font: TTFont) -> str:
    """The family's name as it may stand in a style sheet."""
    name: Any = font["name"].getDebugName(16) or font["name"].getDebugName(1) or ""
    return " ".join(re.sub(r"[^A-Za-z0-9 -]", "", str(name)).split())[:40] or "Own"


def _cut(font: TTFont, role: str, target: Path) -> None:
    options = subset.Options(layout_features=list(FEATURES), name_IDs=["*"], notdef_outline=True, glyph_names=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for first, last in KEPT for point in range(first, last + 1)])
    cutter.subset(font)
    if "fvar" in font:
        font = instancer.instantiateVariableFont(font, _place(font, role), inplace=True, updateFontNames=False)
    with durable.replacing(target) as aside:
        font.save(aside)


def _place(font: TTFont, role: str) -> dict[str, float]:
    """Every axis at its usual place, the weight at the role's, as far as the font goes."""
    wanted = {"wght": WEIGHTS[role]}
    axes = font["fvar"].axes
    return {
        axis.axisTag: min(max(wanted.get(axis.axisTag, axis.defaultValue), axis.minValue), axis.maxValue)
        for axis in axes
    }
