"""TOPdesk: what was asked, what was done, what the caller cannot see, and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks import home
from tasks.extract import connect, landing
from tasks.extract.http.address import Guard
from tasks.extract.http.credentials import Credentials
from tests.extract import certificates
from tests.extract.topdesk_server import TABLE, Topdesk, stamp
from tests.extract.world import SLUG, School

SECRET = "made-for-this-application"


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE.replace("student_affairs", "exams"))
    school.credentials = Credentials({"user": "report", "password": SECRET})
    return school


@pytest.fixture
def desk(school: School) -> Topdesk:
    desk = Topdesk(school.faults).serve()
    incident = desk.incident("2026-09-08T10:00", "Wanneer is<br>het tentamen?")
    desk.act(incident, "2026-09-08T11:00", "Navragen bij docent", invisibleForCaller=True)
    desk.act(incident, "2026-09-08T12:00", "Dinsdag om tien uur.")
    desk.act(incident, "2026-09-08T13:00", "Dank", by="person")
    return desk


def collect(school: School, at: str = "2026-09-10T12:00") -> Any:
    return school.collect("topdesk", at)


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def test_14_a_memo_that_the_caller_cannot_see_is_no_answer(school: School, desk: Topdesk) -> None:
    desk.act("i0", "2026-09-08T10:30", "Incident is doorgezet", by="")
    found = collect(school)
    assert (found.status, found.reason, found.items) == ("complete", "", 5)
    asked, moved, note, answer, thanks = school.stage()
    assert (asked["text"], asked["title"], asked["direction"]) == ("Wanneer is\nhet tentamen?", "Vraag", "inbound")
    assert [one["direction"] for one in (moved, note, answer, thanks)] == ["machine", "internal", "outbound", "inbound"]
    assert (utc(asked["assigned_at"]), utc(asked["contacted_at"])) == ("08 11:00", "08 12:00")
    assert (asked["case_department"], asked["case_status"]) == ("exams", "nieuw")
    assert asked["author_key"] == thanks["author_key"]
    assert answer["author_key"] is None


def test_an_incident_without_a_text_opens_with_its_title_when_somebody_called(school: School, desk: Topdesk) -> None:
    desk.incident("2026-09-09T10:00", "", title="Kan niet inloggen", callDate=stamp("2026-09-09T08:00"))
    collect(school)
    called = school.stage()[-1]
    assert (called["title"], called["text"], called["direction"]) == ("Kan niet inloggen", None, "inbound")
    assert utc(called["created_at"]) == "09 08:00"


def test_02_pages_are_read_to_their_end_and_nothing_twice(school: School, desk: Topdesk) -> None:
    for number in range(120):
        desk.incident(f"2026-09-09T10:{number % 60:02}", f"Vraag {number}?")
    source = school.source("topdesk").budget.model_copy(update={"requests": 900})
    found = school.collect("topdesk", "2026-09-10T12:00", budget=source)
    assert (found.status, found.items) == ("complete", 124)
    found = collect(school, "2026-09-10T13:00")
    assert (found.status, found.pages) == ("complete", 0)


def test_05_an_incident_that_is_gone_takes_its_messages_along(school: School, desk: Topdesk) -> None:
    desk.incident("2026-09-09T10:00", "Nog een vraag?")
    collect(school)
    del desk.incidents["i0"]
    collect(school, "2026-09-10T13:00")
    rows = school.stage()
    assert [one["deleted"] for one in rows] == [True] * 4 + [False]


def test_05_a_helpdesk_that_loses_everything_is_not_believed(school: School, desk: Topdesk) -> None:
    for hour in (10, 11):
        desk.incident(f"2026-09-09T{hour}:00", "Nog een vraag?")
    collect(school)
    desk.incidents.clear()
    found = collect(school, "2026-09-10T13:00")
    assert (found.status, "not believed" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


def test_13_a_helpdesk_in_our_network_is_reached_only_where_it_is_allowed(
    school: School, desk: Topdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guard() -> Guard:
        allowed = connect.allowed(f"127.0.0.1:{school.faults.port}") if let_in else []
        return Guard(allowed=allowed, resolve=lambda host, port: ["127.0.0.1"], trusted=certificates.trusting())

    monkeypatch.setattr(connect, "guard", guard)
    let_in = False
    found = collect(school)
    assert (found.status, "is not asked" in found.reason, len(school.faults.seen)) == ("failed", True, 0)
    let_in = True
    assert collect(school).status == "complete"


def test_19_neither_the_password_nor_a_name_is_landed(school: School, desk: Topdesk) -> None:
    collect(school)
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    told += b"".join(path.read_bytes() for path in home.state().rglob("*.json"))
    assert b"Navragen bij docent" in told
    for secret in (SECRET, "Marijke", "Bos, Ann", "Groot, M."):
        assert secret.encode() not in told


@pytest.mark.parametrize("told", ["yesterday", "1900-01-01T00:00:00.000+0000", "2026-09-08T12:00:00", 10**20, "\0"])
def test_a_field_that_holds_no_moment_tells_of_none(school: School, desk: Topdesk, told: Any) -> None:
    desk.incidents["i0"]["optionalFields1"] = {"date1": told, "text1": "Rooster"}
    assert collect(school).refused == 0
    asked = school.stage()[0]
    assert (utc(asked["contacted_at"]), asked["case_cause"]) == ("08 12:00", "Rooster")
