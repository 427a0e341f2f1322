"""Reviews: stars with their scale, our replies and when the first of them was, and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import google_business, trustpilot
from tests.extract.reviews_server import GOOGLE, TRUSTPILOT, Google, Trustpilot
from tests.extract.world import SLUG, School

KEY, SECRET, REFRESH = "the-key-of-the-school", "the-secret-of-the-application", "a-token-that-lasts"


@pytest.fixture
def google(school: School, monkeypatch: pytest.MonkeyPatch) -> Google:
    school.listen(GOOGLE)
    school.credentials = Credentials({"client_id": "app", "client_secret": SECRET, "token": REFRESH})
    server = f"https://google.school.example:{school.faults.port}"
    monkeypatch.setattr(google_business, "LOGIN", server)
    monkeypatch.setattr(google_business, "API", f"{server}/v4")
    return Google(school.faults).serve()


@pytest.fixture
def pilot(school: School, monkeypatch: pytest.MonkeyPatch) -> Trustpilot:
    school.listen(TRUSTPILOT)
    school.credentials = Credentials({"token": KEY})
    monkeypatch.setattr(trustpilot, "API", f"https://trustpilot.school.example:{school.faults.port}/v1")
    return Trustpilot(school.faults).serve()


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %H:%M}"


def test_stars_and_their_reply(school: School, google: Google) -> None:
    worst, best = google.review("2026-09-08T10:00", "ONE", "Slecht bereikbaar"), ""
    google.reply(worst, "2026-09-08T12:00", "Dat spijt ons.")
    for hour, stars in ((13, "THREE"), (14, "FIVE")):
        best = google.review(f"2026-09-08T{hour}:00", stars)
    found = school.collect("google", "2026-09-10T12:00")
    assert (found.status, found.reason, found.items, bool(best)) == ("complete", "", 4, True)
    bad, reply, middling, good = school.stage()
    assert [one["sentiment"] for one in (bad, middling, good)] == ["negative", "neutral", "positive"]
    assert (bad["kind"], bad["direction"], reply["direction"]) == ("review", "inbound", "outbound")
    assert reply["parent_id"] == reply["thread_id"] == bad["item_id"]
    assert (utc(reply["created_at"]), reply["edited_at"]) == ("08 12:00", None)


def test_04_a_reply_that_is_edited_keeps_when_it_was_first_seen(school: School, google: Google) -> None:
    name = google.review("2026-09-08T10:00", "ONE", "Slecht bereikbaar")
    google.reply(name, "2026-09-08T12:00", "Dat spijt ons.")
    school.collect("google", "2026-09-10T12:00")
    google.reply(name, "2026-09-15T12:00", "Dat spijt ons zeer.")
    school.collect("google", "2026-09-16T12:00")
    _, reply = school.stage("2026-W37")
    assert (utc(reply["created_at"]), utc(reply["edited_at"])) == ("08 12:00", "15 12:00")
    assert reply["text"] == "Dat spijt ons zeer."
    assert school.stage("2026-W38") == []


@pytest.mark.parametrize("goes", ["review", "reply"])
def test_05_a_review_or_a_reply_that_is_gone(school: School, google: Google, goes: str) -> None:
    name = google.review("2026-09-08T10:00", "ONE", "Slecht bereikbaar")
    google.reply(name, "2026-09-08T12:00", "Dat spijt ons.")
    school.collect("google", "2026-09-09T12:00")
    if goes == "review":
        del google.reviews[name]
    else:
        del google.reviews[name]["reviewReply"]
    school.collect("google", "2026-09-20T12:00")
    assert [one["deleted"] for one in school.stage()] == [goes == "review", True]


def test_19_neither_a_secret_nor_a_name_is_landed(school: School, google: Google) -> None:
    google.review("2026-09-08T10:00", "ONE", "Slecht bereikbaar")
    school.collect("google", "2026-09-10T12:00")
    told = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    told += b"".join(path.read_bytes() for path in home.state().rglob("*.json"))
    assert b"Slecht bereikbaar" in told
    for secret in (SECRET, REFRESH, "handed-out-just-now", "Marijke", "m.jpg"):
        assert secret.encode() not in told


def test_an_answer_to_an_old_review_is_seen_when_that_is_looked_at_again(school: School, pilot: Trustpilot) -> None:
    asked = pilot.review("2026-09-08T10:00", 2, "Lang gewacht, waarom?")
    found = school.collect("trustpilot", "2026-09-09T12:00")
    assert (found.status, found.reason, found.items) == ("complete", "", 1)
    reply = {"text": "Sorry.", "createdAt": "2026-09-12T10:00:00Z", "updatedAt": "2026-09-12T11:00:00Z"}
    pilot.reviews[asked]["companyReply"] = reply
    pilot.review("2026-09-19T10:00", 5, "Fijne dag")
    school.collect("trustpilot", "2026-09-20T12:00")
    review, answer = school.stage()
    assert (review["title"], review["language"], review["sentiment"]) == ("Open dag", "nl", "negative")
    assert (utc(answer["created_at"]), utc(answer["edited_at"])) == ("12 10:00", "12 11:00")
    assert answer["author_key"] is None


def test_15_a_reply_without_a_time_is_set_aside_and_its_review_waited_for_no_time(
    school: School, pilot: Trustpilot
) -> None:
    early = pilot.review("2026-09-08T10:00", 1, "Waarom geen antwoord?")
    asked = pilot.review("2026-09-09T10:00", 1, "Waarom nog geen antwoord?")
    pilot.reviews[asked]["companyReply"] = {"text": "Sorry.", "createdAt": None}
    pilot.reviews[early]["companyReply"] = {"text": "Sorry.", "createdAt": "2026-09-08T09:00:00Z"}
    found = school.collect("trustpilot", "2026-09-10T12:00")
    assert (found.status, found.items, found.refused) == ("complete", 3, 1)
    assert [one["direction"] for one in school.stage()] == ["inbound", "inbound"]
    assert sorted(one["reason"] for one in school.quarantine()) == [
        "a reply from before its message",
        "a reply has no time, so how long its review waited is not known",
    ]


def test_a_key_that_is_not_accepted_is_told(school: School, pilot: Trustpilot) -> None:
    school.credentials = Credentials({"token": "another-key-altogether"})
    assert "put a new one in the connection" in school.collect("trustpilot", "2026-09-10T12:00").reason
