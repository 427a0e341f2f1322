"""Deliver an edition, a corrected one, or the notice that one is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tasks import home, withdrawal
from tasks.deliver import body, smtp
from tasks.deliver import edition as editions
from tasks.deliver.edition import Edition
from tasks.deliver.ledger import Entry, Ledger, Parcel
from tasks.deliver.message import Letter, Previous
from tasks.deliver.note import Note
from tasks.deliver.rounds import Given, notes, run, standing, tell
from tasks.errors import DeliveryError
from tasks.render.summary import summary
from tasks.review.gate import gate
from tasks.settings import Institution, Recipient
from tasks.withdrawal import Withdrawal

Clock = Callable[[], datetime]


def deliver(
    institution: Institution, edition_path: Path, *, server: smtp.Server, run_key: str, again: bool, clock: Clock
) -> dict[str, str]:
    """Mail an edition to everybody who does not have it; returns the ledger's state per recipient.

    ``run_key`` names the run that asks: the same key with ``again`` goes on with its own round, so a retry or a plain
    clear of that run mails nobody twice. What a person refused is recorded as skipped. Raises DeliveryError when the
    edition was withdrawn or waits for approval, and, after everybody was tried, when mails are left pending (a retry
    sends those, and only those) or unknown (a person decides). The edition stays where it is.
    """
    edition = editions.read(edition_path, institution)
    opened = gate(institution, edition, clock)
    if opened.for_good:
        return skip(institution, edition_path, why=opened.why, run_key=run_key, clock=clock)
    given = Given(server, run_key, clock, again)
    return _deliver(institution, edition, institution.deliver.recipients, given)


def correct(
    institution: Institution, edition_path: Path, people: tuple[Recipient, ...], given: Given
) -> dict[str, str]:
    """Mail a corrected edition to some people, in a round of its own; returns and raises as `deliver`."""
    asked = replace(given, again=True, leave_others=True)
    return _deliver(institution, editions.read(edition_path, institution), people, asked)


def tell_withdrawn(
    institution: Institution, edition: Edition, noted: Withdrawal, people: tuple[Recipient, ...], given: Given
) -> dict[str, str]:
    """Mail a notice, once, to those who hold a withdrawn edition; returns and raises as `deliver`."""
    got = Ledger(home.ledger_url(), given.clock).entries(institution.slug, edition.period)
    mails = {one.email: _withdrawn(_letter(institution, edition, one, 1, got), noted) for one in people}
    period = f"{edition.period}/r{edition.revision}-withdrawn"
    about = (edition.revision, edition.fingerprint)
    return tell(
        _what(institution, edition), notes(institution, period, about, mails, replace(given, leave_others=True))
    )


def _deliver(institution: Institution, edition: Edition, people: tuple[Recipient, ...], given: Given) -> dict[str, str]:
    _refuse(institution, edition, given.clock)
    edition.check(people)
    mailed = {one.email: one for one in people}

    def letter(address: str, number: int, there: list[Entry]) -> Letter:
        _refuse(institution, edition, given.clock)  # it may have been withdrawn while others were mailed
        return _letter(institution, edition, mailed[address], number, there)

    return tell(_what(institution, edition), run(institution, _parcel(institution, edition, people), letter, given))


def _what(institution: Institution, edition: Edition) -> str:
    name = f"{institution.slug} {edition.period} r{edition.revision}"
    return f"{name} did not reach everybody. The edition stays in {edition.folder}."


def _refuse(institution: Institution, edition: Edition, clock: Clock) -> None:
    """Raise for what must not leave: a withdrawn edition, or one that nobody let go."""
    if found := withdrawal.of(edition.folder):
        raise DeliveryError(
            f"{institution.slug} {edition.period} r{edition.revision} was withdrawn ({found.reason}): nothing was "
            f"mailed. Mend what was wrong and run the week again; what is corrected becomes r{edition.revision + 1}."
        )
    opened = gate(institution, edition, clock)
    if not opened.is_open:
        raise DeliveryError(f"{opened.why} Nothing was mailed.")


def skip(institution: Institution, edition_path: Path, *, why: str, run_key: str, clock: Clock) -> dict[str, str]:
    """Remember that an edition was made and, for the reason given, mailed to nobody; returns the state per recipient.

    Rows that are there stay what they are: a pending one stays pending.
    """
    edition = editions.read(edition_path, institution)
    edition.check(institution.deliver.recipients)
    ledger = Ledger(home.ledger_url(), clock)
    ledger.skip(_parcel(institution, edition, institution.deliver.recipients), run_key, why[:300])
    there = ledger.entries(institution.slug, edition.period)
    return {one.email: standing(there, one.email, 1).state for one in institution.deliver.recipients}


def _parcel(institution: Institution, edition: Edition, people: Iterable[Recipient]) -> Parcel:
    shas = {person.email: edition.pdf_sha256(person.language) for person in people}
    return Parcel(institution.slug, edition.period, edition.revision, edition.fingerprint, shas)


def _letter(
    institution: Institution, edition: Edition, recipient: Recipient, number: int, entries: Iterable[Entry]
) -> Letter:
    mine = (entry for entry in entries if entry.key.recipient == recipient.email.lower())
    got = [entry for entry in mine if entry.state == "sent"]
    previous = _previous(edition, got[-1]) if got else None
    told = summary(edition.document, institution, recipient.language)
    return Letter(institution, edition, recipient, number, told, previous)


def _withdrawn(letter: Letter, noted: Withdrawal) -> Note:
    """A notice without a single figure: these are the ones that are not to be used."""
    say, edition = body.words(letter.language), letter.edition
    number, revision = int(edition.week[6:]), edition.revision
    return Note(
        institution=letter.institution,
        address=letter.recipient.email,
        language=letter.language,
        identity=(edition.period, revision, letter.recipient.email.lower(), letter.send_number, "withdrawn"),
        date=edition.as_of,
        period=letter.summary.period,
        subject=say("subject_withdrawn", number=number, revision=revision),
        title=say("withdrawn", number=number),
        foot=body.footer(edition, letter.institution, letter.language),
        notice=say("withdrawn_reason", reason=noted.reason),
        paragraphs=(say("withdrawn_told", revision=revision), say("reply")),
        answers=letter.previous.message_id if letter.previous else "",
    )


def _previous(edition: Edition, entry: Entry) -> Previous:
    gone = withdrawal.of(edition.folder.with_name(f"r{entry.key.revision}"))
    return Previous(str(entry.message_id), entry.key.revision, gone.reason if gone else "")
