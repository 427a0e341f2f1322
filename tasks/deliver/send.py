"""Deliver an edition: everybody in turn, each on their own, nobody twice.

What is committed before what is the whole point: a pending row before anything else, ``sending`` before the wire, the
outcome as soon as the server answers. Killed at any point, the next run finds a row that says how far it came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks import home, withdrawal
from tasks.deliver import body, smtp
from tasks.deliver import edition as editions
from tasks.deliver.edition import Edition
from tasks.deliver.ledger import Entry, Key, Ledger, Parcel
from tasks.deliver.mail import Mail, sender
from tasks.deliver.message import Letter, Previous
from tasks.deliver.note import Note
from tasks.errors import DeliveryError
from tasks.render.summary import summary
from tasks.settings import Institution, Recipient
from tasks.withdrawal import Withdrawal

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Given:
    """What a round needs beside an edition; ``run_key`` names who asks. ``people`` may be some of the recipients."""

    server: smtp.Server
    run_key: str
    clock: Clock
    people: tuple[Recipient, ...]


def deliver(
    institution: Institution, edition_path: Path, *, server: smtp.Server, run_key: str, again: bool, clock: Clock
) -> dict[str, str]:
    """Mail an edition to everybody who does not have it; returns the ledger's state per recipient.

    ``run_key`` names the run that asks: the same key with ``again`` goes on with its own round, so a retry or a plain
    clear of that run mails nobody twice. Raises DeliveryError when the edition was withdrawn, and, after everybody was
    tried, when mails are left pending (a retry sends those, and only those) or unknown (a person decides). The edition
    stays where it is.
    """
    given = Given(server, run_key, clock, institution.deliver.recipients)
    return _deliver(institution, edition_path, given, again=again)


def _deliver(institution: Institution, edition_path: Path, given: Given, *, again: bool) -> dict[str, str]:
    edition = editions.read(edition_path, institution)
    _refuse_withdrawn(institution, edition)
    people, everybody = given.people, given.people == institution.deliver.recipients
    parcel, ledger = _parcel(institution, edition, people), Ledger(home.ledger_url(), given.clock)

    def letter(recipient: Recipient, number: int, there: list[Entry]) -> Letter:
        return _letter(institution, edition, recipient, number, there)

    with ledger.exclusive(institution.slug):
        ledger.give_up_on_killed(institution.slug, parcel.week)
        number = ledger.open_round(parcel, given.run_key, again, leave_others=not everybody)
        receipts = _round(institution, ledger, parcel, number, people, letter, given.server)
    _tell(institution, edition, receipts)
    return {address: entry.state for address, entry in receipts.items()}


def correct(institution: Institution, edition_path: Path, given: Given) -> dict[str, str]:
    """Mail a corrected edition to some people, in a round of its own; returns and raises as `deliver`."""
    return _deliver(institution, edition_path, given, again=True)


def tell_withdrawn(institution: Institution, edition_path: Path, noted: Withdrawal, given: Given) -> dict[str, str]:
    """Mail a notice, once, to those who hold a withdrawn edition; returns and raises as `deliver`."""
    edition = editions.read(edition_path, institution)
    ledger, people = Ledger(home.ledger_url(), given.clock), given.people
    got = ledger.entries(institution.slug, edition.period)
    period = f"{edition.period}/r{edition.revision}-withdrawn"
    parcel = Parcel(institution.slug, period, edition.revision, edition.fingerprint, {one.email: "" for one in people})

    def notice(recipient: Recipient, number: int, there: list[Entry]) -> Note:
        return _withdrawn(_letter(institution, edition, recipient, number, got), noted)

    with ledger.exclusive(institution.slug):
        ledger.give_up_on_killed(institution.slug, period)
        number = ledger.open_round(parcel, given.run_key, again=False, leave_others=True)
        receipts = _round(institution, ledger, parcel, number, people, notice, given.server)
    _tell(institution, edition, receipts)
    return {address: entry.state for address, entry in receipts.items()}


def _round(
    institution: Institution,
    ledger: Ledger,
    parcel: Parcel,
    number: int,
    people: Iterable[Recipient],
    mail: Callable[[Recipient, int, list[Entry]], Mail],
    server: smtp.Server,
) -> dict[str, Entry]:
    """Everybody in turn whose row waits; returns where each stands afterwards."""
    before = ledger.entries(parcel.institution, parcel.week)
    for recipient in people:
        if _waits(before, key := parcel.key(recipient.email, number)):
            _send(ledger, key, mail(recipient, number, before), sender(institution).addr_spec, server)
    after = ledger.entries(parcel.institution, parcel.week)
    return {one.email: _standing(after, one, number) for one in people}


def _refuse_withdrawn(institution: Institution, edition: Edition) -> None:
    if found := withdrawal.of(edition.folder):
        raise DeliveryError(
            f"{institution.slug} {edition.period} r{edition.revision} was withdrawn ({found.reason}): nothing was "
            f"mailed. Mend what was wrong and run the week again; what is corrected becomes r{edition.revision + 1}."
        )


def skip(institution: Institution, edition_path: Path, *, why: str, run_key: str, clock: Clock) -> dict[str, str]:
    """Remember that an edition was made and, for the reason given, mailed to nobody; returns the state per recipient.

    Rows that are there stay what they are: a pending one stays pending.
    """
    edition = editions.read(edition_path, institution)
    ledger = Ledger(home.ledger_url(), clock)
    ledger.skip(_parcel(institution, edition, institution.deliver.recipients), run_key, why[:300])
    there = ledger.entries(institution.slug, edition.period)
    return {one.email: _standing(there, one, 1).state for one in institution.deliver.recipients}


def _parcel(institution: Institution, edition: Edition, people: Iterable[Recipient]) -> Parcel:
    shas = {person.email: edition.pdf_sha256(person.language) for person in people}
    return Parcel(institution.slug, edition.period, edition.revision, edition.fingerprint, shas)


def _waits(entries: Iterable[Entry], key: Key) -> bool:
    return any(entry.key == key and entry.state == "pending" for entry in entries)


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


def _send(ledger: Ledger, key: Key, mail: Mail, origin: str, server: smtp.Server) -> None:
    """Build first: a mail that cannot be built leaves its row pending. Then claim, send, write down."""
    message = mail.build().as_bytes()
    if not ledger.claim(key, mail.message_id):
        return
    outcome = smtp.attempt(server, origin, mail.address, message)
    ledger.finish(key, outcome.state, outcome.reply)
    log.log(
        logging.INFO if outcome.state == "sent" else logging.WARNING,
        "%s r%d to %s: %s (%s)", key.week, key.revision, mail.address, outcome.state, outcome.reply,
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
    what = f"{institution.slug} {edition.period} r{edition.revision}"
    lines = [f"{what} did not reach everybody. The edition stays in {edition.folder}."]
    if left:
        lines += ["Not sent yet. Run this step again: it mails these people only.", *left]
    if doubt:
        lines += ["Perhaps sent; never repeated by itself. Ask them, and say what they found:", *doubt]
        lines.append(
            f"  ./weerklank deliveries {institution.slug} --week {edition.period} --settle ADDRESS arrived|lost"
        )
    raise DeliveryError("\n".join(lines))
