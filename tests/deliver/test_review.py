"""Approval: what goes out is what somebody let go, bound to its fingerprint, whatever is retried or cleared."""

from __future__ import annotations

import dataclasses
import json
import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tasks import checks, editorial, home, settings, steps
from tasks.deliver import edition as editions
from tasks.deliver.decide import decide
from tasks.deliver.ledger import Ledger
from tasks.deliver.send import deliver
from tasks.errors import DeliveryError, UsageError
from tasks.review import note, request, settle
from tasks.settings import Approval, Institution
from tests.deliver import world
from tests.deliver.servers import Mailbox

NL, EN = (who for who, _ in world.PEOPLE)
ANN = {"user": "ann", "email": "ann@overbrugge.example", "language": "nl"}
BOB = {"user": "bob", "email": "bob@overbrugge.example", "language": "en"}
ALWAYS: dict[str, Any] = {"always": True, "reviewers": [ANN], "deputies": [BOB]}


def school(**approval: Any) -> Institution:
    given = Approval.model_validate(approval or ALWAYS)
    return world.institution().model_copy(update={"approval": given})


@pytest.fixture
def week(state: Path) -> Path:
    """The week's folder, with its first edition."""
    return world.edition(state / "reports" / "overbrugge" / world.WEEK).parent


def send(edition: Path, mailbox: Mailbox, of: Institution | None = None) -> dict[str, str]:
    return deliver(of or school(), edition, server=mailbox.server, run_key="one", again=False, clock=world.clock)


def ask(edition: Path, of: Institution | None = None) -> request.Request:
    return settle.ask(of or school(), edition, folder_url="https://x.example/y", clock=world.clock)


def answer(asked: request.Request, approved: bool = True, by: str = "ann", **note: str) -> dict[str, Any]:
    """What a person answers; a note makes the next revision."""
    folder = Path(asked.edition)
    return settle.settle(
        school(),
        folder,
        fingerprint=asked.fingerprint,
        approved=approved,
        by=by,
        given=note,
        render=lambda: world.edition(folder.parent, revision=2),
        clock=world.clock,
    )


def test_nothing_goes_before_somebody_said_so(week: Path, mailbox: Mailbox, ledger_url: str) -> None:
    with pytest.raises(DeliveryError, match=r"r1 waits for approval: nobody has let it go yet.*Nothing was mailed"):
        send(week / "r1", mailbox)
    asked = ask(week / "r1")
    with pytest.raises(DeliveryError, match="waits for approval"):
        send(week / "r1", mailbox)
    answer(asked)
    assert send(week / "r1", mailbox) == send(week / "r1", mailbox) == {NL: "sent", EN: "sent"}
    assert mailbox.count == {NL: 1, EN: 1}


def test_an_approval_is_for_one_edition(week: Path, mailbox: Mailbox) -> None:
    answer(ask(week / "r1"))
    with pytest.raises(DeliveryError, match="r2 waits for approval"):
        send(world.edition(week, revision=2), mailbox)
    assert mailbox.count == {}


def test_a_note_makes_the_edition_that_goes(week: Path, mailbox: Mailbox, ledger_url: str) -> None:
    told = answer(ask(week / "r1"), nl="Wij bellen terug.", en="We call back.")
    assert (told["approved"], told["revision"]) == (True, 2)
    assert editorial._approvers_note(school(), world.WEEK) == {"nl": "Wij bellen terug.", "en": "We call back."}
    assert send(week / "r2", mailbox) == {NL: "sent", EN: "sent"}
    with pytest.raises(DeliveryError, match="r1 is not the edition that was approved"):
        send(week / "r1", mailbox)


def test_when_more_than_the_note_is_new_nothing_goes(week: Path, mailbox: Mailbox) -> None:
    asked = ask(week / "r1")
    with pytest.raises(DeliveryError, match=r"since it was asked about, data changed; r2 is not what was approved"):
        settle.settle(
            school(),
            week / "r1",
            fingerprint=asked.fingerprint,
            approved=True,
            by="ann",
            given={"nl": "Ja.", "en": "Yes."},
            render=lambda: world.edition(week, revision=2, inputs={"data": "2"}),
            clock=world.clock,
        )
    assert not home.editor_note("overbrugge", world.WEEK).exists()  # no later edition is to carry it
    for revision in (1, 2):
        with pytest.raises(DeliveryError, match="waits for approval"):
            send(week / f"r{revision}", mailbox)


