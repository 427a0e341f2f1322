"""A wrong number went out: withdraw the edition, and tell exactly those who hold it.

With a corrected edition they get that one, in the same thread; without, they get a notice. The ledger knows both, so
that asking again mails nobody twice, and mails those whose server said "later".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks import home, withdrawal
from tasks.deliver import edition as editions
from tasks.deliver import send, smtp
from tasks.deliver.edition import Edition
from tasks.deliver.ledger import Entry, Ledger
from tasks.deliver.rounds import Given
from tasks.deliver.schema import RECEIPTS
from tasks.render.edition import newest_in
from tasks.render.job import file_name
from tasks.review.gate import gate
from tasks.settings import Institution, Recipient
from tasks.withdrawal import Withdrawal


@dataclass(frozen=True, slots=True)
class Case:
    """An edition to withdraw: who holds it, and the corrected edition that may replace it, if there is one."""

    edition: Edition
    holders: tuple[Recipient, ...]
    corrected: Path | None
    #: Why a newer edition does not replace it, where somebody has to let that one go first.
    waits: str = ""


def look(institution: Institution, folder: Path, clock: Callable[[], datetime]) -> Case:
    """What withdrawing would mean; changes nothing."""
    edition = editions.read(folder, institution)
    entries = Ledger(home.ledger_url(), clock).entries(institution.slug, edition.period)
    newest, waits = newest_in(folder.parent) or folder, ""
    replaces = newest != folder and withdrawal.of(newest) is None
    if replaces:
        opened = gate(institution, editions.read(newest, institution), clock)
        replaces, waits = opened.is_open, opened.why
    holders = tuple(_recipient(institution, edition, one) for one in _holding(entries, edition.revision))
    return Case(edition, holders, newest if replaces else None, waits)


def withdraw(
    institution: Institution,
    case: Case,
    noted: Withdrawal,
    *,
    server: Callable[[], smtp.Server],
    clock: Callable[[], datetime],
) -> dict[str, str]:
    """Note the withdrawal, then mail its holders; returns the ledger's state per holder.

    ``server`` is asked for only when somebody is to be mailed. Raises DeliveryError as `tasks.deliver.send.deliver`.
    """
    noted = withdrawal.record(case.edition.folder, noted)
    with Ledger(home.ledger_url(), clock).exclusive(institution.slug):
        pass  # whoever is mailing it stops at the next mail; then it is known who has it
    case = look(institution, case.edition.folder, clock)
    if not case.holders:
        return {}
    run_key = f"withdraw {case.edition.period} r{case.edition.revision}"
    given = Given(server(), run_key, clock)
    if case.corrected:
        return send.correct(institution, case.corrected, case.holders, given)
    return send.tell_withdrawn(institution, case.edition, noted, case.holders, given)


def _holding(entries: Iterable[Entry], revision: int) -> list[Entry]:
    """The newest receipt of everybody, where it is this revision's: who was corrected since, holds it no more."""
    newest: dict[str, Entry] = {}
    for entry in entries:  # oldest first
        if entry.state in RECEIPTS and entry.state != "refused":
            newest[entry.key.recipient] = entry
    return [entry for entry in newest.values() if entry.key.revision == revision]


def _recipient(institution: Institution, edition: Edition, entry: Entry) -> Recipient:
    """Somebody who holds an edition, in the language they got; also when they are no longer in the configuration."""
    address = entry.key.recipient
    for person in institution.deliver.recipients:
        if person.email.lower() == address:
            return person
    for language in institution.institution.languages:
        if edition.files.get(file_name(None, language, "pdf")) == entry.pdf_sha256:
            return Recipient(email=address, language=language)
    return Recipient(email=address, language=institution.institution.languages[0])
