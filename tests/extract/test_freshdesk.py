"""Freshdesk: answers and notes, what was deleted, spam, groups, and the first answer of a recorded ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tests.extract import server
from tests.extract.freshdesk_server import STUDENT, TABLE, Freshdesk
from tests.extract.world import SLUG, School

SECRET = "the-key-of-an-agent"


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE)
    school.credentials = Credentials({"token": SECRET})
    return school


@pytest.fixture
def service(school: School) -> Freshdesk:
    service = Freshdesk(school.faults).serve()
    ticket = service.ticket("2026-09-08T10:00", "Wanneer is het tentamen?")
    service.say(ticket, "2026-09-08T11:00", "Onder ons", private=True)
    service.say(ticket, "2026-09-08T12:00", "Dinsdag.<br>Groet")
    service.say(ticket, "2026-09-08T13:00", "Dank!", STUDENT)
    solved = {"resolved_at": "2026-09-08T14:00:00Z", "closed_at": "2026-09-09T14:00:00Z", "reopened_at": None}
    service.change(ticket, "2026-09-09T14:00", status=5, stats=solved, custom_fields={"cf_oorzaak": "Rooster"})
    return service


def collect(school: School, at: str = "2026-09-10T12:00", **more: Any) -> Any:
    return school.collect("freshdesk", at, **more)


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def test_a_ticket_with_its_case(school: School, service: Freshdesk) -> None:
    found = collect(school)
    assert (found.status, found.reason, found.items) == ("complete", "", 4)
    asked, note, answer, thanks = school.stage()
    assert [one["direction"] for one in (asked, note, answer, thanks)] == ["inbound", "internal", "outbound", "inbound"]
    assert (asked["case_department"], asked["case_status"], asked["case_cause"]) == ("exams", "closed", "Rooster")
    # Freshdesk does not tell when somebody took it: at the latest when a colleague wrote in it.
    moments = [utc(asked[name]) for name in ("assigned_at", "contacted_at", "resolved_at")]
    assert moments == ["08 11:00", "08 12:00", "08 14:00"]
    assert answer["text"] == "Dinsdag.\nGroet"


def test_14_private_notes_robots_and_what_nobody_wrote_are_no_answer(school: School, service: Freshdesk) -> None:
    ticket = service.ticket("2026-09-09T10:00", "Is er les?")
    service.say(ticket, "2026-09-09T10:01", "Ontvangen", None)
    service.say(ticket, "2026-09-09T10:02", "Namens het systeem", 66)
    service.say(ticket, "2026-09-09T10:03", "Onder ons", private=True)
    collect(school)
    asked, *rest = school.stage()[4:]
    assert asked["contacted_at"] is None
    assert [one["direction"] for one in rest] == ["machine", "machine", "internal"]


def test_02_pages_overlap_and_nothing_comes_twice(school: School, service: Freshdesk) -> None:
    for number in range(130):
        service.ticket(f"2026-09-09T10:{number % 60:02}", f"Vraag {number}?")
    found = collect(school)
    assert (found.status, found.items) == ("complete", 134)
    again = collect(school, "2026-09-10T13:00")
    assert (again.status, again.pages) == ("complete", 0)


@pytest.mark.parametrize("goes", ["deleted", "spam"])
def test_05_what_was_deleted_or_is_spam_leaves_the_list(school: School, service: Freshdesk, goes: str) -> None:
    collect(school)
    service.change(20, "2026-09-10T12:30", **{goes: True})
    service.ticket("2026-09-10T12:00", "Koop nu", **{goes: True})
    collect(school, "2026-09-10T13:00")
    rows = school.stage()
    assert len(rows) == 4  # what was never seen need not be heard of
    if goes == "deleted":
        assert [(one["deleted"], one["text"]) for one in rows] == [(True, None)] * 4
    else:
        assert (rows[0]["case_status"], rows[0]["eligibility"]) == ("spam", "spam")


def test_groups_that_the_key_may_not_see_are_named_by_number(school: School, service: Freshdesk) -> None:
    service.hides_groups = True
    config = next(home.CONFIG.glob("*.toml"))
    config.write_text(config.read_text().replace('"Toetsbureau" = ', '"42" = '))
    assert collect(school).status == "complete"
    assert school.stage()[0]["case_department"] == "exams"


def test_09_half_an_answer_moves_nothing(school: School, service: Freshdesk) -> None:
    school.faults.script("/api/v2/tickets/20/conversations", server.answer(b'[{"id": 1'), service._answer)
    found = collect(school)
    assert (found.status, "not valid JSON" in found.reason) == ("failed", True)
    assert collect(school).status == "complete"
    assert len(school.stage()) == 4


def test_19_neither_the_key_nor_a_name_is_landed(school: School, service: Freshdesk) -> None:
    collect(school)
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    told += b"".join(path.read_bytes() for path in home.state().rglob("*.json"))
    assert b"Wanneer is het tentamen" in told
    for secret in (SECRET, "Marijke", "m@x.nl"):
        assert secret.encode() not in told
