"""Reddit: threads, our own answers, what was deleted, and the token of an hour."""

from __future__ import annotations

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tests.extract import server
from tests.extract.reddit_server import Reddit
from tests.extract.world import SLUG, School

SECRET = "the-secret-of-the-application"


@pytest.fixture
def school(school: School) -> School:
    school.credentials = Credentials({"client_id": "an-application", "client_secret": SECRET})
    return school


@pytest.fixture
def reddit(school: School) -> Reddit:
    reddit = Reddit(school.faults).serve()
    asked = reddit.post("2026-09-08T10:00", "Waar is lokaal 12?")
    reddit.comment("2026-09-08T10:30", asked, "Vraag ik mij ook af", "other")
    reddit.comment("2026-09-08T11:00", asked, "Eerste verdieping", "school_care")
    return reddit


def test_a_question_with_our_answer(school: School, reddit: Reddit) -> None:
    found = school.collect("reddit", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    assert found.spent["remaining"] == 97
    question, other, ours = school.stage()
    assert (question["title"], question["direction"]) == ("Waar is lokaal 12?", "inbound")
    assert (other["direction"], ours["direction"]) == ("inbound", "outbound")
    assert ours["thread_id"] == other["thread_id"] == question["item_id"] == ours["parent_id"]


def test_listings_are_read_down_to_the_moment_that_is_asked_for(school: School, reddit: Reddit) -> None:
    for hour in range(10, 20):
        reddit.post(f"2026-09-09T{hour}:00", f"Bericht {hour}")
    school.collect("reddit", "2026-09-10T12:00")
    assert len(school.stage()) == 13
    asked = school.faults.asked["/r/school/new"]
    school.collect("reddit", "2026-09-10T13:00")
    assert school.faults.asked["/r/school/new"] == asked + 1


@pytest.mark.parametrize("goes", ["deleted", "gone"])
def test_05_a_deleted_comment_is_a_tombstone(school: School, reddit: Reddit, goes: str) -> None:
    school.collect("reddit", "2026-09-10T12:00")
    name = next(name for name in reddit.things if name.startswith("t1_"))
    if goes == "deleted":
        reddit.delete(name)
    else:
        del reddit.things[name]
    school.collect("reddit", "2026-09-12T13:00")
    question, other, ours = school.stage()
    assert (other["deleted"], other["text"]) == (True, None)
    assert not (question["deleted"] or ours["deleted"])


def test_05_a_service_that_loses_everything_is_not_believed(school: School, reddit: Reddit) -> None:
    school.collect("reddit", "2026-09-10T12:00")
    school.faults.script("/api/info", server.answer({"kind": "Listing", "data": {"children": []}}))
    found = school.collect("reddit", "2026-09-12T13:00")
    assert (found.status, "not believed" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


def test_comments_behind_load_more_are_fetched_too(school: School, reddit: Reddit) -> None:
    reddit.more = True
    school.faults.script("/r/school/comments", server.answer({"kind": "Listing", "data": {"children": []}}))
    school.faults.script("/user/school_care/comments", server.answer({"kind": "Listing", "data": {"children": []}}))
    school.collect("reddit", "2026-09-10T12:00")
    assert len(school.stage()) == 3


def test_06_seconds_left_are_waited_for_and_a_long_wait_ends_the_run(school: School, reddit: Reddit) -> None:
    school.faults.script("/r/school/comments", server.too_many(x_ratelimit_reset="412", x_ratelimit_remaining="0"))
    found = school.collect("reddit", "2026-09-10T12:00")
    assert found.again_at is not None
    assert f"{found.again_at:%H:%M:%S}" == "12:06:52"


def test_19_neither_the_secret_nor_the_token_that_it_brought_is_kept(school: School, reddit: Reddit) -> None:
    reddit.comment("2026-09-08T12:00", next(iter(reddit.things)), "handed-out-just-now", "other")
    school.collect("reddit", "2026-09-10T12:00")
    headers = [headers.get("authorization", "") for _, headers, _ in school.faults.seen]
    assert headers[0].startswith("Basic ")
    assert set(headers[1:]) == {"Bearer handed-out-just-now"}
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    for secret in (SECRET, "handed-out-just-now", headers[0].removeprefix("Basic ")):
        assert not [data for data in everything if secret.encode() in data]


def test_a_missing_secret_and_a_refused_one_are_told(school: School, reddit: Reddit) -> None:
    school.credentials = Credentials({}, named="The Airflow connection reddit")
    assert school.collect("reddit", "2026-09-10T12:00").reason == "The Airflow connection reddit has no client_id."
    school.credentials = Credentials({"client_id": "an-application", "client_secret": SECRET})
    school.faults.script("/api/v1/access_token", server.answer({"error": "invalid_grant"}))
    assert "look at the client id" in school.collect("reddit", "2026-09-10T13:00").reason
    school.faults.script("/api/v1/access_token", server.status(401))
    assert "put a new one in the connection" in school.collect("reddit", "2026-09-10T14:00").reason
