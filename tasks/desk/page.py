"""The desk's pages as HTML: nothing fetched, nothing run, usable on a phone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks import home, settings
from tasks.deliver.body import words
from tasks.desk import say
from tasks.desk.book import LONGEST, Book
from tasks.desk.open import Open, listed
from tasks.privacy import journal
from tasks.render.formats import Formats
from tasks.settings import Institution
from tasks.topics import taxonomy

Clock = Callable[[], datetime]


def index(slugs: Iterable[str], spoken: str) -> str:
    """Which institutions' desks somebody may open."""
    known = sorted(set(slugs) & set(settings.slugs()))
    named = [
        (slug, one.name if isinstance(one, Institution) else slug) for slug, one in settings.load_all() if slug in known
    ]
    return _page("index.html.j2", spoken, institutions=named, root="")


def desk(slug: str, spoken: str, *, by: str, clock: Clock, saved: bool = False) -> str:
    """Everything that is open, and what was settled lately. That somebody saw words is journaled first."""
    institution = settings.load(slug)
    moment = institution.institution.clock or clock()
    open_items, settled = listed(institution, moment)
    _noted(slug, [*open_items, *settled], by, clock)
    return _page(
        "desk.html.j2", spoken, institution=institution.name, open=open_items, settled=settled, saved=saved, root="../",
        **_names(institution, spoken),
    )  # fmt: skip


def item(slug: str, item_id: str, spoken: str, *, by: str, clock: Clock, problem: str = "") -> str | None:
    """One of them with its form; None when it is not on the desk."""
    institution = settings.load(slug)
    one = _one(institution, item_id, clock)
    if one is None:
        return None
    _noted(slug, [one], by, clock)
    history = [entry for entry in Book(home.ledger_url()).entries(slug) if entry.item.item_id == item_id]
    departments = [(each.id, getattr(each.name, spoken)) for each in institution.department]
    return _page(
        "item.html.j2", spoken, institution=institution.name, one=one, history=history, departments=departments,
        problem=problem, longest=LONGEST, root="../../", **_names(institution, spoken),
    )  # fmt: skip


def told(slug: str, item_id: str, form: Mapping[str, str], spoken: str, *, by: str, clock: Clock) -> str | None:
    """Write down what somebody filled in. Returns what is wrong with it, empty when nothing is; None when there is no
    such item.
    """
    institution = settings.load(slug)
    one = _one(institution, item_id, clock)
    if one is None:
        return None
    try:
        now = institution.institution.clock or clock()
        Book(home.ledger_url()).write(slug, say.entries(institution, one, form, by=by, clock=now))
    except say.WrongError as error:
        return words(spoken, "desk")(f"wrong_{error}", n=LONGEST)
    return ""


def policy(page: str) -> str:
    """The content-security policy of one of these pages: its own style, and forms that come back here."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
    )


def problem(error: str, spoken: str, root: str) -> str:
    """A page that says what is wrong; ``root`` is where the list of desks is."""
    return _page("problem.html.j2", spoken, error=error, root=root)


def _one(institution: Institution, item_id: str, clock: Clock) -> Open | None:
    open_items, settled = listed(institution, institution.institution.clock or clock())
    return next((one for one in (*open_items, *settled) if one.item.item_id == item_id), None)


def _noted(slug: str, shown: list[Open], by: str, clock: Clock) -> None:
    journal.note(slug, "case desk", sum(1 for one in shown if one.words), by=f"Airflow: {by}"[:120], clock=clock)


def _names(institution: Institution, spoken: str) -> dict[str, Any]:
    say_it = words(spoken, "desk")
    departments = {one.id: getattr(one.name, spoken) for one in institution.department}
    return {
        "formats": Formats(spoken, institution.zone),
        "zone": institution.zone,
        "sources": {one.id: getattr(one.name, spoken) for one in institution.source},
        "departments_by_id": departments | {None: say_it("nobody"), "nobody": say_it("nobody")},
        "topics": {one.key: getattr(one.name, spoken) for one in taxonomy.load(institution.slug)},
    }


def _page(template: str, spoken: str, **given: Any) -> str:
    return _environment().get_template(template).render(given | {"t": words(spoken, "desk"), "lang": spoken})


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([home.TEMPLATES / "desk", home.TEMPLATES / "archive"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
