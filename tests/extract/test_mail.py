"""A mailbox on a real IMAP server: threads, our answers, what writes itself, what came back, and hostile mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tasks import collecting, home, settings
from tasks.deliver.ledger import Ledger, Parcel
from tasks.extract import connect
from tasks.extract.envelope import Envelope
from tasks.extract.fields import BadLine
from tasks.extract.http.address import Guard
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import mail
from tests import recorded
from tests.extract import certificates, mailbox_server
from tests.extract.mailbox_server import PASSWORD, USER, MailServer
from tests.extract.world import SLUG, moment
from tests.world import INSTITUTION, settle

TABLE = """
[[source]]
id         = "mailbox"
type       = "mail"
name       = {{ nl = "Mail", en = "Mail" }}
connection = "mailbox"
host       = "localhost"
port       = {port}
sent       = ["Sent"]
colleagues = ["school.example"]

[[department]]"""
NOW = "2026-09-10T12:00"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mailbox_server.running() as running:
        yield running


class Mailbox:
    """What a test does with it."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.credentials = Credentials({"user": USER, "password": PASSWORD})

    def collect(self, at: str = NOW) -> dict[str, Any]:
        return collecting.collect_source(SLUG, "mailbox", self.credentials, clock=lambda: moment(at))

    def staged(self) -> dict[str, dict[str, Any]]:
        """The week's items by their words."""
        from tasks import lake, steps

        steps.stage(SLUG, "2026-W37")
        table = lake.read("mentions", SLUG, "2026-W37")
        return {} if table is None else {row["text"] or "": row for row in table.to_pylist()}


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: MailServer) -> Mailbox:
    server.empty()
    settle(monkeypatch, tmp_path, INSTITUTION.replace("[[department]]", TABLE.format(port=server.port), 1), SLUG)
    guard = Guard(
        allowed=[f"127.0.0.1:{server.port}"], resolve=lambda *_: ["127.0.0.1"], trusted=certificates.trusting()
    )
    monkeypatch.setattr(connect, "guard", lambda: guard)
    return Mailbox(server)


def letter(number: str, at: str, text: str, **headers: str) -> str:
    """A mail; ``sender``, ``subject`` and ``answers`` beside any header, with _ for -."""
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Sanne de Vries <sanne@example.org>")
    message["To"] = USER
    message["Subject"] = headers.pop("subject", "Vraag")
    message["Message-ID"] = f"<{number}@example.org>"
    message["Date"] = format_datetime(moment(at))
    if answers := headers.pop("answers", ""):
        message["In-Reply-To"] = message["References"] = f"<{answers}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_string()


def put(mailbox: Mailbox, number: str, at: str, text: str, folder: str = "INBOX", **headers: str) -> None:
    mailbox.server.put(letter(number, at, text, **headers), moment(at), folder)


def test_a_question_and_our_answer_are_one_conversation_and_nothing_is_marked_as_read(mailbox: Mailbox) -> None:
    put(mailbox, "q", "2026-09-08T08:00", "Wanneer is het tentamen?")
    put(
        mailbox, "a", "2026-09-08T09:30",
        "Op dinsdag.\n\nOp di 8 sep 2026 om 10:00 schreef Sanne <sanne@example.org>:\n> Wanneer is het tentamen?",
        folder="Sent", sender=f"School <{USER}>", answers="q", subject="Re: Vraag",
    )  # fmt: skip
    assert mailbox.collect()["status"] == "complete"
    rows = mailbox.staged()
    assert set(rows) == {"Wanneer is het tentamen?", "Op dinsdag."}
    question, answer = rows["Wanneer is het tentamen?"], rows["Op dinsdag."]
    assert (question["direction"], question["visibility"], question["kind"]) == ("inbound", "private", "mail")
    assert (answer["direction"], answer["parent_id"]) == ("outbound", question["item_id"])
    assert question["created_at"] == moment("2026-09-08T08:00")
    assert mailbox.server.seen() == []


def test_01_the_next_collection_reads_what_is_new_and_a_new_numbering_repeats_nothing(mailbox: Mailbox) -> None:
    put(mailbox, "one", "2026-09-08T08:00", "Een")
    assert mailbox.collect("2026-09-08T12:00")["items"] == 1
    assert mailbox.collect("2026-09-08T13:00")["items"] == 0
    put(mailbox, "two", "2026-09-09T08:00", "Twee")
    mailbox.server.rebuild()
    mailbox.collect("2026-09-09T12:00")
    assert set(mailbox.staged()) == {"Een", "Twee"}


def test_11_a_backfill_asks_by_day_and_leaves_the_cursor(mailbox: Mailbox) -> None:
    put(mailbox, "old", "2026-09-01T08:00", "Oud")
    put(mailbox, "one", "2026-09-08T08:00", "Een")
    told = collecting.collect_past(
        SLUG, "mailbox", moment("2026-09-07T00:00"), moment("2026-09-09T00:00"), mailbox.credentials
    )
    assert (told["status"], told["items"]) == ("complete", 1)
    assert mailbox.collect("2026-09-10T12:00")["status"] == "complete"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"subject": "Automatisch antwoord: Vraag"},
        {"subject": "Out of Office"},
    ],
)
def test_14_what_writes_itself_is_no_answer_and_asks_nothing(mailbox: Mailbox, headers: dict[str, str]) -> None:
    put(mailbox, "q", "2026-09-08T08:00", "Wanneer is het tentamen?")
    put(mailbox, "a", "2026-09-08T08:01", "Wij zijn er niet?", folder="Sent", sender=USER, answers="q", **headers)
    put(mailbox, "b", "2026-09-08T08:02", "Ik ben er niet?", **headers)
    mailbox.collect()
    rows = mailbox.staged()
    assert {rows[text]["author_kind"] for text in ("Wij zijn er niet?", "Ik ben er niet?")} == {"auto"}
    assert rows["Ik ben er niet?"]["eligibility"] != "eligible"


