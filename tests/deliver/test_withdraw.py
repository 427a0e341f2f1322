"""A wrong number went out: exactly those who have it are told, once, and the edition never leaves again."""

from __future__ import annotations

import json
import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tasks import home, settings, steps, withdrawal
from tasks.cli import withdraw as command
from tasks.deliver.ledger import Ledger
from tasks.deliver.send import deliver
from tasks.errors import DeliveryError, UsageError
from tests.deliver import world
from tests.deliver.servers import Mailbox

NL, EN = (who for who, _ in world.PEOPLE)
NAMED, REASON = "overbrugge/2026-W47/r1", "Reddit <b>was</b> counted twice."


@pytest.fixture
def place(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The week's folder, with its first edition; the configuration is the world's."""
    monkeypatch.setattr(settings, "load", lambda slug: world.institution())
    return world.edition(state / "reports" / "overbrugge" / world.WEEK).parent


def send(edition: Path, mailbox: Mailbox, again: bool = False, key: str = "one") -> dict[str, str]:
    return deliver(world.institution(), edition, server=mailbox.server, run_key=key, again=again, clock=world.clock)


def withdraw(mailbox: Mailbox, named: str = NAMED, **given: Any) -> dict[str, Any]:
    return steps.withdraw(named, REASON, by="ann", server=lambda _: mailbox.server, clock=world.clock, **given)


def mails(mailbox: Mailbox, who: str) -> list[EmailMessage]:
    found = [message_from_bytes(data, policy=policy.default) for to, data in mailbox.messages if to == who]
    return [one for one in found if isinstance(one, EmailMessage)]


def text(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_without_a_corrected_edition_its_holders_get_a_notice_once(
    place: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    mailbox.answers["rcpt", EN] = "550 nobody here"
    send(place / "r1", mailbox)
    mailbox.answers.clear()
    for _ in range(2):
        assert withdraw(mailbox)["receipts"] == {NL: "sent"}
    assert mailbox.count == {NL: 2}  # the refused one never had it
    first, notice = mails(mailbox, NL)
    assert notice["Subject"] == "Ingetrokken: weekrapport week 47 (r1)"
    assert notice["In-Reply-To"] == first["Message-ID"] != notice["Message-ID"]
    assert [part.get_content_type() for part in notice.iter_attachments()] == []
    assert f"Reden: {REASON}" in text(notice, "plain")
    assert "88%" in text(first, "plain")
    assert "88%" not in text(notice, "plain")  # a withdrawn figure is not repeated
    assert "Reddit &lt;b&gt;was&lt;/b&gt; counted twice." in text(notice, "html")


def test_a_corrected_edition_goes_to_exactly_those_who_have_the_wrong_one(
    place: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    mailbox.answers["rcpt", EN] = "452 full"
    with pytest.raises(DeliveryError):
        send(place / "r1", mailbox)
    mailbox.answers.clear()
    world.edition(place, revision=2)
    for _ in range(2):
        withdraw(mailbox)
    assert mailbox.count == {NL: 2}
    correction = mails(mailbox, NL)[1]
    assert correction["Subject"].startswith("Gecorrigeerd weekrapport week 47")
    assert f"r2 vervangt r1, die is ingetrokken. Reden: {REASON}" in text(correction, "plain")
    (attached,) = correction.iter_attachments()
    assert attached.get_filename() == "weekrapport-overbrugge-2026-W47-r2.nl.pdf"
    send(place / "r2", mailbox, key="two")  # whoever waited for the first edition gets the second as an ordinary mail
    assert mailbox.count == {NL: 2, EN: 1}
    assert "withdrawn" not in text(mails(mailbox, EN)[0], "plain")


def test_who_was_corrected_since_is_left_alone(place: Path, mailbox: Mailbox) -> None:
    send(place / "r1", mailbox)
    send(world.edition(place, revision=2), mailbox, again=True, key="two")
    assert withdraw(mailbox)["receipts"] == {}
    assert mailbox.count == {NL: 2, EN: 2}


def test_a_withdrawn_edition_is_not_mailed_any_more(place: Path, mailbox: Mailbox) -> None:
    withdraw(mailbox)
    with pytest.raises(DeliveryError, match=r"r1 was withdrawn \(Reddit .*becomes r2"):
        send(place / "r1", mailbox)
    assert mailbox.count == {}


def test_a_withdrawn_correction_does_not_replace_anything(place: Path, mailbox: Mailbox) -> None:
    send(place / "r1", mailbox)
    world.edition(place, revision=2)
    withdraw(mailbox, "overbrugge/2026-W47/r2")
    assert withdraw(mailbox)["corrected"] is None
    assert [mail["Subject"] for mail in mails(mailbox, EN)][1:] == ["Withdrawn: weekly report, week 47 (r1)"]


def test_a_server_that_is_full_is_asked_again_for_the_notice(place: Path, mailbox: Mailbox) -> None:
    send(place / "r1", mailbox)
    mailbox.answers["data", NL] = "452 full"
    with pytest.raises(DeliveryError, match="Not sent yet"):
        withdraw(mailbox)
    mailbox.answers.clear()
    assert withdraw(mailbox)["receipts"] == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 2, EN: 2}


def test_somebody_who_left_is_told_in_the_language_they_got(
    place: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(place / "r1", mailbox)
    monkeypatch.setattr(settings, "load", lambda slug: world.institution(((NL, "nl"),)))
    assert withdraw(mailbox)["receipts"] == {NL: "sent", EN: "sent"}
    assert mails(mailbox, EN)[1]["Subject"] == "Withdrawn: weekly report, week 47 (r1)"


def test_the_first_reason_stays(place: Path) -> None:
    noted = withdrawal.record(place / "r1", withdrawal.Withdrawal("first", "ann", world.MOMENT))
    again = withdrawal.record(place / "r1", withdrawal.Withdrawal("second", "bob", world.MOMENT))
    assert (noted.reason, noted.by, noted.at) == (again.reason, again.by, again.at) == ("first", "ann", world.MOMENT)
    assert withdrawal.of(place / "r2") is None
    (place / "r1.withdrawn.json").write_text("{")
    broken = withdrawal.of(place / "r1")
    assert broken is not None
    assert "cannot be read" in broken.reason


def test_looking_changes_nothing_and_says_who_has_it(
    place: Path, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    send(place / "r1", mailbox)
    done = withdraw(mailbox, really=False)
    assert mailbox.count == {NL: 1, EN: 1}
    assert withdrawal.of(place / "r1") is None
    assert command.told(done) == [
        "overbrugge/2026-W47/r1 would be withdrawn.",
        "Who has it, and gets a notice; there is no corrected edition yet:",
        f"  {NL}",
        f"  {EN}",
    ]


@pytest.mark.parametrize(
    "named", ["overbrugge/2026-W47/r9", "overbrugge/2026-W47", "../../etc/r1", "overbrugge/2026-W47/r1/..", "x/r1", ""]
)
def test_what_is_no_edition_is_refused(place: Path, mailbox: Mailbox, named: str) -> None:
    with pytest.raises(UsageError, match="There is no edition"):
        withdraw(mailbox, named)


@pytest.mark.parametrize("reason", ["", "   ", "two\nlines", "x" * 301, "\u202egnirts"])
def test_a_reason_is_one_printable_paragraph(place: Path, mailbox: Mailbox, reason: str) -> None:
    with pytest.raises(UsageError, match="The reason"):
        steps.withdraw(NAMED, reason, by="ann", server=lambda _: mailbox.server, clock=world.clock)
    assert withdrawal.of(place / "r1") is None


def test_an_interim_edition_has_its_own_round_and_says_what_it_is(
    place: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    moment = "2026-11-19T15:00:00+01:00"
    interim = world.edition(place / "interim-20261119T1400Z", as_of=moment)
    manifest = json.loads((interim / "manifest.json").read_text())
    (interim / "manifest.json").write_text(json.dumps(manifest | {"interim": True, "as_of": moment}))
    for _ in range(2):
        send(interim, mailbox)
    send(place / "r1", mailbox)
    assert mailbox.count == {NL: 2, EN: 2}
    first, weekly = mails(mailbox, EN)
    assert first["Subject"].startswith("Interim report, week 47: ")
    assert "Interim edition: what was known on Thu 19 Nov 15:00, while week 47 was running." in text(first, "plain")
    (attached,) = first.iter_attachments()
    assert attached.get_filename() == "weekly-report-overbrugge-2026-W47-interim-20261119T1400Z-r1.en.pdf"
    assert weekly["In-Reply-To"] is None
    assert weekly["Subject"].startswith("Weekly report, week 47")
    ledger = Ledger(home.ledger_url(), world.clock)
    assert {one.key.week for one in ledger.listed("overbrugge", world.WEEK, None)} == {
        world.WEEK, f"{world.WEEK}/interim-20261119T1400Z"
    }  # fmt: skip
    named = f"overbrugge/{world.WEEK}/interim-20261119T1400Z/r1"
    assert withdraw(mailbox, named)["receipts"] == {NL: "sent", EN: "sent"}
    shutil.rmtree(interim)
    with pytest.raises(UsageError):
        withdraw(mailbox, named)


def test_a_withdrawal_during_a_delivery_stops_it_and_tells_who_has_it_already(
    place: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    noted = withdrawal.Withdrawal(REASON, "ann", world.MOMENT)
    mailbox.after_accepting = lambda: withdrawal.record(place / "r1", noted) and None
    with pytest.raises(DeliveryError, match="was withdrawn"):
        send(place / "r1", mailbox)
    mailbox.after_accepting = lambda: None
    assert mailbox.count == {NL: 1}
    assert withdraw(mailbox)["receipts"] == {NL: "sent"}


def test_an_edition_from_before_a_reader_s_page_can_still_be_withdrawn(
    place: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(place / "r1", mailbox)
    for path in (place / "r1").glob("*.pdf"):
        path.unlink()
    assert withdraw(mailbox)["receipts"] == {NL: "sent", EN: "sent"}


def test_a_corrected_edition_that_waits_for_approval_is_said_and_does_not_go(place: Path, mailbox: Mailbox) -> None:
    send(place / "r1", mailbox)
    world.edition(place, revision=2)
    reviewer = {"user": "ann", "email": "ann@overbrugge.example", "language": "nl"}
    approval = settings.Approval.model_validate({"always": True, "reviewers": [reviewer]})
    asked = world.institution().model_copy(update={"approval": approval})
    settings.load = lambda slug: asked  # the fixture puts it back
    done = withdraw(mailbox, really=False)
    assert done["corrected"] is None
    assert any("r2 waits for approval" in line for line in command.told(done))
