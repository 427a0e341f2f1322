"""WeasyPrint, kept on a short lead: our files only, the same bytes every time, no loose ends."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tasks import home
from tasks.errors import RenderError
from tasks.render import fonts

EMOJI = "NotoColorEmoji.ttf"
#: Compressing and naming the file are left to ``repair``: it has to read everything first, and does it in half the
#: time; for a name of WeasyPrint's own everything would be written twice.
OPTIONS: dict[str, Any] = {
    "pdf_variant": "pdf/a-3a",
    "pdf_tags": True,
    "uncompressed_pdf": True,
    "pdf_identifier": False,
}


_SHEETS: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    text: str
    about: str


class Laid:
    """A page laid out, not yet written; ``own`` are an institution's files that page and style may name, beside fonts
    and templates.
    """

    def __init__(self, page: str, style: str, own: dict[str, Path]) -> None:
        from weasyprint import HTML  # a second of import, only for who renders

        from tasks.render.fetch import OnlyOurs

        self.page, self.style = page, style
        self._fetcher = OnlyOurs(home.TEMPLATES, fonts.files() | own)
        with self._nothing_refused():
            sheet = self._sheet(style)
        with self._nothing_refused():
            source = HTML(string=page, base_url=_base(), url_fetcher=self._fetcher)
            self._document = source.render(stylesheets=[sheet], font_config=_typefaces(), **OPTIONS)

    def _sheet(self, style: str) -> Any:
        """A style sheet, read once for all pages that a process draws."""
        from weasyprint import CSS

        if fonts.emoji_file():
            style += f'\n@font-face {{ font-family: "Emoji"; src: url("font:{EMOJI}") }}'
        if style not in _SHEETS:
            sheet = CSS(string=style, url_fetcher=self._fetcher, font_config=_typefaces(), base_url=_base())
            if self._fetcher.unread:  # without a font it is not what it should be
                return sheet
            _SHEETS[style] = sheet
        return _SHEETS[style]

    @property
    def pages(self) -> int:
        return len(self._document.pages)

    def begins_with(self, anchor: str) -> bool:
        """Whether the element with this id is on the first page."""
        return anchor in self._document.pages[0].anchors

    def used(self, page: int) -> float:
        """How far down a page its content goes, in CSS pixels."""
        box = self._document.pages[page]._page_box
        root = next(child for child in box.children if child.element_tag == "html")
        ends = [
            block.position_y + block.margin_height()
            for body in root.children
            for block in body.children
            if block.is_in_normal_flow()
        ]
        return float(max(ends, default=box.content_box_y()) - box.content_box_y())

    def room(self, page: int) -> float:
        """What is left empty at the foot of a page, in CSS pixels."""
        return float(self._document.pages[page]._page_box.height) - self.used(page)

    def heights(self, tag: str, attribute: str, value: str) -> list[float]:
        """Of every element of a kind that has this attribute, or is inside one that has, in CSS pixels, in order."""
        found: dict[Any, float] = {}
        for page in self._document.pages:
            _measure(page._page_box, tag, attribute, value, False, found)
        return list(found.values())

    def write(self, attached: Sequence[Attached], metadata: bytes, made: datetime) -> bytes:
        """The file, dated ``made``; raises RenderError when drawing it asked for anything that is not ours."""
        from weasyprint import Attachment

        self._document.metadata.attachments = [
            Attachment(
                string=one.text, name=one.name, description=one.about, relationship="Data", created=made, modified=made
            )
            for one in attached
        ]
        self._document.metadata.xmp_metadata = [metadata]
        with self._nothing_refused(), _dated(made), warnings.catch_warnings():
            # WeasyPrint 70 forgets to close its own colour profile (pdf/__init__.py, sRGB2014.icc): nothing is lost.
            warnings.filterwarnings("ignore", category=ResourceWarning, message=".*sRGB2014")
            return bytes(self._document.write_pdf(**OPTIONS))

    @contextmanager
    def _nothing_refused(self) -> Iterator[None]:
        """WeasyPrint swallows some refusals (inline SVG) and lets others through: both end here."""
        from weasyprint.urls import FatalURLFetchingError

        try:
            yield
        except FatalURLFetchingError:
            if not (self._fetcher.refused or self._fetcher.unread):
                raise
        if self._fetcher.unread:
            raise self._fetcher.unread[0]
        if self._fetcher.refused:
            raise RenderError(
                f"The report asked for {self._fetcher.refused[0]!r}, which is neither a template nor one of its fonts. "
                "Nothing was fetched. If report_templates/ does not ask for it, a text got into the page unescaped."
            )


def _measure(box: Any, tag: str, attribute: str, value: str, inside: bool, found: dict[Any, float]) -> None:
    """Add up the pieces of every such element; a page break may have cut it."""
    inside = inside or (box.element is not None and box.element.get(attribute) == value)
    if inside and box.element_tag == tag:
        found[box.element] = found.get(box.element, 0) + float(box.margin_height())
        return
    for child in getattr(box, "children", ()):
        _measure(child, tag, attribute, value, inside, found)


def _base() -> str:
    return home.TEMPLATES.as_uri() + "/"


@cache
def _typefaces() -> Any:
    """Fonts are read once for all pages that a process draws; each is known by its whole @font-face rule."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@contextmanager
def _dated(made: datetime) -> Iterator[None]:
    """The emoji font that goes into the file gets this date, not today's (fontTools reads SOURCE_DATE_EPOCH)."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(made.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