def test_14_a_colleague_is_not_the_public(mailbox: Mailbox) -> None:
    put(mailbox, "c", "2026-09-08T08:00", "Wie neemt dit op?", sender="anna@school.example")
    mailbox.collect()
    assert [row["author_kind"] for row in mailbox.staged().values()] == ["staff"]


REPORT = """From: MAILER-DAEMON@mx.example.org
Subject: Undelivered
Message-ID: <report@mx.example.org>
Date: Tue, 08 Sep 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

The mail could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; board@school.example
Action: {action}
Status: 5.1.1
--x
Content-Type: text/rfc822-headers

Message-ID: <ours@school.example>
Subject: Report
--x--
"""


@pytest.mark.parametrize(("action", "state"), [("failed", "refused"), ("delayed", "sent")])
def test_a_report_of_ours_that_came_back_is_in_the_ledger_and_no_item(
    mailbox: Mailbox, action: str, state: str
) -> None:
    ledger = Ledger(home.ledger_url(), lambda: moment(NOW))
    parcel = Parcel(SLUG, "2026-W36", 1, "f", {"board@school.example": "p"})
    ledger.open_round(parcel, "run", again=False)
    key = parcel.key("board@school.example", 1)
    assert ledger.claim(key, "<ours@school.example>")
    ledger.finish(key, "sent", "250 ok")
    mailbox.server.put(REPORT.format(action=action), moment("2026-09-08T08:00"))
    told = mailbox.collect()
    assert (told["status"], told["items"]) == ("complete", 0)
    (entry,) = ledger.entries(SLUG, "2026-W36")
    assert entry.state == state
    assert (entry.reply or "").startswith("550 5.1.1" if action == "failed" else "250")


def test_a_password_that_is_not_accepted_and_a_folder_that_is_not_there_are_told(mailbox: Mailbox) -> None:
    mailbox.credentials = Credentials({"user": USER, "password": "another-password"})
    told = mailbox.collect()
    assert told["status"] == "failed"
    assert "is not accepted" in told["reason"]
    assert "another-password" not in told["reason"]
    mailbox.credentials = Credentials({"user": USER, "password": PASSWORD})
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace('["Sent"]', '["Verzonden"]'))
    assert "no folder “Verzonden”" in mailbox.collect()["reason"]


def test_13_a_mail_server_of_our_own_network_is_reached_only_where_it_is_allowed(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "guard", Guard)
    told = mailbox.collect()
    assert "which is no public address" in told["reason"]


def test_07_a_server_that_is_away(mailbox: Mailbox) -> None:
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace(f"port       = {mailbox.server.port}", "port       = 1"))
    assert settings.load(SLUG)
    assert mailbox.collect()["status"] == "failed"


def envelope(raw: bytes) -> Envelope:
    import base64
    import json

    one = {"uid": 1, "received": "2026-09-08T08:00:00+00:00", "raw": base64.b64encode(raw).decode()}
    about = {"folder": "INBOX", "validity": 1}
    return Envelope("folder:INBOX", "imaps://localhost/INBOX", 200, json.dumps({"messages": [one]}).encode(), about)


def test_every_recorded_mail_gives_an_item_and_none_a_crash() -> None:
    found = {
        path.name: list(mail.parse(envelope(path.read_bytes()))) for path in recorded.files("mail/cpython", "*.eml")
    }
    assert len(found) == 25
    # Two are reports of mail that could not be delivered: not ours, so they tell us nothing.
    assert sorted(name for name, items in found.items() if not items) == ["msg_05.eml", "msg_25.eml"]
    assert sum(map(len, found.values())) == 23
    assert not [name for name, items in found.items() if items and isinstance(items[0], BadLine)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 5000,
        b"Subject: " + b"=?utf-8?b?" * 3000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 3000,
        b"From: " + b"<" * 20000,
        b"Content-Type: text/plain; charset=no-such\n\nhoi",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\nhoi",
        b"References: " + b"<a@b> " * 5000 + b"\n\nhoi",
    ],
)
def test_18_hostile_mail_gives_an_item_or_a_reason(raw: bytes) -> None:
    (one,) = mail.parse(envelope(raw))
    assert isinstance(one, BadLine) or one["kind"] == "mail"


def test_a_mail_with_a_date_that_cannot_be_has_the_time_at_which_it_came(mailbox: Mailbox) -> None:
    for number, date in enumerate(("Thu, 01 Jan 1970 00:00:00 +0000", "Fri, 01 Jan 2300 00:00:00 +0000")):
        text = letter(str(number), "2026-09-08T08:00", f"Vraag {number}").replace(
            format_datetime(moment("2026-09-08T08:00")), date
        )
        mailbox.server.put(text, moment("2026-09-08T08:00"), "INBOX")
    assert mailbox.collect()["refused"] == 0
    assert [one["created_at"] for one in mailbox.staged().values()] == [moment("2026-09-08T08:00")] * 2


def test_a_mail_without_an_id_is_known_by_its_place() -> None:
    (one,) = mail.parse(envelope(b"From: a@b.example\n\nhoi"))
    assert not isinstance(one, BadLine)
    assert one["id"] == "INBOX:1:1"
    assert one["created_at"] == datetime(2026, 9, 8, 8, tzinfo=UTC).isoformat()
