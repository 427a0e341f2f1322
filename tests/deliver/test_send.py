"""Delivering for real: once, whatever the server does and whoever else is at it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import home
from tasks.deliver.ledger import Ledger
from tasks.deliver.send import deliver, skip
from tasks.deliver.smtp import Server
from tasks.errors import DeliveryError, DeliveryInDoubt
from tests.deliver import world
from tests.deliver.servers import Mailbox, Scripted, dead

NL, EN = (who for who, _ in world.PEOPLE)


def run(place: Path, server: Server, key: str = "scheduled__1", again: bool = False) -> dict[str, str]:
    return deliver(world.institution(), place, server=server, run_key=key, again=again, clock=world.clock)


def rows() -> list[tuple[str, int, int, str, int]]:
    entries = Ledger(home.ledger_url(), world.clock).entries("overbrugge", world.WEEK)
    return [(one.key.recipient, one.key.send_number, one.key.revision, one.state, one.attempts) for one in entries]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return world.edition(tmp_path / "editions")


def test_delivered_twice_is_delivered_once(place: Path, mailbox: Mailbox, ledger_url: str) -> None:
    assert run(place, mailbox.server) == run(place, mailbox.server) == {NL: "sent", EN: "sent"}
    assert run(place, mailbox.server, "manual__2") == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 1, EN: 1}
    (first, second) = Ledger(ledger_url, world.clock).entries("overbrugge", world.WEEK)
    assert (first.reply, first.run_key, first.created_at) == ("250 taken", "scheduled__1", world.MOMENT)
    manifest = json.loads((place / "manifest.json").read_text())
    assert (first.fingerprint, first.pdf_sha256) == (manifest["fingerprint"], manifest["files"]["report.nl.pdf"])
    assert second.pdf_sha256 == manifest["files"]["report.en.pdf"]
    sent = dict(mailbox.messages)
    assert first.message_id.encode() in sent[NL]
    assert second.message_id.encode() in sent[EN]


@pytest.mark.parametrize("when", ["rcpt", "data"])
def test_a_server_that_is_full_is_tried_again_and_delivers_once(
    place: Path, mailbox: Mailbox, ledger_url: str, when: str
) -> None:
    mailbox.answers[when, NL] = "452 full"
    with pytest.raises(DeliveryError, match="mails these people only") as caught:
        run(place, mailbox.server)
    assert "reader 1: pending (452)" in str(caught.value)
    assert "reader 2" not in str(caught.value)
    assert not Ledger(ledger_url, world.clock).has_receipt("overbrugge", world.WEEK)
    mailbox.answers.clear()
    assert run(place, mailbox.server) == {NL: "sent", EN: "sent"}
    assert run(place, mailbox.server) == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 1, EN: 1}
    assert rows() == [(NL, 1, 1, "sent", 2), (EN, 1, 1, "sent", 1)]


@pytest.mark.parametrize("when", ["rcpt", "data"])
def test_a_refusal_is_for_good_and_hurts_nobody_else(
    place: Path, mailbox: Mailbox, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.answers[when, NL] = "550 nobody here"
    with caplog.at_level(logging.WARNING):
        assert run(place, mailbox.server) == {NL: "refused", EN: "sent"}
    assert "to reader 1: refused (550)" in caplog.text
    assert NL not in caplog.text
    mailbox.answers.clear()
    assert run(place, mailbox.server) == {NL: "refused", EN: "sent"}
    assert mailbox.count == {EN: 1}


def test_a_dead_server_leaves_everybody_pending_and_a_retry_delivers_once(
    place: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    with dead() as server, pytest.raises(DeliveryError, match="The edition stays in"):
        run(place, server)
    assert [row[3] for row in rows()] == ["pending", "pending"]
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    run(place, mailbox.server)
    assert mailbox.count == {NL: 1, EN: 1}


@pytest.mark.parametrize("answer", [None, b"..."])
def test_an_answer_that_never_came_is_unknown_and_never_repeated(
    place: Path, mailbox: Mailbox, answer: bytes | None
) -> None:
    script = Scripted([b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"], answer)
    with script.running(1.0) as server, pytest.raises(DeliveryError, match="Perhaps sent") as caught:
        run(place, server)
    assert "reader 1: unknown" in str(caught.value)
    assert "reader 2: pending" in str(caught.value)  # the script's listener is gone by then
    with pytest.raises(DeliveryInDoubt, match="--settle ADDRESS arrived") as caught:
        run(place, mailbox.server)
    assert "reader 2" not in str(caught.value)
    assert mailbox.count == {EN: 1}


def test_again_sends_once_more_but_only_once_per_run(place: Path, mailbox: Mailbox, ledger_url: str) -> None:
    run(place, mailbox.server)
    for _ in range(2):
        assert run(place, mailbox.server, "backfill__7", again=True) == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 2, EN: 2}
    assert [row[:4] for row in rows() if row[0] == NL] == [(NL, 1, 1, "sent"), (NL, 2, 1, "sent")]
    ids = [line for _, data in mailbox.messages for line in data.split(b"\r\n") if line.startswith(b"Message-ID")]
    assert len(set(ids)) == 4
    repeated = [data for who, data in mailbox.messages if who == NL][1]
    assert b"In-Reply-To" in repeated
    run(place, mailbox.server, "manual__8", again=True)
    assert mailbox.count == {NL: 3, EN: 3}


def test_again_that_failed_halfway_goes_on_with_its_own_number(place: Path, mailbox: Mailbox) -> None:
    run(place, mailbox.server)
    mailbox.answers["rcpt", EN] = "452 full"
    with pytest.raises(DeliveryError):
        run(place, mailbox.server, "manual__2", again=True)
    mailbox.answers.clear()
    run(place, mailbox.server, "manual__2", again=True)
    assert mailbox.count == {NL: 2, EN: 2}
    assert max(row[1] for row in rows()) == 2


def test_a_newer_revision_goes_only_to_those_who_have_none(place: Path, mailbox: Mailbox, ledger_url: str) -> None:
    mailbox.answers["rcpt", EN] = "452 full"
    with pytest.raises(DeliveryError):
        run(place, mailbox.server)
    mailbox.answers.clear()
    second = world.edition(place.parent, revision=2)
    assert run(second, mailbox.server, "manual__2") == {NL: "sent", EN: "sent"}
    assert run(place, mailbox.server) == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 1, EN: 1}
    assert rows() == [(NL, 1, 1, "sent", 1), (EN, 1, 1, "skipped", 1), (EN, 1, 2, "sent", 1)]


def test_the_old_runs_retry_reports_the_newer_revision_as_still_waiting(place: Path, mailbox: Mailbox) -> None:
    mailbox.answers["rcpt", NL] = mailbox.answers["rcpt", EN] = "452 full"
    second = world.edition(place.parent, revision=2)
    for one in (place, second, place):
        with pytest.raises(DeliveryError, match="Not sent yet"):
            run(one, mailbox.server)
    mailbox.answers.clear()
    with pytest.raises(DeliveryError, match="Not sent yet"):
        run(place, mailbox.server)
    assert mailbox.count == {}
    run(second, mailbox.server)
    assert mailbox.count == {NL: 1, EN: 1}


def test_a_skipped_edition_is_remembered_and_may_still_be_sent(place: Path, mailbox: Mailbox, ledger_url: str) -> None:
    why = "A backfill run mails nobody, unless asked with deliver = again."
    for _ in range(2):
        receipts = skip(world.institution(), place, why=why, run_key="backfill__1", clock=world.clock)
        assert receipts == {NL: "skipped", EN: "skipped"}
    run(place, mailbox.server)
    assert mailbox.count == {NL: 1, EN: 1}
    receipts = skip(world.institution(), place, why=why, run_key="backfill__1", clock=world.clock)
    assert receipts == {NL: "sent", EN: "sent"}


def test_a_changed_edition_reaches_nobody_and_leaves_no_row(place: Path, mailbox: Mailbox) -> None:
    (place / "report.en.pdf").write_bytes(b"another")
    with pytest.raises(DeliveryError, match=r"report\.en\.pdf was changed"):
        run(place, mailbox.server)
    assert mailbox.count == {}
    assert rows() == []


def test_four_processes_at_once_mail_everybody_exactly_once(place: Path, mailbox: Mailbox, ledger_url: str) -> None:
    mailbox.delay_seconds = 0.05
    harness = Path(__file__).with_name("harness.py")
    people = [f"p{number}@x.example" for number in range(8)]
    command = [sys.executable, "-W", "error", harness, place, str(mailbox.server.port), *people]
    environment = {**os.environ, "PYTHONPATH": str(home.ROOT)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(4)]
    results = [json.loads(one.communicate(timeout=120)[0]) for one in running]
    assert results == [dict.fromkeys(people, "sent")] * 4
    assert mailbox.count == dict.fromkeys(people, 1)
