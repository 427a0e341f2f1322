"""Zendesk: who answered whom, what is no answer, when somebody had it, and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks import home, settings
from tasks.errors import ConfigError
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tests.extract import server
from tests.extract.world import SLUG, School
from tests.extract.zendesk_server import TABLE, Zendesk

SECRET = "an-api-token-of-the-school"


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE)
    school.credentials = Credentials({"user": "report@school.example", "password": SECRET})
    return school


@pytest.fixture
def service(school: School) -> Zendesk:
    """Asked at 10:00, noted at 11:00, answered at 12:00, thanked at 13:00, solved at 14:00."""
    service = Zendesk(school.faults).serve()
    ticket = service.ticket("2026-09-08T10:00", "Wanneer is het tentamen?")
    service.comment(ticket, "2026-09-08T11:00", "Weet iemand dit?", 8, public=False)
    service.comment(ticket, "2026-09-08T12:00", "Dinsdag om tien uur.", 8)
    service.comment(ticket, "2026-09-08T13:00", "Dank!", 7)
    fields = [{"id": 31, "value": "Rooster ontbrak"}, {"id": 32, "value": "Rooster staat er"}]
    service.change(ticket, "2026-09-08T14:00", status="solved", custom_fields=fields)
    service.metrics(ticket, initially_assigned_at="2026-09-08T10:30", solved_at="2026-09-08T14:00", reopens=0)
    return service


def collect(school: School, at: str = "2026-09-10T12:00", **more: Any) -> Any:
    return school.collect("zendesk", at, **more)


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def test_a_ticket_with_its_case(school: School, service: Zendesk) -> None:
    found = collect(school)
    assert (found.status, found.reason, found.items) == ("complete", "", 4)
    asked, note, answer, thanks = school.stage()
    assert [one["direction"] for one in (asked, note, answer, thanks)] == ["inbound", "internal", "outbound", "inbound"]
    assert [one["visibility"] for one in (asked, note, answer)] == ["private", "internal", "private"]
    assert (asked["title"], asked["text"]) == ("Vraag", "Wanneer is het tentamen?")
    assert (asked["case_department"], asked["case_status"]) == ("exams", "solved")
    assert (asked["case_cause"], asked["case_action"]) == ("Rooster ontbrak", "Rooster staat er")
    moments = [utc(asked[name]) for name in ("assigned_at", "contacted_at", "resolved_at")]
    assert moments == ["08 10:30", "08 12:00", "08 14:00"]
    assert len({one["thread_id"] for one in (asked, note, answer, thanks)}) == 1
    assert [one["case_id"] for one in (note, answer, thanks)] == [None, None, None]


def test_14_notes_rules_and_robots_are_no_answer(school: School, service: Zendesk) -> None:
    ticket = service.ticket("2026-09-09T10:00", "Is er les?")
    service.comment(ticket, "2026-09-09T10:01", "We hebben je vraag ontvangen", -1, via="rule")
    service.comment(ticket, "2026-09-09T10:02", "Ik ben een bot", 8, via="answer_bot_for_web_widget")
    service.comment(ticket, "2026-09-09T10:03", "Namens het systeem", 9)
    service.comment(ticket, "2026-09-09T10:04", "Onder ons", 8, public=False)
    collect(school)
    asked, *rest = school.stage()[4:]
    assert asked["contacted_at"] is None
    assert [one["author_kind"] for one in rest] == ["auto", "bot", "bot", "staff"]
    assert [one["direction"] for one in rest] == ["machine", "machine", "machine", "internal"]


def test_02_only_what_changed_is_fetched_again(school: School, service: Zendesk) -> None:
    for hour in range(10, 15):
        service.ticket(f"2026-09-09T{hour}:00", f"Vraag van {hour} uur?")
    collect(school)
    comments = "/api/v2/tickets/102/comments.json"
    assert school.faults.asked[comments] == 1
    service.now = "2026-09-10T13:00"
    service.comment(102, "2026-09-10T12:30", "Antwoord", 8)
    found = collect(school, "2026-09-10T13:00")
    assert (found.status, found.pages, school.faults.asked[comments]) == ("complete", 1, 2)
    assert sum(one["direction"] == "outbound" for one in school.stage()) == 2


def test_03_what_changed_in_the_last_minute_comes_with_the_next_collection(school: School, service: Zendesk) -> None:
    service.ticket("2026-09-10T11:59", "Net te laat?")
    source = {"lookback_hours": 0}
    collect(school, **source)
    assert len(school.stage()) == 4
    service.now = "2026-09-10T13:00"
    collect(school, "2026-09-10T13:00", **source)
    assert len(school.stage()) == 5


def test_05_a_deleted_ticket_takes_its_messages_along(school: School, service: Zendesk) -> None:
    collect(school)
    service.change(100, "2026-09-10T12:30", status="deleted")
    service.now = "2026-09-10T13:00"
    collect(school, "2026-09-10T13:00")
    assert [(one["deleted"], one["text"]) for one in school.stage()] == [(True, None)] * 4


def test_06_ten_requests_a_minute(school: School, service: Zendesk) -> None:
    export = "/api/v2/incremental/tickets/cursor.json"
    school.faults.script(export, server.too_many(retry_after="40"), service._answer)
    found = collect(school)
    assert (found.status, found.spent["waited_seconds"] >= 40) == ("complete", True)


def test_10_a_run_that_was_cut_short_goes_on(school: School, service: Zendesk) -> None:
    for hour in range(10, 13):
        service.ticket(f"2026-09-09T{hour}:00", f"Vraag van {hour} uur?")
    budget = school.source("zendesk").budget.model_copy(update={"requests": 4})
    assert collect(school, budget=budget).status == "partial"
    asked = school.faults.asked["/api/v2/tickets/100/comments.json"]
    assert collect(school).status == "complete"
    assert school.faults.asked["/api/v2/tickets/100/comments.json"] == asked
    assert len(school.stage()) == 7


def test_11_a_backfill_reads_the_tickets_of_its_week(school: School, service: Zendesk) -> None:
    service.ticket("2026-09-15T10:00", "Een week later?")
    service.now = "2026-11-16T12:00"
    found = school.past("zendesk", "2026-09-07T00:00", "2026-09-14T00:00")
    assert (found.status, found.items) == ("complete", 4)
    assert school.cursors.read(SLUG, "zendesk").moved_at is None


def test_19_neither_the_token_nor_a_name_is_landed(school: School, service: Zendesk) -> None:
    collect(school)
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    told += b"".join(path.read_bytes() for path in home.state().rglob("*.json"))
    assert b"Wanneer is het tentamen" in told
    for secret in (SECRET, "Marijke", "m@x.nl", "cmVwb3J0QHNjaG9vbC5leGFtcGxl"):
        assert secret.encode() not in told


def test_a_ticket_that_was_opened_again(school: School, service: Zendesk) -> None:
    collect(school)
    service.comment(100, "2026-09-10T12:30", "Het klopt toch niet", 7)
    service.change(100, "2026-09-10T12:30", status="open")
    again = {"status_updated_at": "2026-09-10T12:30", "reopens": 1}
    service.metrics(100, initially_assigned_at="2026-09-08T10:30", solved_at="2026-09-08T14:00", **again)
    service.now = "2026-09-10T13:00"
    collect(school, "2026-09-10T13:00")
    asked = school.stage()[0]
    assert (utc(asked["reopened_at"]), asked["case_status"]) == ("10 12:30", "reopened")
    assert utc(asked["first_resolved_at"]) == "08 14:00"


def test_a_department_that_was_forgotten_owns_its_tickets_at_the_next_staging(school: School, service: Zendesk) -> None:
    config = next(home.CONFIG.glob("*.toml"))
    whole = config.read_text()
    config.write_text(whole.replace('"Toetsbureau" = "exams"', ""))
    collect(school)
    assert school.stage()[0]["case_department"] is None
    config.write_text(whole)
    asked = len(school.faults.seen)
    assert school.stage()[0]["case_department"] == "exams"
    assert len(school.faults.seen) == asked


def test_a_group_is_given_to_a_department_that_there_is(school: School) -> None:
    config = next(home.CONFIG.glob("*.toml"))
    config.write_text(config.read_text().replace('= "exams"\n', '= "exam"\n', 1))
    with pytest.raises(ConfigError, match="departments names one that does not exist: exam"):
        settings.load(SLUG)


def test_what_changes_without_a_moment_of_its_own_is_as_it_was_told_last(school: School, service: Zendesk) -> None:
    for hour, cause in enumerate(("Zaal dicht", "Rooster fout", "Docent ziek", "Bus te laat"), 13):
        fields = [{"id": 31, "value": cause}, {"id": 32, "value": "Rooster staat er"}]
        service.change(100, f"2026-09-10T{hour}:00", custom_fields=fields)
        service.now = f"2026-09-10T{hour}:30"
        collect(school, service.now)
        assert school.stage()[0]["case_cause"] == cause
