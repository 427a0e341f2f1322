"""PDFs every test may look at, each made once; a complaint from WeasyPrint fails the test that asked for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from tasks import settings
from tasks.render.job import Job
from tasks.render.pdf import render_pdf
from tasks.render.stamp import Stamp
from tasks.settings import Institution
from tests.render import crisis, sample
from tests.shared import once

HOSTILE = [
    '<script>alert(1)</script><img src="file:///etc/passwd"><link rel=attachment href="file:///etc/passwd">',
    "{{ 7*7 }} {% import os %} </q></td></tr></table><h1>Overgenomen</h1><svg onload=alert(1)>",
    "A" * 10_000,
    "متى يرد أحد؟ \u202etxt.exe\u202c niemand neemt op",
    "Z" + "\u0337\u0322\u031b\u0317" * 40 + " te\u200bst ver\u2060boden 👩🏽‍💻👨‍👩‍👧‍👦🇳🇱❤️‍🔥 ok",
    '=HYPERLINK("http://evil.example","klik") 你好 हिन्दी © ™ → ✔ mail mij: jan@voorbeeld.example 0612345678 @jantje',
    "<style>@import url(http://169.254.169.254/);*{display:none}</style><svg><image href='http://169.254.169.254/'/></svg>",
]
WEEKS: dict[str, Callable[[], dict[str, Any]]] = {
    "normal": sample.normal,
    "quiet": sample.quiet,
    "empty": sample.empty,
    "rowless": lambda: sample.empty(rows=False),
    "crisis": crisis.crisis,
    "hostile": lambda: sample.hostile(HOSTILE),
    "branded": sample.normal,
}
#: Pages about one department, by name: of which week, and of which department.
DEPARTMENTS = {"department": ("normal", "exams"), "department_hostile": ("hostile", "exams")}
DEPARTMENTS |= {"department_quiet": ("quiet", "it"), "department_crisis": ("crisis", "it")}
WEEKS |= {name: WEEKS[week] for name, (week, _) in DEPARTMENTS.items()}
#: The other weeks in the second demo institution's colours, logo and typefaces.
BRANDED = ("quiet", "empty", "crisis", "hostile")
WEEKS |= {f"branded_{week}": WEEKS[week] for week in BRANDED}
LANGUAGES = ("nl", "en")
STAMP = Stamp(1, "0123456789ab")


def institution_of(week: str) -> Institution:
    """Whose week it is."""
    institution = crisis.institution() if "crisis" in week else sample.institution()
    if not week.startswith("branded"):
        return institution
    brand = settings.load("larkmoor").brand.model_dump(by_alias=True, exclude={"letter"})
    return institution.model_copy(update={"brand": sample.institution(brand=brand).brand})


def job(week: str, *languages: str) -> Job:
    """One of the sample weeks, ready to be drawn."""
    return Job(WEEKS[week](), institution_of(week), STAMP, languages or LANGUAGES)


@dataclass(frozen=True)
class Seen:
    """What a reader of a PDF finds: the text of each page, and every visible character with its place and size."""

    texts: list[str]
    pages: list[list[dict[str, Any]]]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class Complaints(logging.Handler):
    """Collects what WeasyPrint logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def no_complaints() -> Iterator[None]:
    complaints, logger = Complaints(), logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    yield
    logger.removeHandler(complaints)
    assert complaints.lines == []


@pytest.fixture(scope="session", autouse=True)
def crisis_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The week of twenty thousand mentions is made when it is first asked for, by one process of the run."""
    crisis.run = tmp_path_factory


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """``pdf("normal", "nl")``: the file of one of the sample weeks."""

    @cache
    def made(week: str, language: str) -> Path:
        def draw(folder: Path) -> None:
            about = DEPARTMENTS[week][1] if week in DEPARTMENTS else None
            drawn = render_pdf(WEEKS[week](), institution_of(week), language, stamp=STAMP, department=about)
            (folder / "report.pdf").write_bytes(drawn)

        return once(tmp_path_factory, f"pdf-{week}-{language}", draw) / "report.pdf"

    return made


@pytest.fixture(scope="session")
def seen(pdf: Callable[[str, str], Path]) -> Callable[[str, str], Seen]:
    """``seen("normal", "nl")``: what is on its pages, read once."""

    @cache
    def read(week: str, language: str) -> Seen:
        with pdfplumber.open(pdf(week, language)) as opened:
            shown = [[char for char in page.chars if char["text"].strip()] for page in opened.pages]
            return Seen([page.extract_text() for page in opened.pages], shown)

    return read
