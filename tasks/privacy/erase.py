"""Erasing one person: found, shown, written down, done, and a receipt. Killed anywhere, the same command ends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import durable, home, quoted
from tasks.desk.book import Book as Desk
from tasks.digest.book import Book
from tasks.errors import UsageError
from tasks.extract.cursor import Cursors
from tasks.period import Week, now
from tasks.privacy import editions, memory, plan, receipt, records, requests, state, words
from tasks.privacy.find import Seen, find
from tasks.privacy.pages import Landed
from tasks.privacy.person import MASK, Person
from tasks.privacy.plan import Plan
from tasks.settings import Institution
from tasks.stage import erased
from tasks.stage.rows import LANDED, MASKED, QUARANTINE

#: Makes a period's report anew (``2026-W47``); returns the edition's name, or why there is none.
Rebuild = Callable[[str], str]


@dataclass(frozen=True)
class Asked:
    """Who asked, under which number of the register, and when (ISO 8601)."""

    by: str
    reference: str
    at: str


def look(institution: Institution, person: Person, asked: Asked) -> dict[str, Any]:
    """Everything there is of a person, without a word of it; changes nothing but what staging had to do."""
    landed = Landed(institution)
    if begun := _begun(landed, person):
        return receipt.told(institution, person, begun) | {"begun": begun.receipt}
    landed.stage()
    found = find(landed, person)
    return receipt.told(institution, person, plan.make(landed, person, found, by=asked.by, reference="", at=asked.at))


def erase(institution: Institution, person: Person, asked: Asked, rebuild: Rebuild) -> dict[str, Any]:
    """Do it; returns the receipt. Raises UsageError when there is nothing of such a person, unless an erasure was
    killed when only the request for it was left: then that is forgotten, and the receipt is that one's.
    """
    landed = Landed(institution)
    slug = institution.slug
    state.clear_strays(slug)
    work = _begun(landed, person) or _begin(landed, person, asked)
    if work is None:
        done = plan.ended(landed, person)
        if done and requests.done_for(slug, person):
            return done
        raise UsageError(
            f"{slug}: nothing of this handle is kept for {person.source}. Is it spelled as the platform has it? "
            "Raw pages that are gone can only be searched for the usual spellings."
        )
    found = find(landed, person)  # also what was landed after it was begun
    work = plan.with_more(landed, person, work, found)
    plan.save(slug, work)
    for page in landed.pages():
        _erase_in(Seen(page, person), work)
    erased.save(slug, work.receipt, landed.keys, work.items)
    memory.forget(landed, work.items)
    landed = Landed(institution)
    weeks = landed.stage()
    records.carry(institution, work.folder(slug), lambda item: work.items.get(item, item))
    Book(home.ledger_url()).rename(slug, work.items)
    _at_the_desk(slug, person, work)
    Cursors(home.ledger_url(), now).forget_position(slug, person.source)
    files = _beside(institution, person, work)
    for one in work.editions:
        editions.redact(institution, one, person, work.receipt, work.begun_at)
    quoted.rename(slug, work.items)
    rebuilt = {period: made or rebuild(period) for period, made in _newer(institution, work).items()}
    told = receipt.receipt(landed, person, work, files, rebuilt) | {"weeks_staged": weeks}
    plan.end(slug, work, told)
    requests.done_for(slug, person)
    return told


def _begun(landed: Landed, person: Person) -> Plan | None:
    mine = plan.keyed(landed, person)
    return next((one for one in plan.unfinished(landed.slug) if one.person == mine), None)


def _begin(landed: Landed, person: Person, asked: Asked) -> Plan | None:
    """Stage, find, and write down what is to be done; None when there is nothing."""
    landed.stage()
    found = find(landed, person)
    work = plan.make(landed, person, found, by=asked.by, reference=asked.reference, at=asked.at)
    if not found.anything and not work.editions:
        return None
    records.note(landed.institution, work.folder(landed.slug))
    plan.save(landed.slug, work)
    return work


def _erase_in(seen: Seen, work: Plan) -> None:
    """One page: the person's lines and those that name them become rows, and these lose words and names."""
    page = seen.page
    threads = set(work.items)
    lines = seen.hanging(threads, ())
    origin = seen.person.inside.sub(MASK, page.page.origin)
    if lines:
        memory.note(page, datetime.fromisoformat(work.begun_at).date(), work.items)
    page.settle(lines, lambda good, bad: (_good(seen, good, work), _bad(seen.person, bad)), origin=origin)


def _good(seen: Seen, good: pa.Table, work: Plan) -> pa.Table:
    own = pc.is_in(good["item_id"], value_set=pa.array(work.own, pa.string()))
    named = seen.named_rows(good)
    good = _masked(seen, good, named, pc.and_(named, pc.invert(own)))
    good = words.without(good, own, work.judged)
    good = _without_reposts(seen, good)
    for column in ("item_id", "parent_id", "thread_id"):
        good = erased.replaced(good, column, work.items)
    return erased.replaced(good, "author_key", work.authors)