def test_a_rejected_edition_is_mailed_to_nobody_however_often_it_is_cleared(
    week: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    answer(ask(week / "r1"), approved=False)
    for _ in range(2):
        assert send(week / "r1", mailbox) == {NL: "skipped", EN: "skipped"}
    assert mailbox.count == {}
    (first, _) = Ledger(ledger_url, world.clock).entries("overbrugge", world.WEEK)
    assert first.reply == "ann did not approve of overbrugge 2026-W47 r1."
    answer(ask(week / "r1"))  # on second thoughts: asked again, approved
    assert send(week / "r1", mailbox) == {NL: "sent", EN: "sent"}


def test_on_second_thoughts_the_edition_with_the_note_is_held_back(week: Path, mailbox: Mailbox) -> None:
    answer(ask(week / "r1"), nl="Wij bellen terug.", en="We call back.")
    asked = ask(week / "r2")  # the review was cleared: the note's own edition is asked about
    with pytest.raises(DeliveryError, match="r2 waits for approval"):
        send(week / "r2", mailbox)
    answer(asked, approved=False)
    assert send(week / "r2", mailbox) == {NL: "skipped", EN: "skipped"}
    assert mailbox.count == {}


@pytest.mark.parametrize(("approved", "outcome"), [(True, "sent"), (False, "skipped")])
def test_without_an_answer_the_institution_decides_and_nobody_is_named(
    week: Path, mailbox: Mailbox, approved: bool, outcome: str
) -> None:
    answer(ask(week / "r1"), approved=approved, by="")
    assert set(send(week / "r1", mailbox).values()) == {outcome}


def test_only_what_is_wrong_holds_it(week: Path, mailbox: Mailbox) -> None:
    engine, source = ({"hold_if": [kind], "reviewers": [ANN]} for kind in ("engine", "source"))
    assert settle.why_not(school(**engine), week / "r1")
    assert not settle.why_not(school(**source), week / "r1")  # reviews was read partly
    with pytest.raises(DeliveryError, match="waits for approval"):
        send(week / "r1", mailbox, school(**source))
    assert send(week / "r1", mailbox, school(**engine)) == {NL: "sent", EN: "sent"}


def test_the_screen_says_why_who_and_what(week: Path) -> None:
    asked = ask(week / "r1", school(hold_if=["source"], reviewers=[BOB]))
    asked = dataclasses.replace(asked, subject=asked.subject.replace("\u00a0", " "))
    assert asked.subject == "May this be sent? Hogeschool Overbrugge, Week 47 · 16–22 November 2026 (r1)"
    assert "[Open the PDF](<https://x.example/y/report.en.pdf>)" in asked.body
    assert "Recensies" not in asked.body
    assert "Reviews was not read completely: 48 hours are missing" in asked.body
    assert r"bestuur@overbrugge\.example" in asked.body
    assert asked.fingerprint[:12] in asked.body
    assert "Without an answer within 24 hours, nothing is sent" in asked.body


def test_no_name_can_break_out_of_the_screen(state: Path) -> None:
    evil = "[x](javascript:alert(1)) <img src=x> | `a` ![i](http://evil.example/i)"
    place = world.edition(state / "reports" / "overbrugge" / world.WEEK, title=evil)
    shown = ask(place).body
    link = "[Open de PDF](<https://x.example/y/report.nl.pdf>)"
    assert link in shown
    assert "javascript" in shown
    assert re.findall(r"(?<!\\)[<\[`!]", shown.replace(link, "")) == []


def test_the_reviewers_are_mailed_where_to_answer_once_for_each_edition(
    week: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    url = "https://airflow.example/dags/d/runs/r/tasks/review/required_actions"
    for _ in range(2):
        told = settle.mail(school(), week / "r1", url=url, server=mailbox.server, clock=world.clock)
        assert told == {ANN["email"]: "sent", BOB["email"]: "sent"}
    assert mailbox.count == {ANN["email"]: 1, BOB["email"]: 1}
    settle.mail(school(), world.edition(week, revision=2), url=url, server=mailbox.server, clock=world.clock)
    assert mailbox.count == {ANN["email"]: 2, BOB["email"]: 2}
    mail = message_from_bytes(mailbox.messages[1][1], policy=policy.default)
    assert mail["Subject"] == "Waits for your approval: weekly report, week 47 (r1)"
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert url in plain
    assert "ann@overbrugge.example was asked too" in " ".join(plain.split())
    assert "88%" not in plain


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"nl": "Alleen Nederlands."}, "missing in en"),
        ({"nl": "x" * 601, "en": "y"}, "at most 600"),
        ({"nl": "twee\nregels", "en": "two"}, "one paragraph"),
    ],
)
def test_a_note_that_cannot_be_printed_is_refused_and_nothing_is_answered(
    week: Path, mailbox: Mailbox, given: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        answer(ask(week / "r1"), **given)
    with pytest.raises(DeliveryError, match="waits for approval"):
        send(week / "r1", mailbox)
    assert not home.editor_note("overbrugge", world.WEEK).exists()


def test_the_answer_to_an_older_question_does_not_count(week: Path) -> None:
    asked = ask(week / "r1")
    with pytest.raises(DeliveryError, match="not the edition that was asked about"):
        settle.settle(
            school(), world.edition(week, revision=2), fingerprint=asked.fingerprint, approved=True, by="ann",
            given={}, render=Path, clock=world.clock,
        )  # fmt: skip


def test_a_backfill_asks_nobody_and_so_mails_nobody() -> None:
    asked = decide("backfill", "2026-W40", "2026-W47", "again", has_receipt=False, approval=True)
    assert (asked.send, "asks nobody" in asked.why_not) == (False, True)
    assert decide("manual", "2026-W40", "2026-W47", "again", has_receipt=False, approval=True).send


def test_the_step_says_why_nobody_is_asked(week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "load", lambda slug: school())
    run = {"send": False, "why_not": "deliver = never was asked for.", "week": world.WEEK, "as_of": world.AS_OF}
    assert steps.ask("overbrugge", run, folder_url="", url="") == {"why_not": run["why_not"]}


def test_a_dead_mail_server_does_not_keep_anybody_from_being_asked(
    week: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.deliver.servers import dead

    monkeypatch.setattr(settings, "load", lambda slug: school())
    with dead() as server:
        run = {"send": True, "week": world.WEEK, "as_of": world.AS_OF}
        asked = steps.ask("overbrugge", run, folder_url="https://x.example", url="https://y.example", server=server)
    assert asked["fingerprint"]
    assert "reader 1: pending" in caplog.text  # logs name nobody


@pytest.mark.parametrize(
    ("approval", "message"),
    [
        ({"always": True}, "asks nobody"),
        ({"hold_if": ["sorce"], "reviewers": [ANN]}, "hold_if"),
        ({"always": True, "reviewers": [ANN], "deputies": [ANN]}, "names ann twice"),
        ({"always": True, "reviewers": [ANN], "wait_hours": 0}, "wait_hours"),
    ],
)
def test_a_wrong_configuration_is_refused(approval: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Approval.model_validate(approval)


def test_what_is_wrong_is_found_in_one_place(week: Path) -> None:
    document = editions.read(week / "r1", school()).document
    coverage = document["lists"]["coverage"]
    coverage[0] |= {"quarantined": 20, "items": 300}
    document["tone"] = {"asked": "e5", "judged": [{"judged_by": "lexicon", "n": 4}, {"judged_by": "rating", "n": 1}]}
    found = {(one.kind, one.about, *dict(one.values).values()) for one in checks.found(school(), document)}
    assert found == {("source", "reviews", 48), ("quarantine", "mastodon", 20, 320), ("engine", "e5", "lexicon")}
    coverage[0] |= {"quarantined": 0, "items": 0}
    document["weeks"] = ["2026-W45", "2026-W46", world.WEEK]
    rows = [{"week": week, "dimension": "source", "group": "mastodon", "n": 40} for week in ("2026-W45", "2026-W46")]
    document["metrics"]["mention_volume"]["rows"] += rows
    kinds = [(one.kind, one.about) for one in checks.found(school(), document)]
    assert kinds == [("source", "reviews"), ("silent", "mastodon"), ("engine", "e5")]
    for finding in checks.found(school(), document):
        for language in ("nl", "en"):
            assert "{" not in request.sentence(school(), finding, language)
    assert json.dumps(request.as_json(ask(week / "r1")))
    assert note.checked(school(), {}) == {}
