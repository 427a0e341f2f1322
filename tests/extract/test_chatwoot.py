"""Chatwoot: seconds since 1970, private notes, bots, what happened, and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tests.extract.chatwoot_server import TABLE, Chatwoot
from tests.extract.world import SLUG, School

SECRET = "the-token-of-an-agent"


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE)
    school.credentials = Credentials({"token": SECRET})
    return school


@pytest.fixture
def service(school: School) -> Chatwoot:
    service = Chatwoot(school.faults).serve()
    talk = service.talk("2026-09-08T10:00", "Wanneer is het **tentamen**?")
    service.say(talk, "2026-09-08T10:01", "We antwoorden zo", "", message_type=3)
    service.say(talk, "2026-09-08T10:02", "Ik ben een bot", "agent_bot")
    service.say(talk, "2026-09-08T10:03", "Assigned to Ann Bos", "", message_type=2)
    service.say(talk, "2026-09-08T11:00", "Onder ons", private=True)
    service.say(talk, "2026-09-09T08:00", "Dinsdag.")
    service.resolve(talk, "2026-09-09T09:00")
    return service


def collect(school: School, at: str = "2026-09-10T12:00") -> Any:
    return school.collect("chat", at)


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def test_14_the_first_real_answer_comes_after_22_hours(school: School, service: Chatwoot) -> None:
    service.talks[1]["custom_attributes"] = {"oorzaak": "Rooster"}
    found = collect(school)
    assert (found.status, found.reason, found.items) == ("complete", "", 5)
    asked, template, bot, note, answer = school.stage()
    assert [one["author_kind"] for one in (template, bot, note, answer)] == ["auto", "bot", "staff", "staff"]
    assert [one["direction"] for one in (template, bot, note, answer)] == ["machine", "machine", "internal", "outbound"]
    assert (utc(asked["created_at"]), utc(asked["contacted_at"])) == ("08 10:00", "09 08:00")
    assert (utc(asked["assigned_at"]), utc(asked["resolved_at"])) == ("08 11:00", "09 09:00")
    assert (asked["case_department"], asked["case_status"], asked["case_cause"]) == ("exams", "solved", "Rooster")


def test_02_conversations_are_read_down_to_the_moment_that_is_asked_for(school: School, service: Chatwoot) -> None:
    for hour in range(10, 20):
        service.talk(f"2026-09-09T{hour}:00", f"Vraag van {hour} uur?")
    assert collect(school).items == 15
    assert school.faults.asked["/api/v1/accounts/1/conversations"] == 5  # the last page has nothing on it
    service.say(11, "2026-09-10T12:30", "Antwoord")
    found = collect(school, "2026-09-10T13:00")
    assert (found.status, found.pages) == ("complete", 1)
    assert sum(one["direction"] == "outbound" for one in school.stage()) == 2


def test_05_what_was_deleted_keeps_no_word(school: School, service: Chatwoot) -> None:
    service.talk("2026-09-09T10:00", "Nog een vraag?")
    collect(school)
    service.messages[1][5] |= {"content": "This message was deleted", "content_attributes": {"deleted": True}}
    service.say(1, "2026-09-10T12:30", "Nog iets", "contact")
    del service.talks[2]
    collect(school, "2026-09-10T13:00")
    rows = school.stage()
    assert [(utc(one["created_at"]), one["text"]) for one in rows if one["deleted"]] == [
        ("09 08:00", None),
        ("09 10:00", None),
    ]
    assert len(rows) == 7


def test_19_neither_the_token_nor_a_name_is_landed(school: School, service: Chatwoot) -> None:
    collect(school)
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    told += b"".join(path.read_bytes() for path in home.state().rglob("*.json"))
    assert b"Wanneer is het" in told
    for secret in (SECRET, "Marijke", "Ann Bos", "m@x.nl"):
        assert secret.encode() not in told