def _without_reposts(seen: Seen, good: pa.Table) -> pa.Table:
    """On a page that names the person what others passed on may be theirs, word by word: those words go as well."""
    reposts = pc.equal(good["kind"], "repost")
    if not seen.named_lines or not pc.any(reposts).as_py():
        return good
    zone = seen.page.of.institution.zone
    weeks = {str(Week.containing(at, zone)) for at in good.filter(reposts)["created_at"].to_pylist()}
    return words.without(good, reposts, words.judgements(seen.page.of.slug, sorted(weeks)))


def _masked(seen: Seen, good: pa.Table, named: pa.Array, others: pa.Array) -> pa.Table:
    """Texts that name the person do so no more; those of others stay judged as they were."""
    if not pc.any(named).as_py():
        return good
    institution = seen.page.of.institution
    rows, places = good.to_pylist(), pc.indices_nonzero(named).to_pylist()
    weeks = {str(Week.containing(rows[place]["created_at"], institution.zone)) for place in places}
    judged = words.judgements(institution.slug, sorted(weeks))
    for place, other in zip(places, others.filter(named).to_pylist(), strict=True):
        row = rows[place]
        row |= {name: seen.person.masked(row[name]) for name in MASKED}
        if other and row["kept"] is None and (row["text"] or row["title"]):
            row["kept"] = judged.get(row["item_id"])
    return pa.Table.from_pylist(rows, LANDED)


def _bad(person: Person, bad: pa.Table) -> pa.Table:
    """Refused lines: a reason may quote what stood there."""
    rows = [row | {"reason": person.inside.sub(MASK, row["reason"])} for row in bad.to_pylist()]
    return pa.Table.from_pylist(rows, QUARANTINE)


def _at_the_desk(slug: str, person: Person, work: Plan) -> None:
    """Statements of ours about the person's items name neither these nor the person."""
    desk = Desk(home.ledger_url())
    desk.rename(slug, work.items)
    texts = {one.text for one in desk.entries(slug) if one.text}
    masked = {text: str(person.masked(text)) for text in texts}
    desk.reword(slug, {old: new for old, new in masked.items() if old != new})


def _beside(institution: Institution, person: Person, work: Plan) -> list[str]:
    """What is kept beside pages, lake and editions; returns the files that were removed or changed."""
    slug, changed = institution.slug, []
    gone = {*work.own}
    for path in sorted(home.labels(slug).glob("*/*/*.json")):
        if path.stem in gone:
            changed.append(_removed(path))
    for name, rows in work.documents.items():
        path = home.lake() / name
        if not path.exists():
            continue
        told = editions.redacted(json.loads(path.read_text(encoding="utf-8")), person, rows, black=None)
        durable.write_bytes(path, json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode())
        quoted.without(quoted.of_document(path), rows)
        changed.append(home.shown(path))
    changed += [_removed(path) for path in editions.mails(slug, person, work.editions)]
    for path in sorted((home.state() / "preview" / slug).glob("*")):
        shutil.rmtree(path)
        changed.append(home.shown(path))
    # How answers began that could not be used: who is in them cannot be told, and nobody counts them.
    changed += [_removed(path) for path in state.refused(slug) if path.parent.parent.name == person.source]
    for path in _texts(slug):
        text = path.read_text(encoding="utf-8")
        if (masked := person.masked(text)) != text:
            durable.write_bytes(path, str(masked).encode(), mode=path.stat().st_mode & 0o777)
            changed.append(home.shown(path))
    return changed


def _removed(path: Path) -> str:
    path.unlink(missing_ok=True)
    return home.shown(path)


def _texts(slug: str) -> Iterable[Path]:
    """Small files in which somebody may have written a name."""
    yield from sorted((home.state() / "editor" / slug).glob("*.json"))
    yield from sorted(home.reports(slug).rglob("*.withdrawn.json"))
    yield from sorted(home.landing(slug, "").glob("*/windows/*.json"))


def _newer(institution: Institution, work: Plan) -> dict[str, str]:
    """The weeks whose editions were blacked out and are nobody's record, each with the newer edition that it has
    already; empty where one is to be made. Interim ones are not made again.
    """
    from tasks.render.edition import newest_in

    names = {one.name for one in work.editions}
    found = {}
    for one in work.editions:
        path = newest_in(home.reports(institution.slug) / one.period)
        if path and "/" not in one.period and not editions.held(institution, one.name):
            newest = f"{one.period}/{path.name}"
            found[one.period] = "" if newest in names else newest
    return found
