"""How a mailbox is asked: over TLS, read only, nothing marked as seen, a batch of messages at a time."""

from __future__ import annotations

import base64
import imaplib
import json
import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.extract import connect
from tasks.extract.asking import Ask, Position, Reached
from tasks.extract.envelope import Envelope
from tasks.extract.http.address import Guard
from tasks.extract.http.client import Client
from tasks.extract.http.faults import BadAnswer, Refused, Unreachable
from tasks.extract.sources.mail import LONGEST_BODY

BATCH = 40
SECONDS = 60
#: Of one message: its headers, its words and the beginning of what is attached.
LONGEST_MESSAGE = 4 * LONGEST_BODY
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UID = re.compile(rb"UID (\d+)")
RECEIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


class Guarded(imaplib.IMAP4_SSL):
    """Connects to the very address that the guard looked at; the name stays in TLS."""

    def __init__(self, host: str, port: int, guard: Guard) -> None:
        self._guard = guard
        super().__init__(host, port, ssl_context=guard.trusted, timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        return self._guard.tls(self.host, int(self.port), timeout or SECONDS)


class Fetch:
    """One collection. ``position``: folder → {"validity", "uid"}: the last message of this numbering that was read."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.position: Position = dict(ask.position)

    def run(self) -> Iterator[Envelope | Reached]:
        server = self._log_in()
        try:
            for folder in (*self.source.folders, *self.source.sent):
                yield from self._folder(server, folder)
        except (imaplib.IMAP4.error, OSError) as error:
            raise self._away(error) from None
        finally:
            _leave(server)
        yield Reached(self.position)

    def _log_in(self) -> Guarded:
        given = self.client.credentials
        user, password = given.need("user"), given.need("password")
        self.client.budget.ask(self.source.id)
        try:
            server = Guarded(self.source.host, self.source.port, connect.guard())
        except (imaplib.IMAP4.error, OSError) as error:
            raise self._away(error) from None
        try:
            server.login(user, password)
        except imaplib.IMAP4.error:
            _leave(server)
            told = "the user or password in the connection is not accepted"
            raise Refused(f"{self.source.id}: {self.source.host}: {told}.", 401) from None
        except OSError as error:
            raise self._away(error) from None
        return server

    def _away(self, error: Exception) -> Unreachable:
        """What a server said is not repeated: it may name a mailbox, or somebody."""
        return Unreachable(
            f"{self.source.id}: the mail server {self.source.host} gave no usable answer ({type(error).__name__}). "
            "The next run asks again."
        )

    def _folder(self, server: Guarded, folder: str) -> Iterator[Envelope | Reached]:
        self.client.budget.ask(self.source.id)
        status, _ = server.select(f'"{folder}"', readonly=True)
        if status != "OK":
            raise Refused(f"{self.source.id}: there is no folder “{folder}” in this mailbox.", 404)
        validity = int((server.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        uids = self._new(server, folder, validity)
        for place in range(0, len(uids), BATCH):
            some = uids[place : place + BATCH]
            yield self._batch(server, folder, validity, some)
            if self.ask.live:
                self.position[folder] = {"validity": validity, "uid": some[-1]}
                yield Reached(dict(self.position))

    def _new(self, server: Guarded, folder: str, validity: int) -> list[int]:
        """What came after the last that was read; where the numbers are others, or in a backfill, by the day."""
        known = self.position.get(folder, {}) if self.ask.live else {}
        if known.get("validity") == validity:
            after = int(known["uid"])
            found = self._search(server, f"UID {after + 1}:*")
            return [uid for uid in found if uid > after]  # “7:*” names the last one, even when it is 5
        criteria = f"SINCE {_day(self.ask.look_from)}"
        if not self.ask.live:
            criteria += f" BEFORE {_day(self.ask.until + timedelta(days=1))}"
        return self._search(server, criteria)

    def _search(self, server: Guarded, criteria: str) -> list[int]:
        self.client.budget.ask(self.source.id)
        status, found = server.uid("SEARCH", criteria)
        if status != "OK":
            raise imaplib.IMAP4.error
        return sorted(int(one) for one in (found[0] or b"").split())

    def _batch(self, server: Guarded, folder: str, validity: int, uids: list[int]) -> Envelope:
        self.client.budget.ask(self.source.id)
        asked = f"(UID INTERNALDATE BODY.PEEK[]<0.{LONGEST_MESSAGE}>)"
        status, told = server.uid("FETCH", ",".join(map(str, uids)), asked)
        if status != "OK":
            raise imaplib.IMAP4.error
        messages = [_message(part) for part in told if isinstance(part, tuple)]
        about: dict[str, Any] = {"folder": folder, "validity": validity}
        if folder in self.source.sent:
            about["sent"] = True
        if self.source.colleagues:
            about["colleagues"] = list(self.source.colleagues)
        body = json.dumps({"messages": sorted(messages, key=lambda one: int(one["uid"]))}).encode()
        address = f"imaps://{self.source.host}/{folder}"
        return Envelope(f"folder:{folder}", address, 200, body, about)


def _message(part: tuple[bytes, bytes]) -> dict[str, Any]:
    head, raw = part
    uid, received = UID.search(head), RECEIVED.search(head)
    if uid is None or received is None:
        raise BadAnswer("A mail server told no number or date of a message.", url="", status=200, head=head[:200])
    at = datetime.strptime(received[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
    return {
        "uid": int(uid[1]),
        "received": at.astimezone(UTC).isoformat(),
        "raw": base64.b64encode(raw).decode(),
    }


def _day(moment: datetime) -> str:
    """As IMAP writes it, whatever language the machine speaks."""
    at = moment.astimezone(UTC)
    return f"{at.day:02d}-{MONTHS[at.month - 1]}-{at.year}"


def _leave(server: Guarded) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        return
