"""An Instagram account: our posts with comments and their answers, what tags us, and what is gone.

What the Graph API does at limits, bad answers and cut-short runs is in test_facebook. Numbers in names are those of the
list of faults.
"""

from __future__ import annotations

import json
import shutil

import pytest

from tasks import home
from tasks.extract import landing
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import graph
from tests.extract import server
from tests.extract.graph_server import ACCOUNT, PATH, TOKEN, Instagram
from tests.extract.world import SLUG, School, moment, sides

TABLES = f"""
[[source]]
id         = "insta"
type       = "instagram"
name       = {{ nl = "Instagram", en = "Instagram" }}
connection = "instagram"
account_id = "{ACCOUNT}"
accounts   = ["@School"]
"""


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(graph, "API", f"https://graph.example:{school.faults.port}")
    school.listen(TABLES)
    school.credentials = Credentials({"token": TOKEN})
    return school


@pytest.fixture
def insta(school: School) -> Instagram:
    """A post of ours with two questions, one of them answered."""
    insta = Instagram(school.faults).serve()
    ours = insta.post("2026-09-07T08:00", "Open dag op zaterdag")
    asked = insta.comment("2026-09-08T10:00", ours, "Hoe laat begint het?", "Student")
    insta.comment("2026-09-08T11:30", asked, "Om tien uur.", "school")
    insta.comment("2026-09-08T12:00", ours, "Is er parkeerruimte?", "parent")
    return insta


FOUR = [
    ("outbound", "Open dag op zaterdag"),
    ("inbound", "Hoe laat begint het?"),
    ("outbound", "Om tien uur."),
    ("inbound", "Is er parkeerruimte?"),
]


def test_each_comment_below_our_post_begins_a_conversation(school: School, insta: Instagram) -> None:
    found = school.collect("insta", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    mentions = school.stage()
    assert sides(mentions) == FOUR
    _, asked, answer, other = mentions
    assert (asked["parent_id"], asked["thread_id"]) == (None, asked["item_id"])
    assert (answer["parent_id"], answer["thread_id"]) == (asked["item_id"], asked["item_id"])
    assert other["thread_id"] == other["item_id"]


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, insta: Instagram) -> None:
    school.past("insta", "2026-09-07T00:00", "2026-09-14T00:00")
    school.stage()
    before = school.lake()
    shutil.rmtree(home.landing(SLUG, "insta") / "windows")
    school.past("insta", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_answers_beyond_those_in_a_comment_come_once(school: School, insta: Instagram) -> None:
    asked = next(native for native in insta.things if native in insta.below)
    for minute in range(10, 15):
        insta.comment(f"2026-09-08T13:{minute}", asked, f"Dank {minute}", "student")
    for at in ("2026-09-10T12:00", "2026-09-10T13:00"):
        school.collect("insta", at)
    mentions = school.stage()
    assert len(mentions) == len({one["item_id"] for one in mentions}) == 9
    thanks = [one for one in mentions if "Dank" in (one["text"] or "")]
    assert {one["parent_id"] for one in thanks} == {mentions[1]["item_id"]}


def test_posts_from_before_are_not_read_again(school: School, insta: Instagram) -> None:
    for day in range(10, 16):
        insta.comment(f"2026-06-{day}T10:00", insta.post(f"2026-06-{day}T09:00", f"Dag {day}"), "Mooi", "old")
    school.collect("insta", "2026-09-10T12:00")
    read = [path for path in school.faults.asked if path.endswith("/comments")]
    assert len(read) == 1
    assert school.faults.asked[f"{PATH}/{ACCOUNT}/media"] == 2


def test_04_an_edit_without_a_time_is_what_a_later_collection_was_given(school: School, insta: Instagram) -> None:
    asked = next(native for native in insta.things if native in insta.below)
    school.collect("insta", "2026-09-10T12:00")
    insta.things[asked]["text"] = "Hoe laat begint de open dag?"
    school.collect("insta", "2026-09-10T13:00")
    edited = school.stage()[1]
    assert (edited["text"], edited["created_at"]) == ("Hoe laat begint de open dag?", moment("2026-09-08T10:00"))


@pytest.mark.parametrize("what", ["comment", "post"])
def test_05_what_no_list_has_and_its_id_does_not_find_is_a_tombstone(
    school: School, insta: Instagram, what: str
) -> None:
    insta.comment("2026-09-08T13:00", insta.post("2026-09-07T09:00", "Tweede bericht"), "Leuk", "other")
    school.collect("insta", "2026-09-10T12:00")
    if what == "comment":
        insta.delete(next(native for native in insta.things if native in insta.below))
        expected = {"Hoe laat begint het?", "Om tien uur."}
    else:
        insta.delete(list(insta.things)[-2])
        expected = {"Tweede bericht", "Leuk"}
    before = {one["item_id"]: one["text"] for one in school.stage()}
    school.collect("insta", "2026-09-10T13:00")
    assert {before[one["item_id"]] for one in school.stage() if one["deleted"]} == expected


def test_05_a_post_of_somebody_else_cannot_be_asked_for_and_is_never_taken_for_gone(
    school: School, insta: Instagram
) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace('accounts   = ["@School"]', 'accounts   = ["school"]\ntagged = true'))
    for number in range(5):
        insta.post(f"2026-09-08T1{number}:00", f"Op @school, dag {number}", "visitor", tags_us=True)
    school.collect("insta", "2026-09-10T12:00")
    tagged = [one for one in school.stage() if (one["text"] or "").startswith("Op @")]
    assert [one["direction"] for one in tagged] == ["inbound"] * 5  # on three pages, of which none names the next
    insta.tagged.clear()
    for native in [native for native, one in insta.things.items() if one["username"] == "visitor"]:
        del insta.things[native]
    assert school.collect("insta", "2026-09-10T13:00").status == "complete"
    assert not any(one["deleted"] for one in school.stage())


