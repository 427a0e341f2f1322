"""What is told of an erasure: before it, to who decides; after it, to the register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tasks import home
from tasks.deliver.ledger import Ledger
from tasks.deliver.schema import RECEIPTS
from tasks.digest.book import Book
from tasks.extract import landing
from tasks.period import now
from tasks.privacy import editions
from tasks.privacy.pages import Landed
from tasks.privacy.person import BARE, Person
from tasks.privacy.plan import Plan
from tasks.settings import Institution


def by_hand(slug: str, person: Person) -> list[str]:
    """Files of the checkout that name the person: who keeps them must change them."""
    listed = [*(home.EDITOR / slug).glob("*.toml"), home.CONFIG / f"{slug}.toml", home.TAXONOMY / f"{slug}.toml"]
    listed.append(home.SQL / "corrections.toml")
    found = []
    for path in sorted(path for path in listed if path.exists()):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [f"{home.shown(path)}:{number}" for number, line in enumerate(lines, 1) if person.pattern.search(line)]
    return found


def holders(slug: str, affected: Iterable[editions.Affected]) -> dict[str, list[str]]:
    """Who was mailed these editions: their copies are theirs."""
    ledger = Ledger(home.ledger_url(), now)
    found = {}
    for one in affected:
        revision = int(one.name.rpartition("/r")[2])
        entries = (entry for entry in ledger.entries(slug, one.period) if entry.key.revision == revision)
        found[one.name] = sorted({entry.key.recipient for entry in entries if entry.state in RECEIPTS})
    return {name: people for name, people in found.items() if people}


def told_of(slug: str, work: Plan) -> list[str]:
    """Who was mailed between reports that the person waits, with the address of what they wrote."""
    names = {*work.own, *(work.items.get(item, item) for item in work.own)}
    return Book(home.ledger_url()).readers(slug, names)


def told(institution: Institution, person: Person, work: Plan) -> dict[str, Any]:
    """What there is of a person, for who decides: counts, and names of editions, files and holders."""
    slug = institution.slug
    labelled = [path for path in home.labels(slug).glob("*/*/*.json") if path.stem in work.items]
    return {
        "institution": slug,
        "source": person.source,
        "person": work.person,
        **work.counts,
        "pages": sorted(work.pages_before),
        "labels": len(labelled),
        "editions": [one.name for one in work.editions],
        "held": [one.name for one in work.editions if editions.held(institution, one.name)],
        "holders": holders(slug, work.editions),
        "told": told_of(slug, work),
        "mails": [home.shown(path) for path in editions.mails(institution.slug, person, work.editions)],
        "by_hand": by_hand(slug, person),
    } | _left(person)


def _left(person: Person) -> dict[str, str]:
    return {"left": BARE} if person.is_ordinary else {}


def receipt(landed: Landed, person: Person, work: Plan, files: list[str], rebuilt: dict[str, str]) -> dict[str, Any]:
    """For the register: hashes, counts, names of editions; nothing that says who it was."""
    slug = landed.slug
    there = {page.sha256: page for page in landing.pages(slug)}
    pages = [
        {"page": sha, "before": before, "after": [there[sha].raw, there[sha].rows] if sha in there else None}
        for sha, before in sorted(work.pages_before.items())
    ]
    return {
        "receipt": work.receipt,
        "institution": slug,
        "person": work.person,
        "source": work.source,
        "asked_by": work.by,
        "reference": work.reference,
        "begun_at": work.begun_at,
        "counts": work.counts,
        "pages": pages,
        "editions": [
            {"edition": one.name, "kept": editions.held(landed.institution, one.name), "files_before": one.before}
            for one in work.editions
        ],
        "rebuilt": rebuilt,
        "files": files,
        "told": len(told_of(slug, work)),
        "holders": {name: len(people) for name, people in holders(slug, work.editions).items()},
    } | _left(person)
