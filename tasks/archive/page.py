"""The archive's pages as HTML, for Airflow's Reports page: nothing fetched, nothing run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks import home, period, settings
from tasks.archive import read
from tasks.deliver.body import words
from tasks.deliver.ledger import Ledger
from tasks.errors import ConfigError
from tasks.render.formats import Formats
from tasks.settings import Institution

#: Editions on a page: what somebody can take in, and a second's work when none of them is kept yet.
MOST = 13
LANGUAGES = ("en", "nl")


def language(accepted: str) -> str:
    """Of ours, the one that a browser's ``Accept-Language`` asks for first; English when it asks for neither."""
    asked = (one.split(";")[0].strip().lower().split("-")[0] for one in accepted.split(","))
    return next((one for one in asked if one in LANGUAGES), "en")


def index(slugs: Iterable[str], spoken: str, only: str | None = None, page: int = 0) -> str:
    """The newest editions of these institutions; of one of them, page by page."""
    known = sorted(set(slugs) & set(settings.slugs()))
    given = [_institution(slug, spoken, MOST if slug == only or len(known) == 1 else 3, page) for slug in known
             if only in (None, slug)]  # fmt: skip
    return _page("index.html.j2", spoken, institutions=given, only=only, page=page, root="" if only is None else "../")


def edition(slug: str, name: str, file_language: str, spoken: str) -> str | None:
    """One edition in its place, with its PDFs; None when there is none."""
    if name not in read.names(slug):
        return None
    institution = settings.load(slug)
    one = read.shown(institution, name, spoken, _ledger())
    languages = [each for each in institution.institution.languages if f"report.{each}.html" in one.files]
    wanted = (one for one in (file_language, spoken, *languages) if one in languages)
    shown = next(wanted, None)
    later = [other for other in read.names(slug) if other.rsplit("/", 1)[0] == name.rsplit("/", 1)[0]]
    return _page(
        "edition.html.j2", spoken, institution=institution.name, dag_id=f"weekly_report__{slug}", one=one,
        shown=shown, languages=languages, revisions=later, pdfs=_pdfs(institution, one, spoken),
        formats=Formats(spoken, institution.zone), root="../" * (len(name.split("/")) + 1),
    )  # fmt: skip


def nothing(spoken: str, slug: str) -> str:
    """The page of a run that has made no edition."""
    return _page("nothing.html.j2", spoken, institution=settings.load(slug).name, root="../../")


def policy(page: str) -> str:
    """The content-security policy of one of these pages: its own style, and our own editions in a frame."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-src 'self'; frame-ancestors 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def _institution(slug: str, spoken: str, most: int, page: int) -> dict[str, Any]:
    try:
        institution = settings.load(slug)
    except ConfigError as error:
        return {"slug": slug, "name": slug, "error": str(error), "editions": [], "total": 0}
    every, ledger = read.names(slug), _ledger()
    here = every[page * most : (page + 1) * most]
    spoken_here = spoken if spoken in institution.institution.languages else institution.institution.languages[0]
    return {
        "slug": slug,
        "name": institution.name,
        "dag_id": f"weekly_report__{slug}",
        "error": "",
        "editions": [read.shown(institution, name, spoken_here, ledger) for name in here],
        "pdfs": dict.fromkeys(here, f"report.{spoken_here}.pdf"),
        "total": len(every),
        "more": len(every) > (page + 1) * most,
        "formats": Formats(spoken, institution.zone),
    }


def _pdfs(institution: Institution, one: read.Shown, spoken: str) -> list[tuple[str, str]]:
    """What to call each PDF, and its file."""
    labels = {each.id: getattr(each.name, spoken) for each in institution.department}
    found = []
    for name in one.files:
        part, spoken_in, ending = name.split(".")
        if ending == "pdf":
            department = part.removeprefix("department-")
            label = words(spoken, "archive")("whole") if part == "report" else labels.get(department, department)
            found.append((part != "report", f"{label} ({spoken_in})", name))
    return [(label, name) for _, label, name in sorted(found)]


def _ledger() -> Ledger:
    return Ledger(home.ledger_url(), period.now)


def _page(template: str, spoken: str, **given: Any) -> str:
    return _environment().get_template(template).render(given | {"t": words(spoken, "archive"), "lang": spoken})


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(home.TEMPLATES / "archive"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
