"""Bluesky: threads, our own answers, claimed times, what is gone. Numbers in names are those of the list of faults."""

from __future__ import annotations

import json
import shutil

import pytest

from tasks import home
from tasks.errors import ConfigError
from tasks.extract import landing, sources
from tasks.extract.envelope import Envelope
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import bluesky
from tasks.privacy import run
from tasks.privacy.person import Person
from tests.extract import server
from tests.extract.bluesky_server import TOKEN, Bluesky, stamp
from tests.extract.world import SLUG, School, moment, told
from tests.privacy.school import counts, found

SECRET = "abcd-efgh-ijkl-mnop"
TABLE = """
[[source]]
id            = "sky"
type          = "bluesky"
name          = { nl = "Bluesky", en = "Bluesky" }
connection    = "bluesky"
service       = "https://bluesky.example:PORT"
queries       = ["school"]
accounts      = ["@school.example"]
notifications = true
"""
SEARCH, POSTS, THREAD = (f"/xrpc/app.bsky.feed.{name}" for name in ("searchPosts", "getPosts", "getPostThread"))


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE)
    school.credentials = Credentials({"user": "@school.example", "password": SECRET})
    return school


@pytest.fixture
def sky(school: School) -> Bluesky:
    """A question with our answer, which no search finds, and a post about something else."""
    sky = Bluesky(school.faults).serve()
    asked = sky.post("2026-09-08T10:00", "Is de school open?")
    sky.post("2026-09-08T11:30", "Tot tien uur.", author="school", reply_to=asked)
    sky.post("2026-09-09T09:00", "Mooie school", author="visitor")
    return sky


THREE = [
    ("08 10:00", "inbound", "Is de school open?"),
    ("08 11:30", "outbound", "Tot tien uur."),
    ("09 09:00", "inbound", "Mooie school"),
]


def test_mentions_and_our_own_replies_come_together(school: School, sky: Bluesky) -> None:
    found = school.collect("sky", "2026-09-10T12:00")
    assert (found.status, found.reason, found.spent["remaining"]) == ("complete", "", 2990)
    mentions = school.stage()
    assert told(mentions) == THREE
    assert mentions[1]["parent_id"] == mentions[1]["thread_id"] == mentions[0]["item_id"]
    assert "Somebody called" not in str(mentions)
    assert school.windows("sky") == [("2026-09-03T12:00", "2026-09-10T12:00", "complete")]


def test_who_writes_to_us_is_heard_and_likes_in_between_stop_nothing(school: School, sky: Bluesky) -> None:
    written = [sky.posts[sky.post(f"2026-09-09T1{n}:00", "Hallo!", author=f"p{n}")] for n in range(2)]
    like = {"uri": "at://x", "reason": "like", "record": {}, "author": {}, "indexedAt": stamp("2026-09-09T12:00")}
    mentioned, answered = ({**one, "reason": why} for one, why in zip(written, ("mention", "reply"), strict=True))
    sky.told = [mentioned, *[like] * 5, answered]
    assert school.collect("sky", "2026-09-10T12:00").reason == ""
    assert [one["text"] for one in school.stage()].count("Hallo!") == 2
    asked = [query for path, _, query in school.faults.seen if path.endswith("listNotifications")]
    assert asked[0]["reasons"] == ["mention", "reply", "quote"]


def test_a_thread_brings_what_no_search_and_no_list_of_ours_has(school: School, sky: Bluesky) -> None:
    root = sky.post("2026-09-09T10:00", "Van een ander", author="root")
    asked = sky.post("2026-09-09T10:10", "Geldt dat ook op deze school?", reply_to=root)
    sky.post("2026-09-09T10:20", "Ja hoor", author="other", reply_to=asked)
    school.collect("sky", "2026-09-10T12:00")
    found = {one["text"]: one for one in school.stage()}
    assert {"Van een ander", "Ja hoor"} <= found.keys()
    assert found["Ja hoor"]["thread_id"] == found["Van een ander"]["item_id"]


