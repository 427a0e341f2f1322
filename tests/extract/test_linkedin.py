"""LinkedIn, as its documentation tells: what happened leads to conversations, and they to the time of an answer.

Numbers in names are those of the list of faults.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import linkedin
from tests.extract import server
from tests.extract.linkedin_server import ORG, PATH, LinkedIn
from tests.extract.world import SLUG, School, moment, sides

TOKEN = "a-token-of-the-organisation"
STUDENT, PARENT = "urn:li:person:Student1", "urn:li:person:Parent1"
TOLD = f"{PATH}/organizationalEntityNotifications"
TABLES = f"""
[[source]]
id         = "linked"
type       = "linkedin"
name       = {{ nl = "LinkedIn", en = "LinkedIn" }}
connection = "linkedin"
accounts   = ["{ORG}"]
"""


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(linkedin, "API", f"https://linkedin.example:{school.faults.port}{PATH}")
    school.listen(TABLES)
    school.credentials = Credentials({"token": TOKEN})
    return school


@pytest.fixture
def linked(school: School) -> LinkedIn:
    """A post of ours with two questions, one of them answered; a post of somebody that names us, answered."""
    linked = LinkedIn(school.faults).serve()
    ours = linked.post("2026-09-07T08:00", "Wij zoeken een docent")
    asked = linked.comment("2026-09-08T10:00", ours, "Tot wanneer kan ik reageren?", STUDENT)
    linked.comment("2026-09-08T11:30", asked, "Tot vrijdag.", ORG)
    linked.comment("2026-09-08T12:00", ours, "Ook deeltijd?", PARENT)
    named = linked.post("2026-09-09T09:00", "Trots op mijn diploma van deze school", STUDENT)
    linked.comment("2026-09-09T09:30", named, "Gefeliciteerd!", ORG)
    return linked


SIX = [
    ("outbound", "Wij zoeken een docent"),
    ("inbound", "Tot wanneer kan ik reageren?"),
    ("outbound", "Tot vrijdag."),
    ("inbound", "Ook deeltijd?"),
    ("inbound", "Trots op mijn diploma van deze school"),
    ("outbound", "Gefeliciteerd!"),
]


def test_what_happened_leads_to_whole_conversations(school: School, linked: LinkedIn) -> None:
    found = school.collect("linked", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    mentions = school.stage()
    assert sides(mentions) == SIX
    _, asked, answer, other, named, wish = mentions
    assert (asked["parent_id"], asked["thread_id"]) == (None, asked["item_id"])
    assert (answer["parent_id"], answer["thread_id"]) == (asked["item_id"], asked["item_id"])
    assert other["thread_id"] == other["item_id"]
    assert wish["parent_id"] == wish["thread_id"] == named["item_id"]
    assert asked["created_at"] == moment("2026-09-08T10:00")
    headers = [headers for _, headers, _ in school.faults.seen]
    assert {one["linkedin-version"] for one in headers} == {"202606"}
    assert {one["x-restli-protocol-version"] for one in headers} == {"2.0.0"}


def test_01_02_collected_again_it_says_the_same(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00")
    before = school.stage()
    school.collect("linked", "2026-09-10T16:00", lookback_hours=168)
    assert school.stage() == before
    assert sides(before) == SIX


def test_nothing_that_happened_costs_two_requests(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00", sweep_days=0)
    asked = len(linked.asked)
    school.collect("linked", "2026-09-11T12:00", sweep_days=0)
    assert len(linked.asked) == asked + 2


def test_04_an_edit_keeps_the_time_of_writing(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00")
    linked.edit(next(iter(linked.comments)), "2026-09-10T13:00", "Tot welke dag kan ik reageren?")
    school.collect("linked", "2026-09-10T16:00")
    edited = school.stage()[1]
    assert edited["text"] == "Tot welke dag kan ik reageren?"
    assert edited["created_at"] == moment("2026-09-08T10:00")
    assert edited["edited_at"] == moment("2026-09-10T13:00")


def test_05_a_comment_that_is_gone_is_a_tombstone(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00")
    linked.delete(next(iter(linked.comments)), "2026-09-10T13:00")
    school.collect("linked", "2026-09-10T16:00")
    mentions = school.stage()
    assert [one["deleted"] for one in mentions] == [False, True, False, False, False, False]
    assert mentions[1]["text"] is None
    # What answered it stays below it.
    assert mentions[2]["parent_id"] == mentions[1]["item_id"]


def test_05_a_service_that_finds_nothing_by_its_id_deletes_nothing(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00")
    first, *_ = linked.comments
    linked.delete(first, "2026-09-10T13:00")
    for native in list(linked.comments):
        post, number = linked.comments[native]["object"], linked.comments[native]["id"]
        school.faults.script(f"{PATH}/socialActions/{quote(post, safe='')}/comments/{number}", server.status(404))
    found = school.collect("linked", "2026-09-10T16:00")
    assert (found.status, "which is not believed" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


def test_06_a_limit_without_a_time_is_left_alone_for_an_hour(school: School, linked: LinkedIn) -> None:
    school.faults.script(TOLD, server.status(429))
    found = school.collect("linked", "2026-09-10T12:00")
    assert found.again_at == moment("2026-09-10T13:00")
    assert school.faults.asked[TOLD] == 1


def test_06_a_limit_with_a_time_is_kept_to(school: School, linked: LinkedIn) -> None:
    school.faults.script(TOLD, server.status(429, retry_after="30"), linked._answer)
    found = school.collect("linked", "2026-09-10T12:00")
    assert (found.status, found.spent["waited_seconds"] >= 30) == ("complete", True)


def test_09_an_answer_of_another_shape_leaves_the_cursor(school: School, linked: LinkedIn) -> None:
    school.faults.script(TOLD, server.answer({"elements": "none"}))
    found = school.collect("linked", "2026-09-10T12:00")
    assert (found.status, "it is no list of LinkedIn's" in found.reason) == ("partial", True)
    assert school.cursors.read(SLUG, "linked").moved_at == moment("2026-09-03T12:00")


def test_a_version_that_is_over_is_told(school: School, linked: LinkedIn) -> None:
    school.faults.script(f"{PATH}/posts", server.status(426))
    assert "no longer speaks version 202606: put a newer one" in school.collect("linked", "2026-09-10T12:00").reason


def test_more_than_sixty_days_are_not_asked_for(school: School, linked: LinkedIn) -> None:
    school.collect("linked", "2026-09-10T12:00", first_days=200)
    [asked] = [path for path in linked.asked if "timeRange" in path]
    assert f"start:{int(moment('2026-07-12T12:00').timestamp() * 1000)}," in asked


def test_19_no_token_in_landing_ledger_or_what_a_step_returns(school: School, linked: LinkedIn) -> None:
    linked.comment("2026-09-09T10:00", next(iter(linked.posts)), f"De sleutel is {TOKEN}", STUDENT)
    found = school.collect("linked", "2026-09-10T12:00")
    school.faults.script(f"{PATH}/posts", server.status(401))
    failed = school.collect("linked", "2026-09-10T16:00")
    assert {headers.get("authorization") for _, headers, _ in school.faults.seen} == {f"Bearer {TOKEN}"}
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything += [json.dumps(one.as_json()).encode() for one in (found, failed)]
    assert not [data for data in everything if TOKEN.encode() in data]
    assert "put a new one in the connection" in failed.reason
