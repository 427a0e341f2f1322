"""What the report would look like with the files as they are now: pages as pictures, and the screen edition. No edition
is made, nothing is mailed, and the lake stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2

from tasks import durable, editorial, home
from tasks.measure import contract, process
from tasks.period import Week
from tasks.render import edition
from tasks.render.job import Job, file_name
from tasks.render.process import draw
from tasks.render.stamp import Stamp
from tasks.settings import Institution

#: In the footer, where an edition has its own.
STAMP = Stamp(0, "preview")
#: Pixels for each of the PDF's points: 110 dots an inch.
SCALE = 110 / 72


@dataclass(frozen=True, slots=True)
class Preview:
    """The files, the pages (by number) that name the metric, and what could not be had, by name."""

    files: list[Path]
    pages: list[int]
    unavailable: dict[str, str]


def preview(institution: Institution, week: Week, metric: str | None = None) -> Preview:
    """Measure and draw a week of the staged lake in the institution's first language, into var/preview. With a metric,
    only the pages that name it become pictures. Raises MetricError when there is none of that name.
    """
    named = contract.load(metric).contract.title if metric else None
    as_of = week.cutoff
    told = process.draft(institution.slug, str(week), as_of.isoformat())
    period = edition.period(institution, str(week), as_of)
    document: dict[str, Any] = told["document"] | {"editorial": editorial.words(institution, str(week), period)}
    language = institution.institution.languages[0]
    files = draw(Job(document, institution, STAMP, (language,)))
    folder = home.state() / "preview" / institution.slug / str(week)
    for old in folder.glob("page-*.png"):
        old.unlink()
    page, paper = file_name(None, language, "html"), file_name(None, language, "pdf")
    made = {page: files[page], paper: files[paper]}
    pages = []
    for number, words, picture in _pages(files[paper]):
        if named is None or _squeezed(getattr(named, language)) in _squeezed(words):
            made[f"page-{number}.png"] = picture
            pages.append(number)
    for name, data in made.items():
        durable.write_bytes(folder / name, data)
    return Preview([folder / name for name in made], pages, told["unavailable"])


def _pages(pdf: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Number, text and picture (PNG) of every page."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            out = BytesIO()
            page.render(scale=SCALE).to_pil().save(out, "PNG")
            yield number, page.get_textpage().get_text_bounded(), out.getvalue()


def _squeezed(text: str) -> str:
    """Without the spaces and line ends that a layout adds."""
    return "".join(text.split()).casefold()
