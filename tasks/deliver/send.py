"""Deliver an edition: everybody in turn, each on their own, nobody twice.

What is committed before what is the whole point: a pending row before anything else, ``sending`` before the wire, the
outcome as soon as the server answers. Killed at any point, the next run finds a row that says how far it came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from tasks import home
from tasks.deliver import edition as editions
from tasks.deliver import smtp
from tasks.deliver.edition import Edition
from tasks.deliver.ledger import Entry, Key, Ledger, Parcel
from tasks.deliver.message import Letter, Previous, build, sender
from tasks.errors import DeliveryError
from tasks.render.summary import summary
from tasks.settings import Institution, Recipient

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def deliver(
    institution: Institution, edition_path: Path, *, server: smtp.Server, run_key: str, again: bool, clock: Clock
) -> dict[str, str]:
    """Mail an edition to everybody who does not have it; returns the ledger's state per recipient.

    ``run_key`` names the run that asks: the same key with ``again`` goes on with its own round, so a retry or a plain
    clear of that run mails nobody twice. Raises DeliveryError, after everybody was tried, when mails are left pending
    (a retry sends those, and only those) or unknown (a person decides). The edition stays where it is.
    """
    edition = editions.read(edition_path, institution)
    parcel, week = _parcel(institution, edition), edition.week
    ledger = Ledger(home.ledger_url(), clock)
    with ledger.exclusive(institution.slug):
        ledger.give_up_on_killed(institution.slug, week)
        number = ledger.open_round(parcel, run_key, again)
        before = ledger.entries(institution.slug, week)
        for recipient in institution.deliver.recipients:
            if _waits(before, key := parcel.key(recipient.email, number)):
                _send(ledger, key, _letter(institution, edition, recipient, number, before), server)
        after = ledger.entries(institution.slug, week)
    receipts = {one.email: _standing(after, one, number) for one in institution.deliver.recipients}
    _tell(institution, edition, receipts)
    return {address: entry.state for address, entry in receipts.items()}


def skip(institution: Institution, edition_path: Path, *, why: str, run_key: str, clock: Clock) -> dict[str, str]:
    """Remember that an edition was made and, for the reason given, mailed to nobody; returns the state per recipient.

    Rows that are there stay what they are: a pending one stays pending.
    """
    edition = editions.read(edition_path, institution)
    ledger = Ledger(home.ledger_url(), clock)
    ledger.skip(_parcel(institution, edition), run_key, why[:300])
    there = ledger.entries(institution.slug, edition.week)
    return {one.email: _standing(there, one, 1).state for one in institution.deliver.recipients}


def _parcel(institution: Institution, edition: Edition) -> Parcel:
    people = institution.deliver.recipients
    shas = {person.email: edition.pdf_sha256(person.language) for person in people}
    return Parcel(institution.slug, edition.week, edition.revision, edition.fingerprint, shas)


def _waits(entries: Iterable[Entry], key: Key) -> bool:
    return any(entry.key == key and entry.state == "pending" for entry in entries)


def _letter(
    institution: Institution, edition: Edition, recipient: Recipient, number: int, entries: Iterable[Entry]
) -> Letter:
    mine = (entry for entry in entries if entry.key.recipient == recipient.email.lower())
    got = [entry for entry in mine if entry.state == "sent"]
    previous = Previous(str(got[-1].message_id), got[-1].key.revision) if got else None
    told = summary(edition.document, institution, recipient.language)
    return Letter(institution, edition, recipient, number, told, previous)


def _send(ledger: Ledger, key: Key, letter: Letter, server: smtp.Server) -> None:
    """Build first: a mail that cannot be built leaves its row pending. Then claim, send, write down."""
    message = build(letter).as_bytes()
    if not ledger.claim(key, letter.message_id):
        return
    outcome = smtp.attempt(server, sender(letter.institution).addr_spec, letter.recipient.email, message)
    ledger.finish(key, outcome.state, outcome.reply)
    log.log(
        logging.INFO if outcome.state == "sent" else logging.WARNING,
        "%s r%d to %s: %s (%s)", key.week, key.revision, letter.recipient.email, outcome.state, outcome.reply,
    )  # fmt: skip


def _standing(entries: Iterable[Entry], recipient: Recipient, number: int) -> Entry:
    """The row that tells where this person stands, in this round or later; skipped only when there is no other."""
    who = recipient.email.lower()
    mine = [entry for entry in entries if entry.key.recipient == who and entry.key.send_number >= number]
    return max(mine, key=lambda entry: (entry.state != "skipped", entry.key.order))


def _tell(institution: Institution, edition: Edition, receipts: dict[str, Entry]) -> None:
    """Raise when somebody has to do something."""
    left = [f"  {who}: pending ({entry.reply})" for who, entry in receipts.items() if entry.state == "pending"]
    doubt = [f"  {who}: unknown ({entry.reply})" for who, entry in receipts.items() if entry.state == "unknown"]
    if not left and not doubt:
        return
    what = f"{institution.slug} {edition.week} r{edition.revision}"
    lines = [f"{what} did not reach everybody. The edition stays in {edition.folder}."]
    if left:
        lines += ["Not sent yet. Run this step again: it mails these people only.", *left]
    if doubt:
        lines += ["Perhaps sent; never repeated by itself. Ask them, and say what they found:", *doubt]
        lines.append(f"  ./weerklank deliveries {institution.slug} --week {edition.week} --settle ADDRESS arrived|lost")
    raise DeliveryError("\n".join(lines))
