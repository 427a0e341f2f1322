"""X: conversations, our own answers, edits, what is gone, what it costs. Numbers are those of the list of faults."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tasks import home
from tasks.errors import ConfigError
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import x
from tests.extract import server
from tests.extract.world import SLUG, School, moment, told
from tests.extract.x_server import X, at

SECRET = "the-bearer-token-of-the-school"
TABLE = """
[[source]]
id         = "x"
type       = "x"
name       = { nl = "X", en = "X" }
connection = "x"
queries    = ["overbrugge"]
accounts   = ["@School"]
"""
SEARCH, LOOKUP, MENTIONS = "/2/tweets/search/recent", "/2/tweets", "/2/users/10/mentions"
NOON = "2026-09-10T12:00"


@pytest.fixture
def school(school: School) -> School:
    school.listen(TABLE)
    school.credentials = Credentials({"token": SECRET})
    return school


@pytest.fixture
def service(school: School) -> X:
    """A question to us with our answer, and a post that a search finds."""
    service = X(school.faults).serve()
    asked = service.post("2026-09-08T10:00", "@school is er morgen les?")
    service.post("2026-09-08T11:30", "@student Ja, gewoon.", author="school", reply_to=asked)
    service.post("2026-09-09T09:00", "Mooi gebouw, overbrugge", author="visitor")
    return service


def collect(school: School, service: X, at_: str = NOON, **more: Any) -> Any:
    service.now = at(at_)
    return school.collect("x", at_, **more)


def reads(school: School, many: int | None) -> Any:
    return school.source("x").budget.model_copy(update={"reads": many})


def many(service: X, count: int) -> None:
    for n in range(count):
        service.post(f"2026-09-10T{n // 60 + 8:02}:{n % 60:02}", f"Bericht {n} overbrugge", author=f"p{n}")


THREE = [
    ("08 10:00", "inbound", "@… is er morgen les?"),
    ("08 11:30", "outbound", "@… Ja, gewoon."),
    ("09 09:00", "inbound", "Mooi gebouw, overbrugge"),
]


def test_mentions_and_our_own_replies_come_together(school: School, service: X) -> None:
    found = collect(school, service)
    assert (found.status, found.reason, found.spent["remaining"]) == ("complete", "", 449)
    mentions = school.stage()
    assert [one[:2] for one in told(mentions)] == [one[:2] for one in THREE]
    assert mentions[1]["parent_id"] == mentions[1]["thread_id"] == mentions[0]["item_id"] == mentions[0]["thread_id"]
    assert "Somebody" not in str(mentions)
    assert school.windows("x") == [("2026-09-04T12:00", NOON, "complete")]


def test_a_conversation_brings_what_nobody_told_us_of_and_what_it_began_with(school: School, service: X) -> None:
    root = service.post("2026-09-09T10:00", "Van een ander", author="root")
    asked = service.post("2026-09-09T10:10", "@school geldt dat ook bij ons?", reply_to=root)
    service.post("2026-09-09T10:20", "Ja hoor", author="other", reply_to=asked)
    collect(school, service)
    found = {one["text"]: one for one in school.stage()}
    assert found["Ja hoor"]["thread_id"] == found["Van een ander"]["item_id"]
    before = school.faults.asked[LOOKUP]
    collect(school, service, "2026-09-10T14:00")
    assert school.faults.asked[LOOKUP] == before + 1  # known posts are looked at again; the conversation is not


def test_what_is_shared_is_a_repost_and_a_long_text_is_whole(school: School, service: X) -> None:
    service.post("2026-09-09T10:00", "RT @visitor: Mooi gebouw, overbrugge", author="fan", shares="1")
    long = "overbrugge " + "woord " * 60 + "&lt;einde&gt; 👩🏽‍🎓"
    service.post("2026-09-09T11:00", "overbrugge woord…", author="writer", long=long)
    collect(school, service)
    shared, written = school.stage()[-2:]
    assert shared["kind"] == "repost"
    assert written["text"].endswith("<einde> 👩🏽‍🎓")


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, service: X) -> None:
    assert school.past("x", "2026-09-07T00:00", "2026-09-14T00:00").reason == ""
    school.stage()
    before = school.lake()
    shutil.rmtree(home.landing(SLUG, "x") / "windows")
    school.past("x", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_overlapping_pages_give_each_item_once(school: School, service: X) -> None:
    many(service, 130)
    for at_ in ("12:00", "13:00", "14:00"):
        assert collect(school, service, f"2026-09-10T{at_}", lookback_hours=48, budget=reads(school, 2000)).reason == ""
    mentions = school.stage()
    assert len(mentions) == len({one["item_id"] for one in mentions}) == 133


def test_03_an_item_that_comes_to_light_five_days_late_is_in_its_week(school: School, service: X) -> None:
    late = service.post("2026-09-11T16:00", "Laat gezien, overbrugge", author="late")
    service.closed.add(late)
    for day in (12, 15):
        collect(school, service, f"2026-09-{day}T12:00", lookback_hours=160)
    assert "Laat gezien" not in str(school.stage())
    service.closed.clear()
    collect(school, service, "2026-09-16T12:00", lookback_hours=140)
    [found] = [one for one in school.stage() if one["text"] == "Laat gezien, overbrugge"]
    assert found["came_late"]


@pytest.mark.parametrize("seen_before", [True, False])
def test_04_an_edit_is_the_same_item_with_the_time_of_writing(school: School, service: X, seen_before: bool) -> None:
    asked = next(iter(service.posts))
    if seen_before:
        collect(school, service, "2026-09-08T10:05")
    service.edit(asked, "2026-09-08T10:20", "@school is er overmorgen les?")
    collect(school, service)
    edited, answer, _ = school.stage()
    assert "overmorgen" in edited["text"]
    assert (edited["created_at"], edited["edited_at"]) == (moment("2026-09-08T10:00"), moment("2026-09-08T10:20"))
    assert answer["parent_id"] == edited["item_id"]


def test_04_who_answers_an_edited_version_answers_the_item(school: School, service: X) -> None:
    root = service.post("2026-09-09T10:00", "overbrugge, eerste versie", author="root")
    newest = service.edit(root, "2026-09-09T10:05", "overbrugge, tweede versie")
    service.posts[newest]["conversation_id"] = root
    service.post("2026-09-09T10:20", "overbrugge, eens", author="other", reply_to=newest)
    collect(school, service)
    edited, answer = school.stage()[-2:]
    assert answer["parent_id"] == answer["thread_id"] == edited["item_id"]


@pytest.mark.parametrize("goes", ["deleted", "closed"])
def test_05_what_is_gone_or_closed_is_a_tombstone_without_words(school: School, service: X, goes: str) -> None:
    collect(school, service)
    asked = next(iter(service.posts))
    if goes == "deleted":
        del service.posts[asked]
    else:
        service.closed.add(asked)
    collect(school, service, "2026-09-10T14:00")
    gone, *others = school.stage()
    assert (gone["deleted"], gone["text"], gone["created_at"]) == (True, None, moment("2026-09-08T10:00"))
    assert [one["deleted"] for one in others] == [False, False]
    assert others[0]["direction"] == "outbound"  # looking again did not forget who wrote it


def test_05_a_service_that_loses_everything_is_not_believed(school: School, service: X) -> None:
    collect(school, service)
    service.posts.clear()
    found = collect(school, service, "2026-09-10T14:00")
    assert (found.status, "not believed" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


def test_05_known_posts_are_looked_at_once_a_day(school: School, service: X) -> None:
    collect(school, service)
    asked = []
    for at_ in ("2026-09-10T14:00", "2026-09-10T16:00", "2026-09-11T10:00"):
        before = school.faults.asked[LOOKUP]
        collect(school, service, at_)
        asked.append(school.faults.asked[LOOKUP] - before)
    assert asked == [1, 0, 1]


def test_06_a_reset_in_epoch_seconds_without_retry_after(school: School, service: X) -> None:
    reset = str(int(at("2026-09-10T12:09").timestamp()))
    school.faults.script(SEARCH, server.too_many(x_rate_limit_reset=reset, x_rate_limit_remaining="0"))
    found = collect(school, service)
    assert (found.status, found.again_at) == ("partial", moment("2026-09-10T12:09"))
    asked = len(school.faults.seen)
    assert collect(school, service, "2026-09-10T12:05").status == "failed"
    assert len(school.faults.seen) == asked
    school.faults.script(SEARCH, service._answer)
    assert collect(school, service, "2026-09-10T12:10").status == "complete"
    assert len(school.stage()) == 3


def test_07_a_source_that_is_down_leaves_a_window_that_says_so(school: School, service: X) -> None:
    school.faults.script(SEARCH, server.status(503))
    found = collect(school, service)
    assert ("HTTP 503" in found.reason, school.windows("x")[0][2]) == (True, "partial")
    school.faults.script(SEARCH, service._answer)
    assert collect(school, service, "2026-09-10T13:00").status == "complete"
    assert len(school.stage()) == 3


def test_08_who_was_away_for_more_than_seven_days_asks_the_archive(school: School, service: X) -> None:
    collect(school, service)
    service.post("2026-09-10T13:00", "overbrugge, net daarna", author="other")
    assert collect(school, service, "2026-09-20T12:00").reason == ""
    assert school.faults.asked["/2/tweets/search/all"] == 1
    assert len(school.stage()) == 4


BAD = {
    "truncated": server.answer(b'{"data": [{"id": "1'),
    "html": server.html(),
    "bomb": server.bomb(60),
    "no list": server.answer({"title": "not today"}),
    "odd list": server.answer({"data": [1]}),
    "text": server.answer({"data": "no"}),
    "no time": server.answer({"data": [{"id": "1", "text": "a"}], "meta": {}}),
}


@pytest.mark.parametrize("name", BAD)
def test_09_a_bad_answer_is_kept_aside_and_the_cursor_stays(school: School, service: X, name: str) -> None:
    school.faults.script(SEARCH, BAD[name])
    found = collect(school, service)
    assert (found.status, found.reason.startswith("x: ")) == ("partial", True)
    assert school.cursors.read(SLUG, "x").moved_at == moment("2026-09-04T12:00")
    assert len(list((home.landing(SLUG, "x") / "refused").glob("*.json"))) == 1
    school.faults.script(SEARCH, service._answer)
    assert collect(school, service, "2026-09-10T13:00").status == "complete"
    assert len(school.stage()) == 3


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, service: X) -> None:
    collect(school, service)
    service.post("2026-08-20T10:00", "Lang geleden, overbrugge", author="early")
    before = school.cursors.read(SLUG, "x")
    assert school.past("x", "2026-08-17T00:00", "2026-08-24T00:00").reason == ""
    assert school.cursors.read(SLUG, "x") == before
    assert [one["text"] for one in school.stage("2026-W34")] == ["Lang geleden, overbrugge"]


def test_14_staff_answer_and_nobody_answers_themselves(school: School, service: X) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace('["@School"]', '["@School"]\nstaff = ["anna"]'))
    asked = next(iter(service.posts))
    service.post("2026-09-08T10:30", "@student ik weet het", author="anna", reply_to=asked)
    service.post("2026-09-08T10:40", "@school nog iemand?", author="student", reply_to=asked)
    collect(school, service)
    directions = {one["created_at"]: one["direction"] for one in school.stage()}
    assert directions[moment("2026-09-08T10:30")] == "outbound"
    assert directions[moment("2026-09-08T10:40")] == "inbound"


def test_15_an_answer_from_before_its_question_is_set_aside(school: School, service: X) -> None:
    asked = next(iter(service.posts))
    service.post("2026-09-08T09:00", "@student te vroeg", author="school", reply_to=asked)
    collect(school, service)
    assert len(school.stage()) == 3
    assert len(school.quarantine()) == 1


def test_18_every_letter_survives(school: School, service: X) -> None:
    odd = "overbrugge 👩🏽‍🎓 &lt;b&gt;vet&lt;/b&gt; שלום \u200bnul &amp; \u202egnikcah"
    service.post("2026-09-09T10:00", odd, author="odd")
    collect(school, service)
    assert school.stage()[-1]["text"] == "overbrugge 👩🏽‍🎓 <b>vet</b> שלום \u200bnul & \u202egnikcah"


def test_19_the_token_is_nowhere(school: School, service: X) -> None:
    service.post("2026-09-09T10:00", f"overbrugge {SECRET}", author="odd")
    found = collect(school, service)
    assert {headers["authorization"] for _, headers, _ in school.faults.seen} == {f"Bearer {SECRET}"}
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything += [str(found.as_json()).encode()]
    assert not [data for data in everything if SECRET.encode() in data]


def test_21_a_run_stops_at_its_read_budget_and_says_so(school: School, service: X) -> None:
    many(service, 200)
    found = collect(school, service, budget=reads(school, 150))
    assert (found.status, "the read budget of one run (150 items) is used up" in found.reason) == ("partial", True)
    assert service.bill.total() == found.spent["reads"] <= 150
    assert school.windows("x")[0][2] == "partial"


def test_21_the_next_runs_go_on_where_the_money_ended(school: School, service: X) -> None:
    many(service, 200)
    bills, statuses = [], []
    for minute in range(5):
        before = service.bill.total()
        now = f"2026-09-10T12:0{minute}"
        statuses.append(collect(school, service, now, budget=reads(school, 150), lookback_hours=0).status)
        bills.append(service.bill.total() - before)
    assert statuses == ["partial", "partial", "complete", "complete", "complete"]
    assert max(bills) <= 150
    assert len(school.stage()) == 203
    assert {status for *_, status in school.windows("x")} == {"complete"}
    # Hardly anything was paid for twice: 203 posts with an author each, an account, and looking at them again.
    assert sum(bills) < 3 * 203 + 60


def test_21_looking_again_ends_with_the_budget_and_is_no_gap(school: School, service: X) -> None:
    collect(school, service)
    found = collect(school, service, "2026-09-11T12:00", budget=reads(school, 21), lookback_hours=0)
    assert (found.status, found.spent["reads"]) == ("complete", 3)


def test_a_conversation_that_a_stopped_run_did_not_come_to_is_read_by_the_next(school: School, service: X) -> None:
    root = service.post("2026-09-09T10:00", "Van een ander", author="root")
    service.post("2026-09-09T10:10", "@school geldt dat ook bij ons?", reply_to=root)
    stop = school.source("x").budget.model_copy(update={"requests": 4})
    assert collect(school, service, budget=stop).status == "partial"
    assert "Van een ander" not in str(school.stage())
    assert collect(school, service, "2026-09-10T13:00").status == "complete"
    assert "Van een ander" in [one["text"] for one in school.stage()]


def test_an_account_that_is_gone_keeps_nothing_from_the_others(school: School, service: X) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace('["@School"]', '["@gone", "@School"]'))
    found = collect(school, service)
    assert (found.status, "X has no account @gone (any more)" in found.reason) == ("partial", True)
    assert len(school.stage()) == 3


def test_what_is_said_without_credit_or_token(school: School, service: X) -> None:
    school.faults.script("/2/users/by", server.status(402))
    assert "There is no credit left: buy some, or ask for less." in collect(school, service).reason
    school.credentials = Credentials({}, named="The Airflow connection x")
    assert collect(school, service, "2026-09-10T13:00").reason == "The Airflow connection x has no token."


def test_what_a_week_costs_is_told_in_money(school: School) -> None:
    assert x.weekly_cost(school.source("x")) == (
        "at most $252.00 (84 runs of 300 reads), and as a rule about $8.50 for a hundred messages; by X's prices of "
        "August 2026, $0.005 a post and $0.010 an author"
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('["@School"]', '["@School"]\nbudget = { requests = 9 }', "needs budget.reads: X charges for every post"),
        ('["@School"]', '["https://x.com/school"]', "accounts"),
        ('queries    = ["overbrugge"]\naccounts   = ["@School"]', "", "asks for nothing"),
    ],
)
def test_what_cannot_work_is_said_of_the_file(school: School, old: str, new: str, reason: str) -> None:
    path = home.CONFIG / f"{SLUG}.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ConfigError, match=reason):
        school.institution  # noqa: B018
