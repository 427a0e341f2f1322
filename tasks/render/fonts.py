"""The report's own typefaces, made once from packages: static cuts render faster than the variable fonts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tasks import durable, home
from tasks.errors import RenderError

PACKAGES = ("fontpkg-source-sans-3", "fontpkg-source-serif-4")
#: Where Linux distributions put the bitmap build of Noto Color Emoji (Debian, Ubuntu: fonts-noto-color-emoji).
EMOJI_PLACES = (
    Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/google-noto-color-emoji-fonts/NotoColorEmoji.ttf"),
)


#: Every Latin script of Europe, punctuation and the few signs our charts use; the rest would only cost set-up time.
KEPT = (
    (0x20, 0x17F),
    (0x218, 0x21B),
    (0x300, 0x330),
    (0x1E9E, 0x1E9E),
    (0x2000, 0x206F),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2265),
    (0x25B2, 0x25CF),
)
FEATURES = ("ccmp", "locl", "mark", "mkmk", "kern", "liga", "tnum", "lnum", "case")


@dataclass(frozen=True, slots=True)
class Cut:
    """One static font: where it comes from and which point of the design space it is."""

    name: str
    package: str
    file: str
    axes: tuple[tuple[str, float], ...]


CUTS = (
    Cut("SourceSans3-Regular.ttf", "fontpkg_source_sans_3", "SourceSans3[wght].ttf", (("wght", 400),)),
    Cut("SourceSans3-SemiBold.ttf", "fontpkg_source_sans_3", "SourceSans3[wght].ttf", (("wght", 600),)),
    Cut("SourceSans3-Bold.ttf", "fontpkg_source_sans_3", "SourceSans3[wght].ttf", (("wght", 700),)),
    Cut("SourceSans3-Italic.ttf", "fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf", (("wght", 400),)),
    Cut(
        "SourceSerif4-SemiBold.ttf",
        "fontpkg_source_serif_4",
        "SourceSerif4[opsz,wght].ttf",
        (("opsz", 20), ("wght", 600)),
    ),
)


def prepare(folder: Path | None = None) -> None:
    """Make the static fonts that ``folder`` (default: the cache) lacks; safe to repeat after an interrupt."""
    folder = folder or place()
    for cut in CUTS:
        if not (folder / cut.name).is_file():
            _make(cut, folder / cut.name)


def place() -> Path:
    """The folder of these fonts; its name follows the versions they are made from."""
    recipe = repr(_versions()) + repr((CUTS, KEPT, FEATURES))
    return home.cache() / f"fonts-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


@cache
def _versions() -> list[tuple[str, str]]:
    """Kept: to look them up reads whole files of metadata."""
    return [(name, version(name)) for name in (*PACKAGES, "fonttools")]


def files() -> dict[str, Path]:
    """Every font a template may name, as ``font:<name>``, with its file; makes what is missing."""
    prepare()
    found = {cut.name: place() / cut.name for cut in CUTS}
    if emoji := emoji_file():
        found["NotoColorEmoji.ttf"] = emoji
    return found


@cache
def emoji_file() -> Path | None:
    """The bitmap build of Noto Color Emoji on this machine, if any; the outline builds take seconds per page."""
    for path in EMOJI_PLACES:
        if path.is_file():
            with TTFont(path, lazy=True) as font:
                if "CBDT" in font:
                    return path
    return None


@cache
def characters() -> frozenset[int]:
    """Code points that every cut for running text can show."""
    prepare()
    shared: set[int] | None = None
    for cut in CUTS:
        with TTFont(place() / cut.name, lazy=True) as font:
            mine = set(font.getBestCmap())
        shared = mine if shared is None else shared & mine
    return frozenset(shared or ())


@cache
def emoji_characters() -> frozenset[int]:
    """Code points of the emoji font; empty when this machine has none."""
    path = emoji_file()
    if path is None:
        return frozenset()
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _make(cut: Cut, target: Path) -> None:
    spec = find_spec(cut.package)
    source = Path(spec.origin).parent / "files" / cut.file if spec and spec.origin else None
    if source is None or not source.is_file():
        raise RenderError(f"The font {cut.file} is missing. Run ./weerklank again: it installs requirements.txt.")
    with TTFont(source, recalcTimestamp=False) as variable:
        _keep_latin(variable)
        static = instancer.instantiateVariableFont(variable, dict(cut.axes), inplace=True, updateFontNames=False)
        static["name"].setName(cut.name.removesuffix(".ttf"), 6, 3, 1, 0x409)
        with durable.replacing(target) as aside:
            static.save(aside)


def _keep_latin(font: TTFont) -> None:
    """Drop what no report shows before the slow part: merging the kerning of thousands of glyphs."""
    options = subset.Options(layout_features=list(FEATURES), name_IDs=["*"], notdef_outline=True, glyph_names=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for first, last in KEPT for point in range(first, last + 1)])
    cutter.subset(font)


if __name__ == "__main__":  # the launcher's set-up
    from tasks.render import web_fonts

    prepare()
    web_fonts.prepare()
