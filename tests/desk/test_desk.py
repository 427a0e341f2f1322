"""The case desk: who is on it, what can be said, and what the figures make of that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks import home, lake, settings, steps
from tasks.desk import page
from tasks.desk.book import Book
from tasks.desk.open import Open, listed
from tasks.measure import document
from tasks.period import Week
from tasks.privacy import journal, retain
from tasks.privacy import run as privacy
from tests.deliver.servers import Mailbox
from tests.digest.world import DIGEST, SLUG, WEEK, Digests, begin, moment, question
from tests.world import item

EXAM = "Wanneer is het tentamen van dinsdag?"
ANN = "Ann Bos"


class Desk:
    """What somebody does there."""

    def __init__(self, school: Digests) -> None:
        self.school = school

    def open(self, at: str) -> list[Open]:
        return listed(settings.load(SLUG), moment(at))[0]

    def settled(self, at: str) -> list[Open]:
        return listed(settings.load(SLUG), moment(at))[1]

    def say(self, now: str, button: str, **form: str) -> str | None:
        """Fill in the form of the first that is open (or else settled)."""
        one = (self.open(now) + self.settled(now))[0]
        told = {"button": button, **form}
        return page.told(SLUG, one.item.item_id, told, "en", by=ANN, clock=lambda: moment(now))

    def staged(self) -> list[dict[str, Any]]:
        steps.stage(SLUG, WEEK)
        table = lake.read("mentions", SLUG, WEEK)
        assert table is not None
        return [row for row in table.to_pylist() if row["direction"] == "inbound"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield Desk(begin(tmp_path, monkeypatch, Mailbox(), DIGEST))


def measured() -> dict[str, Any]:
    institution = settings.load(SLUG)
    week = Week.parse(WEEK, institution.zone)
    made: dict[str, Any] = document.build(institution, week, week.cutoff)
    return made


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=settings.load(SLUG).zone)


def test_who_waits_is_on_the_desk_the_first_due_first_with_where_to_answer(desk: Desk) -> None:
    desk.school.hand(
        question("later", "2026-09-08T12:00", text=EXAM),
        question("first", "2026-09-08T07:00", text=EXAM),
        question("answered", "2026-09-08T07:00", text=EXAM),
        item("answer", "2026-09-08T07:30", author="school", author_kind="own", in_reply_to="answered"),
    )
    found = desk.open("2026-09-08T13:00")
    assert [one.link.rpartition("/")[2] for one in found] == ["first", "later"]
    assert [one.overdue for one in found] == [True, False]
    assert found[0].owner == "exams"


def test_a_case_from_taken_to_solved_is_in_the_report_as_heard_cause_action_outcome(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    assert desk.say("2026-09-08T08:00", "taken") == ""
    assert desk.say("2026-09-08T09:00", "contacted") == ""
    assert [one.case.status for one in desk.open("2026-09-08T09:30") if one.case] == ["contacted"]  # not solved yet
    told = {"cause": "Het rooster stond niet op de site.", "action": "Het rooster staat er nu."}
    assert desk.say("2026-09-09T10:00", "solved", **told) == ""
    assert desk.open("2026-09-09T10:30") == []
    assert len(desk.settled("2026-09-09T10:30")) == 1
    (row,) = desk.staged()
    assert (row["case_status"], row["case_cause"]) == ("solved", told["cause"])
    moments = [row[name] for name in ("assigned_at", "contacted_at", "resolved_at")]
    assert moments == [moment("2026-09-08T08:00"), moment("2026-09-08T09:00"), moment("2026-09-09T10:00")]
    made = measured()
    (solved,) = made["lists"]["solved_cases"]
    assert solved["action"] == told["action"]
    waited = next(row for row in made["metrics"]["first_response_time"]["rows"] if row["week"] == WEEK)
    assert waited["n"] == 1
    assert made["lists"]["open_items"] == []


def test_no_answer_needed_leaves_the_figures_and_comes_back_when_somebody_thinks_again(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    assert "say why" in (desk.say("2026-09-08T08:00", "no_answer") or "")
    assert desk.say("2026-09-08T08:00", "no_answer", reason="Een grap") == ""
    assert desk.open("2026-09-08T09:00") == []
    assert [row["eligibility"] for row in desk.staged()] == ["no_reply_needed"]
    assert desk.say("2026-09-08T10:00", "answer") == ""
    assert [row["eligibility"] for row in desk.staged()] == ["eligible"]
    assert len(desk.open("2026-09-08T11:00")) == 1


def test_a_case_that_is_opened_again_was_solved_before(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    for day, button in ((8, "solved"), (9, "reopened"), (10, "solved")):
        assert desk.say(f"2026-09-{day:02d}T08:00", button) == ""
    (row,) = desk.staged()
    assert row["first_resolved_at"] == moment("2026-09-08T08:00")
    assert row["reopened_at"] == moment("2026-09-09T08:00")
    assert row["resolved_at"] == moment("2026-09-10T08:00")


def test_what_was_said_last_counts_whatever_moment_it_is_about(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    for button in ("solved", "reopened", "solved"):  # within a moment, as with a demo's clock
        assert desk.say("2026-09-08T08:00", button) == ""
    assert desk.open("2026-09-08T09:00") == []
    assert desk.say("2026-09-08T10:00", "reopened", at="2026-09-08T09:30") == ""  # 07:30 UTC: before it was solved
    assert len(desk.open("2026-09-08T11:00")) == 1


def test_another_department_becomes_the_owner(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text="Waar is de fietsenstalling?"))
    assert desk.say("2026-09-08T08:00", "save", owner="exams") == ""
    assert [row["case_department"] for row in desk.staged()] == ["exams"]
    assert [one.owner for one in desk.open("2026-09-08T09:00")] == ["exams"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"button": "erase"}, "press one of the buttons"),
        ({"button": "save"}, "nothing was changed"),
        ({"button": "save", "owner": "the board"}, "no such department"),
        ({"button": "save", "cause": "x" * 501}, "to 500 characters"),
        ({"button": "contacted", "at": "2026-09-07T08:00"}, "between the message and now"),
        ({"button": "contacted", "at": "2026-09-09T08:00"}, "between the message and now"),
        ({"button": "contacted", "at": "yesterday"}, "between the message and now"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(desk: Desk, form: dict[str, str], told: str) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    assert told in (desk.say("2026-09-08T08:00", **form) or "")
    assert Book(home.ledger_url()).entries(SLUG) == []


def test_a_moment_in_the_past_is_on_the_institutions_clock(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    assert desk.say("2026-09-08T12:00", "contacted", at="2026-09-08T10:15") == ""
    assert [row["contacted_at"] for row in desk.staged()] == [local("2026-09-08T10:15")]


def test_the_pages_show_words_safely_and_private_ones_never(desk: Desk) -> None:
    desk.school.hand(
        question("hostile", "2026-09-08T07:00", text=f"{EXAM} <script>alert(1)</script>"),
        question("private", "2026-09-08T07:10", text=f"{EXAM} geheim", kind="ticket_message", visibility="private"),
    )
    assert desk.say("2026-09-08T08:00", "save", cause="<b>x</b>") == ""
    clock = lambda: moment("2026-09-08T09:00")  # noqa: E731
    shown = page.desk(SLUG, "nl", by=ANN, clock=clock)
    assert "Open: 2" in shown
    assert "geheim" not in shown
    one = page.item(SLUG, desk.open("2026-09-08T09:00")[0].item.item_id, "en", by=ANN, clock=clock)
    assert one
    for text in (shown, one):
        assert "<script>alert" not in text
        assert "<b>x" not in text
        assert "form-action 'self'" in page.policy(text)
    assert "Ann Bos" in one
    assert {(look.what, look.by) for look in journal.looks(SLUG)} == {("case desk", "Airflow: Ann Bos")}
    assert page.item(SLUG, "0" * 24, "en", by=ANN, clock=clock) is None


def test_who_said_it_is_nowhere_in_lake_or_pages(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    desk.say("2026-09-08T08:00", "taken")
    desk.staged()
    files = [path for path in home.state().rglob("*") if path.is_file() and "ledger" not in path.name]
    assert not [path for path in files if ANN.encode() in path.read_bytes()]


def test_staging_again_gives_the_same_lake_and_a_new_key_keeps_the_case(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    desk.say("2026-09-08T08:00", "solved", cause="Een fout")
    first = desk.staged()
    assert steps.stage(SLUG, WEEK)["weeks"] == []
    privacy.rotate(SLUG)
    (after,) = desk.staged()
    assert (after["case_cause"], after["resolved_at"]) == (first[0]["case_cause"], first[0]["resolved_at"])
    assert after["item_id"] != first[0]["item_id"]
    assert len(desk.settled("2026-09-08T09:00")) == 1
    assert steps.stage(SLUG, WEEK)["weeks"] == []


def test_what_is_over_leaves_the_desk_as_well(desk: Desk) -> None:
    desk.school.hand(question("a", "2026-09-08T07:00", text=EXAM))
    desk.say("2026-09-08T08:00", "taken")
    desk.staged()
    institution = settings.load(SLUG)
    went = retain.retain(institution, date(2030, 1, 1), really=True)
    assert went.desk == 1
    assert Book(home.ledger_url()).entries(SLUG) == []
    assert desk.open("2026-09-08T09:00") == []