def test_06_a_limit_of_instagrams_own_ends_the_run(school: School, insta: Instagram) -> None:
    school.faults.script(f"{PATH}/{ACCOUNT}/media", lambda handler: insta.refuse(handler, 80002))
    assert school.collect("insta", "2026-09-10T12:00").again_at == moment("2026-09-10T13:00")


def test_09_an_answer_of_another_shape_leaves_the_cursor(school: School, insta: Instagram) -> None:
    school.faults.script(f"{PATH}/{ACCOUNT}/media", server.answer({"data": [{"id": "1"}]}))
    found = school.collect("insta", "2026-09-10T12:00")
    assert "another shape" in found.reason
    assert school.cursors.read(SLUG, "insta").moved_at == moment("2026-09-03T12:00")


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, insta: Instagram) -> None:
    insta.comment("2026-07-22T10:00", insta.post("2026-07-20T10:00", "Zomer"), "Fijn", "old")
    school.collect("insta", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "insta")
    assert school.past("insta", "2026-07-20T00:00", "2026-07-27T00:00").status == "complete"
    assert school.cursors.read(SLUG, "insta") == before
    school.stage("2026-W30")
    assert sides(school.mentions("2026-W30")) == [("outbound", "Zomer"), ("inbound", "Fijn")]


def test_18_an_author_who_is_not_told_is_absent_and_every_letter_survives(school: School, insta: Instagram) -> None:
    odd = "👩🏽‍🎓 שלום \u200bnul <script>alert(1)</script> \u202egnikcah"
    insta.comment("2026-09-09T10:00", next(iter(insta.things)), odd, "odd")
    insta.hides_names = True
    school.collect("insta", "2026-09-10T12:00")
    last = school.stage()[-1]
    assert (last["text"], last["author_key"], last["direction"]) == (odd, None, "inbound")


def test_19_no_token_and_nothing_that_turns_a_page_is_kept(school: School, insta: Instagram) -> None:
    asked = next(native for native in insta.things if native in insta.below)
    for minute in range(10, 15):
        insta.comment(f"2026-09-08T13:{minute}", asked, f"Dank {minute} {TOKEN}", "student")
    found = school.collect("insta", "2026-09-10T12:00")
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything.append(json.dumps(found.as_json()).encode())
    assert not [data for data in everything if TOKEN.encode() in data or b"paging" in data]
    assert not any("access_token" in query for _, _, query in school.faults.seen)
