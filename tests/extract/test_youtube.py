"""YouTube: conversations below our videos and those of others, what a thread leaves out, and the day's quota.

Numbers in names are those of the list of faults.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from pydantic import ValidationError

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import youtube, youtube_ask
from tests.extract import server
from tests.extract.server import Handler
from tests.extract.world import SLUG, School, moment, sides
from tests.extract.youtube_server import OURS, PATH, YouTube, channel

KEY = "a-key-of-the-school"
TABLES = f"""
[[source]]
id         = "tube"
type       = "youtube"
name       = {{ nl = "YouTube", en = "YouTube" }}
connection = "youtube"
accounts   = ["{OURS}"]
queries    = ["Test School"]
"""
STUDENT, PARENT, VLOGGER = channel("student"), channel("parent"), channel("vlogger")


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(youtube, "API", f"https://youtube.example:{school.faults.port}{PATH}")
    school.listen(TABLES)
    school.credentials = Credentials({"token": KEY})
    return school


@pytest.fixture
def tube(school: School) -> YouTube:
    """A video of ours with two questions, one of them answered."""
    tube = YouTube(school.faults).serve()
    ours = tube.video("2026-09-07T08:00", "Open dag")
    asked = tube.comment("2026-09-08T10:00", ours, "Hoe laat begint het?", STUDENT)
    tube.comment("2026-09-08T11:30", asked, "Om tien uur.", OURS)
    tube.comment("2026-09-09T09:00", ours, "Is er parkeerruimte?", PARENT)
    return tube


FOUR = [
    ("outbound", "Open dag, beschreven"),
    ("inbound", "Hoe laat begint het?"),
    ("outbound", "Om tien uur."),
    ("inbound", "Is er parkeerruimte?"),
]


def test_each_comment_below_our_video_begins_a_conversation(school: School, tube: YouTube) -> None:
    found = school.collect("tube", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    mentions = school.stage()
    assert sides(mentions) == FOUR
    video, asked, answer, other = mentions
    assert (video["title"], asked["parent_id"]) == ("Open dag", None)
    assert answer["parent_id"] == asked["item_id"] == answer["thread_id"] == asked["thread_id"]
    assert other["thread_id"] == other["item_id"]
    assert "With A Name" not in str(mentions)
    everything = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    assert b"With A Name" in everything  # it came, and stays in the raw page


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, tube: YouTube) -> None:
    school.past("tube", "2026-09-07T00:00", "2026-09-14T00:00")
    school.stage()
    before = school.lake()
    for one in tube.comments.values():
        one["snippet"]["likeCount"] += 1
    shutil.rmtree(home.landing(SLUG, "tube") / "windows")
    school.past("tube", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_overlapping_pages_give_each_comment_once(school: School, tube: YouTube) -> None:
    for hour in range(10, 20):
        tube.comment(f"2026-09-09T{hour}:00", "video000000", f"Reactie {hour}", STUDENT)
    for at in ("2026-09-10T12:00", "2026-09-10T13:00"):
        school.collect("tube", at, lookback_hours=72)
    mentions = school.stage()
    assert len(mentions) == len({one["item_id"] for one in mentions}) == 14


def test_answers_that_a_thread_leaves_out_are_asked_for_and_only_once(school: School, tube: YouTube) -> None:
    asked = next(iter(tube.comments))
    for minute in range(10, 15):
        tube.comment(f"2026-09-08T12:{minute}", asked, f"Dank {minute}", STUDENT)
    school.collect("tube", "2026-09-10T12:00")
    assert len([one for one in school.stage() if (one["text"] or "").startswith("Dank")]) == 5
    school.collect("tube", "2026-09-10T13:00")
    apart = [query["parentId"] for _, _, query in school.faults.seen if "parentId" in query]
    assert apart == [[asked], [asked]]  # two pages of it, in the first run


def test_03_an_answer_in_an_old_thread_comes_with_what_is_looked_at_again(school: School, tube: YouTube) -> None:
    school.collect("tube", "2026-09-10T12:00")
    late = list(tube.comments)[-1]
    tube.comment("2026-09-12T10:00", late, "Ja, achter het gebouw.", OURS)
    for hour in range(10, 14):
        tube.comment(f"2026-09-12T{hour}:00", "video000000", f"Reactie {hour}", STUDENT)
    school.collect("tube", "2026-09-12T14:00")
    answer = next(one for one in school.stage() if one["text"] == "Ja, achter het gebouw.")
    asked = next(one for one in school.mentions() if one["text"] == "Is er parkeerruimte?")
    assert (answer["direction"], answer["parent_id"]) == ("outbound", asked["item_id"])
    assert asked["thread_id"] == asked["item_id"]


def test_04_an_edit_keeps_the_time_of_writing(school: School, tube: YouTube) -> None:
    school.collect("tube", "2026-09-10T12:00")
    tube.edit(next(iter(tube.comments)), "2026-09-10T12:30", "Hoe laat begint de open dag?")
    school.collect("tube", "2026-09-10T13:00")
    edited = school.stage()[1]
    assert edited["text"] == "Hoe laat begint de open dag?"
    assert edited["created_at"] == moment("2026-09-08T10:00")
    assert edited["edited_at"] == moment("2026-09-10T12:30")
    assert edited["thread_id"] == edited["item_id"]


def test_05_what_is_asked_for_by_its_id_and_does_not_come_is_a_tombstone(school: School, tube: YouTube) -> None:
    school.collect("tube", "2026-09-10T12:00")
    tube.delete(next(iter(tube.comments)))  # its answer goes with it
    school.collect("tube", "2026-09-11T13:00")
    video, asked, answer, other = school.stage()
    assert [one["deleted"] for one in (video, asked, answer, other)] == [False, True, True, False]
    assert (asked["text"], answer["text"]) == (None, None)
    assert answer["created_at"] == moment("2026-09-08T11:30")


def test_05_a_thread_that_is_shut_is_not_gone_while_its_comment_is_there(school: School, tube: YouTube) -> None:
    school.collect("tube", "2026-09-10T12:00")
    school.faults.script(f"{PATH}/commentThreads", server.answer({"kind": "youtube#commentThreadListResponse"}))
    assert school.collect("tube", "2026-09-11T13:00").status == "complete"
    assert sides(school.stage()) == FOUR


def test_05_a_service_that_loses_everything_is_not_believed(school: School, tube: YouTube) -> None:
    school.collect("tube", "2026-09-10T12:00")
    for resource in ("commentThread", "comment"):
        empty = {"kind": f"youtube#{resource}ListResponse", "items": []}
        school.faults.script(f"{PATH}/{resource}s", server.answer(empty))
    found = school.collect("tube", "2026-09-11T13:00")
    assert (found.status, "not believed" in found.reason) == ("partial", True)
    assert sides(school.stage()) == FOUR


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-09-10T12:00", "2026-09-11T07:00"),
        ("2026-01-10T07:59", "2026-01-10T08:00"),
        ("2026-03-08T08:00", "2026-03-09T07:00"),
    ],
)
def test_06_the_quota_opens_at_midnight_in_california(now: str, opens: str) -> None:
    assert youtube_ask.opens_again(moment(now)) == moment(opens)


def test_06_a_spent_quota_ends_the_run_and_says_when_it_opens_again(school: School, tube: YouTube) -> None:
    school.faults.script(f"{PATH}/playlistItems", lambda handler: tube.refuse(handler, "quotaExceeded"))
    found = school.collect("tube", "2026-09-10T12:00")
    assert (found.status, found.again_at) == ("partial", moment("2026-09-11T07:00"))
    assert "used up until 2026-09-11 07:00 UTC (midnight in California)" in found.reason
    asked = sum(school.faults.asked.values())
    assert school.collect("tube", "2026-09-10T13:00").status == "failed"  # nobody knocks
    assert sum(school.faults.asked.values()) == asked
    tube.serve()
    assert school.collect("tube", "2026-09-11T07:30").status == "complete"
    assert sides(school.stage()) == FOUR


def test_06_a_pause_of_a_minute_is_told(school: School, tube: YouTube) -> None:
    school.faults.script(f"{PATH}/commentThreads", lambda handler: tube.refuse(handler, "rateLimitExceeded"))
    assert school.collect("tube", "2026-09-10T12:00").again_at == moment("2026-09-10T12:01")


def test_07_errors_of_the_server_leave_a_window_that_says_so(school: School, tube: YouTube) -> None:
    school.faults.script(f"{PATH}/commentThreads", server.status(503))
    found = school.collect("tube", "2026-09-10T12:00")
    assert (found.status, "HTTP 503" in found.reason) == ("failed", True)
    tube.serve()
    school.collect("tube", "2026-09-10T13:00")
    assert school.windows("tube") == [("2026-09-03T12:00", "2026-09-10T13:00", "complete")]
    assert sides(school.stage()) == FOUR


BAD = {
    "truncated": server.answer(b'{"kind": "youtube#commentThreadListResponse", "items": [{'),
    "html": server.html(),
    "no list": server.answer([]),
    "no ids": server.answer({"kind": "youtube#commentThreadListResponse", "items": [{"snippet": {}}]}),
    "odd items": server.answer({"kind": "youtube#commentThreadListResponse", "items": [{"id": "x"}]}),
}


@pytest.mark.parametrize("name", BAD)
def test_09_a_bad_answer_leaves_the_cursor(school: School, tube: YouTube, name: str) -> None:
    school.collect("tube", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "tube")
    school.faults.script(f"{PATH}/commentThreads", BAD[name])
    found = school.collect("tube", "2026-09-10T13:00")
    assert found.status in ("failed", "partial")
    assert school.cursors.read(SLUG, "tube").moved_at == before.moved_at
    tube.serve()
    assert school.collect("tube", "2026-09-10T14:00").status == "complete"
    assert sides(school.stage()) == FOUR


def test_10_a_run_that_was_cut_short_ends_where_an_undisturbed_one_does(school: School, tube: YouTube) -> None:
    asked = next(iter(tube.comments))
    for minute in range(10, 15):
        tube.comment(f"2026-09-08T12:{minute}", asked, f"Dank {minute}", STUDENT)
    school.collect("tube", "2026-09-10T12:00")
    school.stage()
    clean = school.lake()
    needed = sum(school.faults.asked.values())
    for stop in range(1, needed):
        shutil.rmtree(home.state() / "landing")
        (home.state() / "ledger.sqlite").unlink()
        budget = school.source("tube").budget.model_copy(update={"requests": stop})
        assert school.collect("tube", "2026-09-10T12:00", budget=budget).status in ("partial", "failed")
        assert school.collect("tube", "2026-09-10T12:00").status == "complete"
        school.stage()
        assert school.lake() == clean, stop


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, tube: YouTube) -> None:
    tube.comment("2026-08-20T10:00", "video000000", "Lang geleden", PARENT)
    school.collect("tube", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "tube")
    assert school.past("tube", "2026-08-17T00:00", "2026-08-24T00:00").status == "complete"
    assert school.cursors.read(SLUG, "tube") == before
    school.stage("2026-W34")
    assert "Lang geleden" in [one["text"] for one in school.mentions("2026-W34")]


def test_14_we_do_not_answer_ourselves_and_staff_answer(school: School, tube: YouTube) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace("queries ", f'staff = ["{channel("Anna")}"]\nqueries '))
    tube.comment("2026-09-09T10:00", list(tube.comments)[-1], "Achter het gebouw", channel("Anna"))
    school.collect("tube", "2026-09-10T12:00")
    directions = {one["text"]: one["direction"] for one in school.stage()}
    assert directions["Achter het gebouw"] == "outbound"


def test_15_a_video_of_others_is_a_mention_and_what_stands_below_it_its_conversation(
    school: School, tube: YouTube
) -> None:
    video = tube.video("2026-09-08T12:00", "Een jaar Test School", VLOGGER)
    tube.comment("2026-09-09T12:00", video, "Mooi gemaakt!", OURS)
    later = tube.comment("2026-09-09T13:00", video, "Daar wil ik heen", STUDENT)
    school.collect("tube", "2026-09-10T12:00")
    tube.comment("2026-09-10T13:00", later, "Kom langs", OURS)
    school.collect("tube", "2026-09-10T14:00")
    mentions = {one["title"] or one["text"]: one for one in school.stage()}
    about = mentions["Een jaar Test School"]
    assert (about["direction"], about["text"]) == ("inbound", "Een jaar Test School, beschreven")
    assert mentions["Mooi gemaakt!"]["parent_id"] == about["item_id"]
    assert {mentions[text]["thread_id"] for text in ("Mooi gemaakt!", "Daar wil ik heen", "Kom langs")} == {
        about["item_id"]
    }
    assert mentions["Kom langs"]["parent_id"] == mentions["Daar wil ik heen"]["item_id"]


def test_searches_are_few_and_a_video_without_comments_is_no_fault(school: School, tube: YouTube) -> None:
    tube.off.add(tube.video("2026-09-08T12:00", "Test School van buiten", VLOGGER))
    for at in ("2026-09-10T12:00", "2026-09-10T13:00", "2026-09-10T17:59"):
        assert school.collect("tube", at).status == "complete"
    assert school.faults.asked[f"{PATH}/search"] == 1
    assert school.collect("tube", "2026-09-10T18:00").status == "complete"
    assert school.faults.asked[f"{PATH}/search"] == 2
    since = [query["publishedAfter"][0] for path, _, query in school.faults.seen if path == f"{PATH}/search"]
    assert since[1] <= "2026-09-10T12:00:00Z"


def test_18_every_letter_survives_and_nothing_acts(school: School, tube: YouTube) -> None:
    odd = "👩🏽‍🎓 שלום \u200bnul <script>alert(1)</script> &amp; \u202egnikcah"
    native = tube.comment("2026-09-09T10:00", "video000000", odd, STUDENT)
    bare = tube.comment("2026-09-09T10:01", "video000000", "Alleen opgemaakt", STUDENT)
    del tube.comments[bare]["snippet"]["textOriginal"], tube.comments[native]["snippet"]["authorChannelId"]
    school.collect("tube", "2026-09-10T12:00")
    first, second = school.stage()[-2:]
    assert (first["text"], first["author_key"]) == (odd, None)
    assert second["text"] == "Alleen opgemaakt"


def test_19_no_key_in_landing_ledger_or_what_a_step_returns(school: School, tube: YouTube) -> None:
    tube.comment("2026-09-09T10:00", "video000000", f"De sleutel is {KEY}", STUDENT)
    found = school.collect("tube", "2026-09-10T12:00")
    school.faults.script(f"{PATH}/commentThreads", lambda handler: tube.refuse(handler, "keyInvalid", 400))
    failed = school.collect("tube", "2026-09-10T13:00")
    assert {headers.get("x-goog-api-key") for _, headers, _ in school.faults.seen} == {KEY}
    assert not any("key" in query for _, _, query in school.faults.seen)
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything += [json.dumps(one.as_json()).encode() for one in (found, failed)]
    assert not [data for data in everything if KEY.encode() in data]
    assert "The key is not accepted" in failed.reason


def test_a_key_that_is_missing_or_may_not_see_it_is_told(school: School, tube: YouTube) -> None:
    def forbidden(handler: Handler) -> None:
        tube.refuse(handler, "forbidden")

    school.faults.script(f"{PATH}/commentThreads", forbidden)
    assert "look at what it is restricted to" in school.collect("tube", "2026-09-10T12:00").reason
    school.credentials = Credentials({}, named="The Airflow connection youtube")
    assert school.collect("tube", "2026-09-10T13:00").reason == "The Airflow connection youtube has no token."


def test_a_table_that_asks_for_nothing_or_too_much_is_refused() -> None:
    def table(**more: Any) -> youtube.Table:
        named = {"id": "tube", "type": "youtube", "name": {"nl": "Y", "en": "Y"}, "connection": "y"}
        return youtube.Table.model_validate(named | more)

    with pytest.raises(ValidationError, match="asks for nothing"):
        table()
    with pytest.raises(ValidationError, match="120 searches a day, where 100 are allowed"):
        table(queries=("a", "b", "c", "d", "e"), search_every_hours=1)
    with pytest.raises(ValidationError, match="pattern"):
        table(accounts=("@school",))
    assert "2,800 of the 700" not in youtube.weekly_cost(table(queries=("a",)))
