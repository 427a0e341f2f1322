"""A round of mails through the ledger: everybody in turn, each on their own, nobody twice.

What is committed before what is the whole point: a pending row before anything else, ``sending`` before the wire, the
outcome as soon as the server answers. Killed at any point, the next run finds a row that says how far it came.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tasks import home
from tasks.deliver import smtp
from tasks.deliver.ledger import Entry, Key, Ledger, Parcel
from tasks.deliver.mail import Mail, sender
from tasks.errors import DeliveryError, DeliveryInDoubt
from tasks.settings import Institution

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
#: Builds somebody's mail from their address, the round's number and the rows that were there before it.
Make = Callable[[str, int, list[Entry]], Mail]

#: RFC 5321 and RFC 3463: 550 5.1.1
CODES = re.compile(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Given:
    """What a round needs beside its mails; ``run_key`` names who asks. See `tasks.deliver.ledger.Ledger.open_round`."""

    server: smtp.Server
    run_key: str
    clock: Clock
    again: bool = False
    leave_others: bool = False


def run(institution: Institution, parcel: Parcel, make: Make, given: Given) -> dict[str, Entry]:
    """Mail everybody in the parcel whose row waits; returns the row that tells where each of them stands."""
    ledger, origin = Ledger(home.ledger_url(), given.clock), sender(institution).addr_spec
    with ledger.exclusive(institution.slug):
        ledger.give_up_on_killed(institution.slug, parcel.week)
        number = ledger.open_round(parcel, given.run_key, given.again, given.leave_others)
        before = ledger.entries(institution.slug, parcel.week)
        for address in parcel.pdf_sha256:
            if _waits(before, key := parcel.key(address, number)):
                reader = list(parcel.pdf_sha256).index(address) + 1
                _send(ledger, key, make(address, number, before), origin, given.server, reader)
        after = ledger.entries(institution.slug, parcel.week)
    return {address: standing(after, address, number) for address in parcel.pdf_sha256}


def notes(
    institution: Institution, period: str, about: tuple[int, str], mails: Mapping[str, Mail], given: Given
) -> dict[str, Entry]:
    """The same for mails without an edition in them; ``about`` is the revision and fingerprint they speak of."""
    parcel = Parcel(institution.slug, period, *about, dict.fromkeys(mails, ""))
    return run(institution, parcel, lambda address, number, there: mails[address], given)


def standing(entries: Iterable[Entry], address: str, number: int) -> Entry:
    """The row that tells where somebody stands, in this round or later; skipped only when there is no other."""
    mine = [one for one in entries if one.key.recipient == address.lower() and one.key.send_number >= number]
    return max(mine, key=lambda entry: (entry.state != "skipped", entry.key.order))


def tell(what: str, receipts: Mapping[str, Entry]) -> dict[str, str]:
    """The state per person; raises DeliveryError, beginning with ``what``, when mails wait, and DeliveryInDoubt
    when none waits but a person has to settle some.
    """
    readers = list(enumerate(receipts.values(), 1))  # by their place in the file: logs are read by more than the ledger
    left = [f"  reader {n}: pending ({coded(entry.reply)})" for n, entry in readers if entry.state == "pending"]
    doubt = [entry for entry in receipts.values() if entry.state == "unknown"]
    if not left and not doubt:
        return {address: entry.state for address, entry in receipts.items()}
    lines = [what]
    if left:
        lines += [
            "Not sent yet. Run this step again: it mails these people only (./weerklank deliveries names them).",
            *left,
        ]
    if doubt:
        lines.append("Perhaps sent; never repeated by itself. Ask them, and say what they found:")
        lines += [f"  reader {n}: unknown ({coded(entry.reply)})" for n, entry in readers if entry.state == "unknown"]
        key = doubt[0].key
        lines.append(f"  ./weerklank deliveries {key.institution} --week {key.week} --settle ADDRESS arrived|lost")
    raise (DeliveryError if left else DeliveryInDoubt)("\n".join(lines))


def coded(reply: str | None) -> str:
    """What a mail server said, as a log may keep it: its codes, which are numbers; its words may be about somebody."""
    found = CODES.match(reply or "")
    return found[0] if found else reply or ""


def _waits(entries: Iterable[Entry], key: Key) -> bool:
    return any(entry.key == key and entry.state == "pending" for entry in entries)


def _send(ledger: Ledger, key: Key, mail: Mail, origin: str, server: smtp.Server, reader: int) -> None:
    """Build first: a mail that cannot be built leaves its row pending. Then claim, send, write down."""
    message = mail.build().as_bytes()
    if not ledger.claim(key, mail.message_id):
        return
    outcome = smtp.attempt(server, origin, mail.address, message)
    ledger.finish(key, outcome.state, outcome.reply)
    log.log(
        logging.INFO if outcome.state == "sent" else logging.WARNING,
        "%s r%d to reader %d: %s (%s)", key.week, key.revision, reader, outcome.state, coded(outcome.reply),
    )  # fmt: skip
