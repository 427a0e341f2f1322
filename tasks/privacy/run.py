"""What the command line and the DAGs call: plain values in and out, one at a time for each institution."""

from __future__ import annotations

import logging
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tasks import holding, home, settings, steps
from tasks.digest.book import Book
from tasks.errors import WeerklankError
from tasks.period import Week, now
from tasks.privacy import requests
from tasks.privacy.person import Person
from tasks.privacy.requests import Request
from tasks.settings import Institution

log = logging.getLogger(__name__)


def erase(slug: str, person: Person, *, by: str, reference: str = "", really: bool) -> dict[str, Any]:
    """Erase one person and return the receipt; without ``really``, say what there is of them."""
    from tasks.privacy import erase as erasing

    institution = settings.load(slug)
    asked = erasing.Asked(by, reference, now().isoformat(timespec="seconds"))
    with holding.alone(slug):
        if not really:
            return erasing.look(institution, person, asked)
        return erasing.erase(institution, person, asked, lambda period: _again(institution, period))


def erase_requested(slug: str, number: str, *, by: str, really: bool) -> dict[str, Any]:
    """The same for a request that was filed; it is forgotten once it is done."""
    request = requests.read(slug, number)
    done = erase(slug, request.person, by=by, reference=request.reference, really=really)
    if really:
        requests.done(slug, number)
    return done


def file(slug: str, person: Person, reference: str) -> str:
    """Keep a request for Airflow's form; returns its number."""
    return requests.file(settings.load(slug).slug, Request(person, reference), today(slug))


def export(slug: str, person: Person, path: Path) -> dict[str, int]:
    """Write all there is of one person to a file of theirs."""
    from tasks.privacy import export as exporting

    institution = settings.load(slug)
    with holding.alone(slug):
        return exporting.export(institution, person, path)


def retain(slug: str, on: date | None = None, *, really: bool) -> dict[str, Any]:
    """Let go what is over by the institution's terms; without ``really``, say what that is."""
    from tasks.privacy import retain as retaining

    institution, day = settings.load(slug), on or today(slug)
    with holding.alone(slug):
        went = retaining.retain(institution, day, really=really).as_json()
        if really:  # the digest forgets too, unless it was switched off
            Book(home.ledger_url()).tidy(slug, datetime.combine(day, time(), institution.zone))
        return went | {"requests": requests.forget_old(slug, day) if really else 0}


def retain_all(*, really: bool) -> dict[str, Any]:
    """The same for every institution that reports by itself; one that fails keeps nothing from the others."""
    told: dict[str, Any] = {}
    broken = []
    for slug, institution in settings.load_all():
        if isinstance(institution, Institution) and institution.institution.automatic:
            try:
                told[slug] = retain(slug, really=really)
                log.info("%s: %s", slug, told[slug])
            except WeerklankError as error:
                broken.append(f"{slug}: {error}")
    if broken:
        raise WeerklankError("\n".join(broken))
    return told


def rotate(slug: str) -> dict[str, Any]:
    """Add a key and re-key everything."""
    from tasks.privacy import rotate as rotating

    institution = settings.load(slug)
    with holding.alone(slug):
        return rotating.rotate(institution, now().isoformat(timespec="seconds"))


def today(slug: str) -> date:
    """The day on the institution's clock."""
    institution = settings.load(slug)
    moment: datetime = institution.institution.clock or now()
    return moment.astimezone(institution.zone).date()


def _again(institution: Institution, period: str) -> str:
    """The report of a week made again; or why it cannot be."""
    as_of = Week.parse(period, institution.zone).cutoff.isoformat()
    try:
        steps.measure(institution.slug, period, as_of)
        return f"{period}/r{steps.render(institution.slug, period, as_of)['revision']}"
    except WeerklankError as error:
        return str(error)