def test_what_we_share_is_no_mention(school: School, sky: Bluesky) -> None:
    post = sky.posts[sky.post("2026-09-09T10:00", "Over iets anders", author="other")]
    ours = {"did": "did:plc:school", "handle": "School.example"}
    reason = {"by": ours, "uri": "at://did:plc:school/app.bsky.feed.repost/r1", "indexedAt": stamp("2026-09-09T11:00")}
    nameless = {"by": ours, "indexedAt": stamp("2026-09-09T12:00")}
    sky.shared = [{"post": post, "reason": reason}, {"post": post, "reason": nameless}]
    school.collect("sky", "2026-09-10T12:00")
    [shared] = [one for one in school.stage() if one["text"] == "Over iets anders"]
    assert (shared["kind"], shared["direction"]) == ("repost", "outbound")


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, sky: Bluesky) -> None:
    school.past("sky", "2026-09-07T00:00", "2026-09-14T00:00")
    school.stage()
    before = school.lake()
    for one in sky.posts.values():
        one["likeCount"] += 1
    shutil.rmtree(home.landing(SLUG, "sky") / "windows")
    school.past("sky", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_overlapping_pages_give_each_item_once(school: School, sky: Bluesky) -> None:
    for number in range(20):
        sky.post(f"2026-09-10T08:{number:02}", f"Bericht {number} over school", author=f"p{number}")
    for at in ("12:00", "13:00", "14:00"):
        school.collect("sky", f"2026-09-10T{at}", lookback_hours=48)
    mentions = school.stage()
    assert len(mentions) == len({one["item_id"] for one in mentions}) == 23


def test_03_an_item_that_comes_to_light_five_days_late_is_in_its_week(school: School, sky: Bluesky) -> None:
    sky.hidden.add(sky.post("2026-09-11T16:00", "Laat gezien, school", author="late"))
    for day in (12, 15):
        school.collect("sky", f"2026-09-{day}T12:00", lookback_hours=168)
    assert "Laat gezien" not in str(school.stage())
    sky.hidden.clear()
    school.collect("sky", "2026-09-16T12:00", lookback_hours=168)
    [found] = [one for one in school.stage() if one["text"] == "Laat gezien, school"]
    assert found["came_late"]


def test_04_an_edit_keeps_the_time_of_writing(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    post = next(iter(sky.posts.values()))
    post |= {"record": post["record"] | {"text": "Is de school dicht?"}, "indexedAt": stamp("2026-09-10T12:30")}
    school.collect("sky", "2026-09-10T13:00")
    first = school.stage()[0]
    assert (first["created_at"], first["claimed_at"]) == (moment("2026-09-08T10:00"), None)


def test_05_what_is_gone_is_a_tombstone_without_words(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    del sky.posts[next(iter(sky.posts))]
    school.collect("sky", "2026-09-10T13:00")
    gone, *others = school.stage()
    assert (gone["deleted"], gone["text"]) == (True, None)
    assert gone["created_at"] == moment("2026-09-08T10:00")
    assert [one["deleted"] for one in others] == [False, False]


def test_05_who_blocks_us_and_a_list_that_loses_everything_delete_nothing(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    sky.blocked.add(next(iter(sky.posts)))
    school.faults.script(POSTS, server.answer({"posts": []}))
    assert school.collect("sky", "2026-09-10T13:00").status == "complete"
    assert told(school.stage()) == THREE


def test_05_a_service_that_finds_nothing_at_all_deletes_nothing(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    school.faults.script(POSTS, server.answer({"posts": []}))
    school.faults.script(THREAD, *[server.answer({"error": "NotFound", "message": "Post not found"}, 400)] * 3)
    found = school.collect("sky", "2026-09-10T13:00")
    assert (found.status, "which is not believed" in found.reason) == ("partial", True)
    assert told(school.stage()) == THREE


def test_15_a_claimed_time_with_an_odd_offset_hides_nothing(school: School, sky: Bluesky) -> None:
    sky.post("2026-09-10T10:00", "Wat kost een jaar school?", claims="2026-09-10T11:00:30+01:00:30")
    school.collect("sky", "2026-09-10T12:00")
    assert school.stage()[-1]["created_at"] == moment("2026-09-10T10:00")


def test_05_a_refusal_for_another_reason_deletes_nothing(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    school.faults.script(POSTS, server.answer({"posts": []}))
    school.faults.script(THREAD, server.answer({"error": "ExpiredToken", "message": "Token has expired"}, 400))
    found = school.collect("sky", "2026-09-10T13:00")
    assert (found.status, "another reason" in found.reason) == ("partial", True)
    assert told(school.stage()) == THREE


def test_06_a_reset_in_epoch_seconds_is_waited_for_and_a_long_one_ends_the_run(school: School, sky: Bluesky) -> None:
    reset = str(int(moment("2026-09-10T12:04").timestamp()))
    school.faults.script(SEARCH, server.too_many(ratelimit_reset=reset, ratelimit_remaining="0"))
    found = school.collect("sky", "2026-09-10T12:00")
    assert (found.status, found.again_at) == ("partial", moment("2026-09-10T12:04"))
    assert school.collect("sky", "2026-09-10T12:02").status == "failed"
    sky.serve()
    assert school.collect("sky", "2026-09-10T12:05").status == "complete"
    assert told(school.stage()) == THREE


def test_07_a_source_that_is_down_leaves_a_window_that_says_so(school: School, sky: Bluesky) -> None:
    school.faults.script(SEARCH, server.status(502))
    found = school.collect("sky", "2026-09-10T12:00")
    assert ("HTTP 502" in found.reason, school.windows("sky")[0][2]) == (True, "partial")
    sky.serve()
    assert school.collect("sky", "2026-09-10T13:00").status == "complete"
    assert told(school.stage()) == THREE


BAD = {
    "truncated": server.answer(b'{"posts": [{"uri": "at'),
    "html": server.html(),
    "bomb": server.bomb(60),
    "no list": server.answer({"message": "not today"}),
    "odd list": server.answer({"posts": [{"uri": "at://x"}]}),
    "no posts": server.answer({"posts": [1]}),
}


@pytest.mark.parametrize("name", BAD)
def test_09_a_bad_answer_is_kept_aside_and_the_cursor_stays(school: School, sky: Bluesky, name: str) -> None:
    school.faults.script(SEARCH, BAD[name])
    found = school.collect("sky", "2026-09-10T12:00")
    assert (found.status, found.reason.startswith("sky: ")) == ("partial", True)
    assert school.cursors.read(SLUG, "sky").moved_at == moment("2026-09-03T12:00")
    assert len(list((home.landing(SLUG, "sky") / "refused").glob("*.json"))) == 1
    sky.serve()
    assert school.collect("sky", "2026-09-10T13:00").status == "complete"
    assert told(school.stage()) == THREE


def test_10_a_run_that_stopped_and_the_next_one_have_what_one_run_has(school: School, sky: Bluesky) -> None:
    root = sky.post("2026-09-09T10:00", "Van een ander", author="root")
    sky.post("2026-09-09T10:10", "Geldt dat ook op deze school?", reply_to=root)
    stop = school.source("sky").budget.model_copy(update={"requests": 5})
    assert school.collect("sky", "2026-09-10T12:00", budget=stop).status == "partial"
    assert school.collect("sky", "2026-09-10T12:00").status == "complete"
    school.stage()
    twice = school.lake()
    shutil.rmtree(home.state() / "landing")
    shutil.rmtree(home.lake())
    (home.state() / "ledger.sqlite").unlink()
    assert school.collect("sky", "2026-09-10T12:00").status == "complete"
    school.stage()
    assert school.lake() == twice
    assert "Van een ander" in [one["text"] for one in school.mentions()]


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    sky.post("2026-08-20T10:00", "Lang geleden op school", author="early")
    before = school.cursors.read(SLUG, "sky")
    assert school.past("sky", "2026-08-17T00:00", "2026-08-24T00:00").status == "complete"
    assert school.cursors.read(SLUG, "sky") == before
    assert [one["text"] for one in school.stage("2026-W34")] == ["Lang geleden op school"]


def test_14_bots_and_those_who_only_show_themselves_to_members(school: School, sky: Bluesky) -> None:
    asked = next(iter(sky.posts))
    sky.post("2026-09-08T10:01", "Piep", author="helper", labels=["bot"], reply_to=asked)
    sky.post("2026-09-08T10:02", "Mooie school, zeg ik hier", author="shy", labels=["!no-unauthenticated"])
    school.collect("sky", "2026-09-10T12:00")
    found = {one["text"]: one for one in school.stage()}
    assert found["Piep"]["direction"] == "machine"
    assert found["Mooie school, zeg ik hier"]["visibility"] == "private"


def test_15_a_claimed_time_that_cannot_be_right_is_not_believed(school: School, sky: Bluesky) -> None:
    asked = next(iter(sky.posts))
    sky.post("2026-09-08T12:00", "Antwoord", author="school", reply_to=asked, claims="2026-09-01T08:00:00Z")
    sky.post("2026-09-08T13:00", "Toekomst", author="school", reply_to=asked, claims="2031-01-01T00:00:00+02:00")
    for number, claims in enumerate(("0001-01-01T00:00:00Z", "gisteren", "2026-09-08T09:00:00")):
        sky.post(f"2026-09-08T14:0{number}", f"Onleesbaar {number}", author="school", reply_to=asked, claims=claims)
    school.collect("sky", "2026-09-10T12:00")
    found = {one["text"]: one for one in school.stage()}
    assert found["Antwoord"]["created_at"] == moment("2026-09-08T12:00")
    assert found["Antwoord"]["claimed_at"] == moment("2026-09-01T08:00")
    assert found["Toekomst"]["created_at"] == moment("2026-09-08T13:00")
    assert [found[f"Onleesbaar {n}"]["created_at"] for n in range(3)] == [
        moment(f"2026-09-08T14:0{n}") for n in range(3)
    ]


def test_18_every_letter_survives(school: School, sky: Bluesky) -> None:
    odd = "school 👩🏽‍🎓 <b>vet</b> שלום \u200bnul <script>alert(1)</script>\nregel &lt;i&gt; \u202egnikcah"
    sky.post("2026-09-09T10:00", odd, author="odd")
    school.collect("sky", "2026-09-10T12:00")
    assert school.stage()[-1]["text"] == odd


def test_19_neither_the_app_password_nor_the_token_is_kept(school: School, sky: Bluesky) -> None:
    sky.post("2026-09-09T10:00", f"school {TOKEN} {SECRET}", author="odd")
    found = school.collect("sky", "2026-09-10T12:00")
    headers = [headers.get("authorization", "") for _, headers, _ in school.faults.seen]
    assert (headers[0], set(headers[1:])) == ("", {f"Bearer {TOKEN}"})
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything += [str(found.as_json()).encode()]
    assert not [data for data in everything if SECRET.encode() in data or TOKEN.encode() in data]


def test_21_a_run_stops_at_its_budget_and_says_so(school: School, sky: Bluesky) -> None:
    budget = school.source("sky").budget.model_copy(update={"requests": 2})
    found = school.collect("sky", "2026-09-10T12:00", budget=budget)
    assert (found.status, "2 requests of one run are used up" in found.reason) == ("partial", True)


def test_a_login_that_is_refused_or_missing_is_told(school: School, sky: Bluesky) -> None:
    school.faults.script("/xrpc/com.atproto.server.createSession", server.status(401))
    assert "put a new one in the connection" in school.collect("sky", "2026-09-10T12:00").reason
    school.faults.script("/xrpc/com.atproto.server.createSession", server.answer({"did": "did:plc:school"}))
    assert "look at the user and the app password" in school.collect("sky", "2026-09-10T13:00").reason
    school.credentials = Credentials({}, named="The Airflow connection bluesky")
    assert school.collect("sky", "2026-09-10T14:00").reason == "The Airflow connection bluesky has no user."


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('["@school.example"]', '["@school"]', "is no handle: write it whole, like school.bsky.social"),
        ('["@school.example"]', '["did:plc:school.x"]', "is no handle"),
        (
            'queries       = ["school"]\naccounts      = ["@school.example"]\nnotifications = true',
            "",
            "asks for nothing",
        ),
    ],
)
def test_what_cannot_work_is_said_of_the_file(school: School, old: str, new: str, reason: str) -> None:
    path = home.CONFIG / f"{SLUG}.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ConfigError, match=reason):
        school.institution  # noqa: B018


def test_a_handle_that_leads_nowhere_is_not_one_person(school: School, sky: Bluesky) -> None:
    for name in ("one", "two"):
        sky.post("2026-09-09T10:00", f"school, zegt {name}", author=name, handle="handle.invalid")
    school.collect("sky", "2026-09-10T12:00")
    assert len({one["author_key"] for one in school.stage()[-2:]}) == 2


def test_the_address_of_a_post_names_nobodys_handle(sky: Bluesky) -> None:
    body = json.dumps({"posts": list(sky.posts.values())}).encode()
    [first, *_] = sources.parsed("bluesky", Envelope("x", "https://bluesky.example/", 200, body), "sky", None)
    assert first["url"] == "https://bsky.app/profile/did:plc:student/post/p0"
    assert bluesky.handle(" @School.Example", None) == "school.example"


def test_who_is_erased_by_handle_and_lasting_name_is_in_no_page_any_more(school: School, sky: Bluesky) -> None:
    school.collect("sky", "2026-09-10T12:00")
    school.stage()
    before = counts("2026-W37")
    assert found("did:plc:student")
    run.erase(SLUG, Person("sky", "@student.example", ("did:plc:student",)), by="dpo", really=True)
    assert found("student[.]example|did:plc:student|Is de school open") == []
    assert counts("2026-W37") == before
