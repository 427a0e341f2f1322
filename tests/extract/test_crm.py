"""HubSpot and Salesforce: who answered whom, what is no answer, what is gone, and what may stand in a query."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks import home, settings
from tasks.errors import ConfigError
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import salesforce_fetch
from tests.extract import hubspot_server, salesforce_server
from tests.extract.hubspot_server import HubSpot
from tests.extract.salesforce_server import MACHINE, STUDENT, Salesforce, stamp
from tests.extract.world import SLUG, School

TOKEN, SECRET = "the-token-of-a-private-app", "the-secret-of-the-application"
NOON, LATER = "2026-09-10T12:00", "2026-09-10T13:00"


@pytest.fixture
def hubspot(school: School) -> HubSpot:
    school.listen(hubspot_server.TABLE)
    school.credentials = Credentials({"token": TOKEN})
    service = HubSpot(school.faults).serve()
    solved = {"hs_pipeline_stage": "4", "closed_date": "2026-09-08T14:00:00Z", "oorzaak": "Rooster"}
    ticket = service.ticket("2026-09-08T10:00", "Wanneer is het tentamen?")
    service.say(ticket, "2026-09-08T10:00", "Wanneer is het tentamen?", "V-9")
    service.say(ticket, "2026-09-08T10:01", "We antwoorden zo", "S-hubspot", "WELCOME_MESSAGE")
    service.say(ticket, "2026-09-08T10:02", "Ik ben een bot", "B-3")
    service.say(ticket, "2026-09-08T10:30", "Gegeven aan Ann Bos", "A-12", "ASSIGNMENT")
    service.say(ticket, "2026-09-08T11:00", "Onder ons", kind="COMMENT")
    service.say(ticket, "2026-09-08T12:00", "Dinsdag.")
    service.change(ticket, "2026-09-08T14:00", hubspot_owner_assigneddate="2026-09-08T10:30:00Z", **solved)
    return service


@pytest.fixture
def salesforce(school: School) -> Salesforce:
    school.listen(salesforce_server.TABLE)
    school.credentials = Credentials({"client_id": "app", "client_secret": SECRET})
    service = Salesforce(school.faults).serve()
    case = service.case("2026-09-08T10:00", "Wanneer is het tentamen?")
    service.mail(case, "2026-09-08T10:01", "We hebben je vraag ontvangen", MACHINE)
    service.comment(case, "2026-09-08T11:00", "Onder ons", published=False)
    service.mail(case, "2026-09-08T11:30", "Nog niet af", Status="5")
    quotes = "Op di 8 sep. 2026 om 10:00 schreef M.:\n> Wanneer is het tentamen?"
    service.mail(case, "2026-09-08T12:00", f"Dinsdag.\n\n{quotes}")
    service.comment(case, "2026-09-08T13:00", "Dank", STUDENT)
    closed = {"IsClosed": True, "ClosedDate": stamp("2026-09-08T14:00"), "Status": "Closed"}
    service.change(case, "2026-09-08T14:00", Oorzaak__c="Rooster", **closed)
    return service


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def landed() -> bytes:
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    return told + b"".join(path.read_bytes() for path in home.state().rglob("*.json"))


def test_14_a_ticket_of_hubspot_with_its_case(school: School, hubspot: HubSpot) -> None:
    found = school.collect("hubspot", NOON)
    assert (found.status, found.reason, found.items) == ("complete", "", 5)
    asked, welcome, bot, note, answer = school.stage()
    kinds = [one["author_kind"] for one in (asked, welcome, bot, note, answer)]
    assert kinds == ["public", "auto", "bot", "staff", "staff"]
    assert (note["direction"], answer["direction"]) == ("internal", "outbound")
    assert (asked["case_department"], asked["case_status"], asked["case_cause"]) == ("exams", "closed", "Rooster")
    moments = [utc(asked[name]) for name in ("assigned_at", "contacted_at", "resolved_at")]
    assert moments == ["08 10:30", "08 12:00", "08 14:00"]


def test_05_what_is_gone_from_hubspot_and_a_ticket_without_a_conversation(school: School, hubspot: HubSpot) -> None:
    for hour in (10, 11, 12):
        hubspot.ticket(f"2026-09-09T{hour}:00", f"Vraag van {hour} uur?")
    assert school.collect("hubspot", NOON).items == 8
    del hubspot.tickets["502"]
    found = school.collect("hubspot", LATER)
    assert (found.status, found.pages) == ("complete", 1)
    rows = school.stage()[5:]
    assert [one["deleted"] for one in rows] == [False, True, False]
    assert rows[0]["text"] == "Vraag van 10 uur?"


def test_14_a_case_of_salesforce(school: School, salesforce: Salesforce) -> None:
    found = school.collect("salesforce", NOON)
    assert (found.status, found.reason, found.items) == ("complete", "", 5)  # a draft was not sent
    asked, received, note, answer, thanks = school.stage()
    directions = [one["direction"] for one in (asked, received, note, answer, thanks)]
    assert directions == ["inbound", "machine", "internal", "outbound", "inbound"]
    assert answer["text"] == "Dinsdag."
    assert (asked["case_department"], asked["case_status"], asked["case_cause"]) == ("exams", "closed", "Rooster")
    moments = [utc(asked[name]) for name in ("assigned_at", "contacted_at", "resolved_at")]
    assert moments == ["08 11:00", "08 12:00", "08 14:00"]
    assert asked["author_key"] == thanks["author_key"]


def test_a_case_that_came_by_mail_opens_with_it(school: School, salesforce: Salesforce) -> None:
    case = salesforce.case("2026-09-09T10:00", "Waar moet ik zijn?", Origin="Email")
    salesforce.mail(case, "2026-09-09T10:00", "Waar moet ik zijn?", MACHINE, Incoming=True)
    school.collect("salesforce", NOON)
    (opening,) = school.stage()[5:]
    assert (opening["direction"], opening["case_department"]) == ("inbound", "exams")


def test_05_a_deleted_case_and_a_deleted_comment(school: School, salesforce: Salesforce) -> None:
    case = salesforce.case("2026-09-09T10:00", "Nog een vraag?")
    school.collect("salesforce", NOON)
    salesforce.change(case, "2026-09-10T12:30", IsDeleted=True)
    salesforce.records["CaseComment"][1]["IsDeleted"] = True
    salesforce.change(salesforce.records["Case"][0]["Id"], "2026-09-10T12:30")
    school.collect("salesforce", LATER)
    gone = [one for one in school.stage() if one["deleted"]]
    assert [(utc(one["created_at"]), one["text"]) for one in gone] == [("08 13:00", None), ("09 10:00", None)]


def test_nothing_but_numbers_and_fields_gets_into_a_query(school: School, salesforce: Salesforce) -> None:
    with pytest.raises(ValueError, match="no number"):
        salesforce_fetch.quoted("500' OR Name LIKE '%")
    salesforce.case("2026-09-09T10:00", "Nog een vraag?", Id="x' OR Id != '")
    found = school.collect("salesforce", NOON)
    assert (found.status, "another shape" in found.reason) == ("partial", True)
    assert not [query for query in salesforce.queries if " OR " in query]
    config = next(home.CONFIG.glob("*.toml"))
    config.write_text(config.read_text().replace("Oorzaak__c", "Oorzaak-c"))
    with pytest.raises(ConfigError, match="no field of Salesforce"):
        settings.load(SLUG)


@pytest.mark.parametrize("name", ["hubspot", "salesforce"])
def test_19_neither_a_secret_nor_a_name_is_landed(school: School, name: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(name)
    school.collect(name, NOON)
    told = landed()
    assert b"Wanneer is het tentamen" in told
    for secret in (TOKEN, SECRET, "handed-out-just-now", "Marijke", "Ann Bos"):
        assert secret.encode() not in told
