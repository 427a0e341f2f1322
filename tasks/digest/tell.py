"""Telling: what is new is written down for each reader, then mailed; what a server would not take is tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from tasks import home
from tasks.deliver import smtp
from tasks.deliver.ledger import Entry, Ledger
from tasks.deliver.note import Note
from tasks.deliver.rounds import Given, notes
from tasks.deliver.rounds import tell as told
from tasks.digest.book import FRESH, Book, Planned
from tasks.digest.found import Found, look
from tasks.digest.letters import Letters
from tasks.digest.links import links
from tasks.errors import DeliveryRefused
from tasks.privacy import journal
from tasks.settings import Institution

WAITING, URGENT, SPIKE = "waiting", "urgent", "spike"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What one reader may be told: ids of items, or of a day."""

    kind: str
    recipient: str
    items: tuple[str, ...]


def news(institution: Institution, found: Found, moment: datetime) -> Iterator[News]:
    """Who is to hear of what, told or not; in quiet hours only of what is urgent."""
    digest = institution.digest
    if found.urgent and institution.urgent.contact:
        yield News(URGENT, institution.urgent.contact, tuple(one.item_id for one in found.urgent))
    if digest.is_quiet(moment, institution.zone) or digest.contact is None:
        return
    if found.spike:
        yield News(SPIKE, digest.contact, (found.spike.day,))
    contacts = {one.id: one.contact or digest.contact for one in institution.department}
    mine: dict[str, list[str]] = {}
    for one in found.waiting:
        mine.setdefault(contacts.get(one.department, digest.contact), []).append(one.item_id)
    yield from (News(WAITING, contact, tuple(items)) for contact, items in sorted(mine.items()))


def tell(
    institution: Institution, moment: datetime, *, server: smtp.Server, clock: Callable[[], datetime]
) -> dict[str, str]:
    """Mail what nobody was told of yet; returns the ledger's state by mail and reader.

    Raises DeliveryError when a mail waits for its server: the next look sends it. Raises DeliveryInDoubt for one that
    may have arrived: nobody is told twice of the same. Raises DeliveryRefused, once, for a contact without a mailbox.
    """
    if not institution.digest.enabled:
        return {}
    book, ledger = Book(home.ledger_url()), Ledger(home.ledger_url(), clock)
    found = look(institution, moment)
    told_now = list(news(institution, found, moment))
    for planned in book.unsent(institution.slug):
        if planned.at <= moment - FRESH:
            _drop(institution, book, ledger, planned, "it could not go for days, and is written anew")
    for one in told_now:
        book.plan(institution.slug, one.kind, one.recipient, one.items, moment)
    theirs = {(one.kind, one.recipient.lower()): frozenset(one.items) for one in told_now}
    states: dict[str, str] = {}
    missed: dict[str, Entry] = {}
    refused = 0
    quiet = institution.digest.is_quiet(moment, institution.zone)
    for planned in book.unsent(institution.slug):
        if quiet and planned.kind != URGENT:
            continue
        note = _note(institution, found, planned, theirs.get((planned.kind, planned.recipient), frozenset()))
        if note is None:  # everybody in it was answered meanwhile, or it is no longer this reader's
            _drop(institution, book, ledger, planned, "nobody in it waits for this reader any more")
            continue
        journal.note(institution.slug, "digest", len(planned.items), by=f"mail to {planned.recipient}"[:120])
        rows = notes(
            institution, planned.digest, (0, ""), {planned.recipient: note}, Given(server, "digest", clock, False, True)
        )
        states |= {f"{planned.kind} {who}": row.state for who, row in rows.items()}
        missed |= {who: row for who, row in rows.items() if row.state in ("pending", "unknown")}
        refused += sum(row.state == "refused" for row in rows.values())
    book.tidy(institution.slug, moment)
    nowhere = _refused(institution, refused)
    told(f"{institution.slug}: not everybody could be told who waits. {nowhere}".strip(), missed)
    if refused:
        raise DeliveryRefused(nowhere)
    return states


def drafts(institution: Institution, moment: datetime) -> list[tuple[str, str]]:
    """Reader and plain text of every mail that `tell` would write now."""
    book, found = Book(home.ledger_url()), look(institution, moment)
    asked = [
        book.draft(institution.slug, one.kind, one.recipient, one.items, moment)
        for one in news(institution, found, moment)
    ]
    notes_of = [(planned, _note(institution, found, planned, planned.items)) for planned in asked if planned]
    told = [(planned, note) for planned, note in notes_of if note]
    journal.note(institution.slug, "digest", sum(len(planned.items) for planned, _ in told))
    return [(planned.recipient, note.text()) for planned, note in told]


def _refused(institution: Institution, mails: int) -> str:
    if not mails:
        return ""
    slug = institution.slug
    return (
        f"{slug}: a mail server refuses the address of a contact for good ({mails} mails), so nobody was told who "
        f"waits there. ./weerklank deliveries {slug} --state refused names it; put another contact in "
        f"config/institutions/{slug}.toml, who then hears of all who still wait."
    )


def _drop(institution: Institution, book: Book, ledger: Ledger, planned: Planned, why: str) -> None:
    """A mail that never went does not go: who is still to hear of anything in it is told anew."""
    ledger.give_up(institution.slug, planned.digest, why)
    book.forget(institution.slug, planned.digest)


def _note(institution: Institution, found: Found, planned: Planned, theirs: Collection[str]) -> Note | None:
    """The mail about what is still to be told of it to this reader (``theirs``); None when nothing is."""
    mine = set(planned.items).intersection(theirs)
    waiting = [one for one in found.waiting if one.item_id in mine] if planned.kind == WAITING else []
    urgent = [one for one in found.urgent if one.item_id in mine] if planned.kind == URGENT else []
    places = [(one.page, one.line) for one in waiting] + [(one.page, one.line) for one in urgent]
    letters = Letters(institution, links(institution, places) if places else {})
    if waiting:
        return letters.waiting(planned, waiting)
    if urgent:
        return letters.urgent(planned, urgent)
    if planned.kind == SPIKE and found.spike and found.spike.day in mine:
        return letters.spike(planned, found.spike)
    return None
