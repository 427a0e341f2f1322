"""A Facebook Page: conversations below our posts and those of others, by times, with nothing of Meta's kept.

Numbers in names are those of the list of faults.
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
from tests.extract.graph_server import PAGE, PATH, TOKEN, Facebook
from tests.extract.world import SLUG, School, moment, sides

TABLES = f"""
[[source]]
id         = "face"
type       = "facebook"
name       = {{ nl = "Facebook", en = "Facebook" }}
connection = "facebook"
accounts   = ["{PAGE}"]
"""
STUDENT, PARENT = "2000000001", "2000000002"
FEED = f"{PATH}/{PAGE}/feed"


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(graph, "API", f"https://graph.example:{school.faults.port}")
    school.listen(TABLES)
    school.credentials = Credentials({"token": TOKEN})
    return school


@pytest.fixture
def face(school: School) -> Facebook:
    """A post of ours with two questions, one of them answered; a visitor's question, answered."""
    face = Facebook(school.faults).serve()
    ours = face.post("2026-09-07T08:00", "Open dag op zaterdag")
    asked = face.comment("2026-09-08T10:00", ours, "Hoe laat begint het?", STUDENT)
    face.comment("2026-09-08T11:30", asked, "Om tien uur.", PAGE)
    face.comment("2026-09-08T12:00", ours, "Is er parkeerruimte?", PARENT)
    visitor = face.post("2026-09-09T09:00", "Wie is de conciërge?", STUDENT, tags_us=True)
    face.comment("2026-09-09T09:30", visitor, "Dat is onze balie.", PAGE)
    return face


SIX = [
    ("outbound", "Open dag op zaterdag"),
    ("inbound", "Hoe laat begint het?"),
    ("outbound", "Om tien uur."),
    ("inbound", "Is er parkeerruimte?"),
    ("inbound", "Wie is de conciërge?"),
    ("outbound", "Dat is onze balie."),
]


def test_conversations_below_our_post_and_a_visitors(school: School, face: Facebook) -> None:
    found = school.collect("face", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    mentions = school.stage()
    assert sides(mentions) == SIX
    ours, asked, answer, other, visitor, balie = mentions
    assert (asked["parent_id"], asked["thread_id"]) == (None, asked["item_id"])
    assert (answer["parent_id"], answer["thread_id"]) == (asked["item_id"], asked["item_id"])
    assert other["thread_id"] == other["item_id"]
    assert balie["parent_id"] == balie["thread_id"] == visitor["item_id"]
    assert asked["created_at"] == moment("2026-09-08T10:00")
    assert ours["kind"] == "post"
    everything = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    assert b"With A Name" not in everything  # names are not even asked for


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, face: Facebook) -> None:
    school.past("face", "2026-09-07T00:00", "2026-09-14T00:00")
    school.stage()
    before = school.lake()
    for one in face.things.values():
        one["like_count"] = 7
    shutil.rmtree(home.landing(SLUG, "face") / "windows")
    school.past("face", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_pages_that_overlap_and_two_lists_with_the_same_post_give_it_once(school: School, face: Facebook) -> None:
    for minute in range(10, 20):
        face.comment(f"2026-09-09T10:{minute}", next(iter(face.things)), f"Reactie {minute}", STUDENT)
    for at in ("2026-09-10T12:00", "2026-09-10T13:00"):
        school.collect("face", at)
    mentions = school.stage()
    assert len(mentions) == len({one["item_id"] for one in mentions}) == 16


def test_03_a_comment_below_a_post_of_last_week_comes(school: School, face: Facebook) -> None:
    school.collect("face", "2026-09-10T12:00")
    face.comment("2026-09-17T10:00", next(iter(face.things)), "Ik was er ook!", STUDENT)
    school.collect("face", "2026-09-17T12:00")
    assert sides(school.stage("2026-W38")) == [("inbound", "Ik was er ook!")]


def test_04_an_edit_without_a_time_is_what_a_later_collection_was_given(school: School, face: Facebook) -> None:
    asked = next(native for native in face.things if native in face.below)
    for hour, text in enumerate(["Hoe laat is de open dag?", "Hoe laat?", "Wanneer begint de open dag?"], 12):
        school.collect("face", f"2026-09-10T{hour}:00")
        face.things[asked]["message"] = text
    school.collect("face", "2026-09-10T15:00")
    edited = school.stage()[1]
    assert (edited["text"], edited["edited_at"]) == ("Wanneer begint de open dag?", None)
    assert edited["created_at"] == moment("2026-09-08T10:00")


def test_05_what_no_list_has_and_its_id_does_not_find_is_a_tombstone(school: School, face: Facebook) -> None:
    school.collect("face", "2026-09-10T12:00")
    face.delete(next(native for native in face.things if native in face.below))
    school.collect("face", "2026-09-10T13:00")
    mentions = school.stage()
    assert [one["deleted"] for one in mentions] == [False, True, True, False, False, False]
    assert (mentions[1]["text"], mentions[2]["text"]) == (None, None)


def test_05_a_token_that_may_no_longer_see_others_words_deletes_nothing(school: School, face: Facebook) -> None:
    face.comment("2026-09-09T10:00", next(iter(face.things)), "Nog een vraag?", STUDENT)
    school.collect("face", "2026-09-10T12:00")
    ours = {native: one for native, one in face.things.items() if one["from"]["id"] == PAGE}
    face.things = ours
    found = school.collect("face", "2026-09-10T13:00")
    assert (found.status, "not believed" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


def test_05_nothing_is_looked_for_while_a_list_is_refused(school: School, face: Facebook) -> None:
    school.collect("face", "2026-09-10T12:00")
    face.delete(next(native for native in face.things if native in face.below))
    school.faults.script(f"{PATH}/{PAGE}/tagged", lambda handler: face.refuse(handler, 10))
    found = school.collect("face", "2026-09-10T13:00")
    assert (found.status, "Meta's error 10" in found.reason) == ("partial", True)
    assert not any(one["deleted"] for one in school.stage())


USAGE = json.dumps({PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 17}]})


@pytest.mark.parametrize(("code", "headers", "opens"), [(32, {graph.USAGE: USAGE}, "12:17"), (4, {}, "13:00")])
def test_06_a_limit_ends_the_run_until_it_opens(
    school: School, face: Facebook, code: int, headers: dict[str, str], opens: str
) -> None:
    school.faults.script(FEED, lambda handler: face.refuse(handler, code, **headers))
    found = school.collect("face", "2026-09-10T12:00")
    assert found.again_at == moment(f"2026-09-10T{opens}")
    assert f"until about 2026-09-10 {opens} UTC" in found.reason
    asked = sum(school.faults.asked.values())
    assert school.collect("face", "2026-09-10T12:10").status == "failed"  # nobody knocks
    assert sum(school.faults.asked.values()) == asked


def test_07_errors_of_the_server_leave_a_window_that_says_so(school: School, face: Facebook) -> None:
    school.faults.script(FEED, server.status(500))
    found = school.collect("face", "2026-09-10T12:00")
    assert (found.status, "HTTP 500" in found.reason) == ("failed", True)
    school.faults.script(FEED, face._answer)
    school.collect("face", "2026-09-10T13:00")
    assert school.windows("face") == [("2026-09-03T12:00", "2026-09-10T13:00", "complete")]
    assert sides(school.stage()) == SIX


def test_08_nothing_that_turns_a_page_is_kept(school: School, face: Facebook) -> None:
    school.collect("face", "2026-09-10T12:00")
    assert any("after" in query for _, _, query in school.faults.seen)
    assert set(school.cursors.read(SLUG, "face").position) <= {"sweep"}
    everything = b"".join(landing.read(SLUG, page) for page in landing.pages(SLUG))
    assert everything
    assert not [word for word in (b"paging", b"cursors", b"access_token") if word in everything]


BAD = {
    "truncated": server.answer(b'{"data": [{"id": "1"'),
    "html": server.html(),
    "no list": server.answer({"paging": {}}),
    "list of lists": server.answer({"data": [[1]]}),
}


@pytest.mark.parametrize("name", BAD)
def test_09_a_bad_answer_leaves_the_cursor(school: School, face: Facebook, name: str) -> None:
    school.collect("face", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "face")
    school.faults.script(FEED, BAD[name])
    found = school.collect("face", "2026-09-10T13:00")
    assert found.status in ("failed", "partial")
    assert school.cursors.read(SLUG, "face").moved_at == before.moved_at
    school.faults.script(FEED, face._answer)
    assert school.collect("face", "2026-09-10T14:00").status == "complete"
    assert sides(school.stage()) == SIX


def test_10_a_run_that_was_cut_short_ends_where_an_undisturbed_one_does(school: School, face: Facebook) -> None:
    school.collect("face", "2026-09-10T12:00")
    school.stage()
    clean = school.lake()
    needed = sum(school.faults.asked.values())
    assert needed > 4
    for stop in range(1, needed):
        shutil.rmtree(home.state() / "landing")
        (home.state() / "ledger.sqlite").unlink()
        budget = school.source("face").budget.model_copy(update={"requests": stop})
        assert school.collect("face", "2026-09-10T12:00", budget=budget).status in ("partial", "failed")
        assert school.collect("face", "2026-09-10T12:00").status == "complete"
        school.stage()
        assert school.lake() == clean, stop


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, face: Facebook) -> None:
    face.post("2026-07-20T10:00", "Lang geleden", STUDENT)
    school.collect("face", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "face")
    assert school.past("face", "2026-07-20T00:00", "2026-07-27T00:00").status == "complete"
    assert school.cursors.read(SLUG, "face") == before
    school.stage("2026-W30")
    assert sides(school.mentions("2026-W30")) == [("inbound", "Lang geleden")]


def test_14_our_staff_answer(school: School, face: Facebook) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace("accounts ", 'staff = ["3000000001"]\naccounts '))
    other = next(native for native, one in face.things.items() if one["message"] == "Is er parkeerruimte?")
    face.comment("2026-09-09T10:00", other, "Achter het gebouw", "3000000001")
    school.collect("face", "2026-09-10T12:00")
    assert {one["text"]: one["direction"] for one in school.stage()}["Achter het gebouw"] == "outbound"


def test_18_an_author_who_is_not_told_is_absent_and_every_letter_survives(school: School, face: Facebook) -> None:
    odd = "👩🏽‍🎓 שלום \u200bnul <script>alert(1)</script> \u202egnikcah"
    face.comment("2026-09-09T10:00", next(iter(face.things)), odd, STUDENT)
    face.hides_names = True
    school.collect("face", "2026-09-10T12:00")
    last = school.stage()[-1]
    assert (last["text"], last["author_key"], last["direction"]) == (odd, None, "inbound")


def test_19_no_token_in_landing_ledger_or_what_a_step_returns(school: School, face: Facebook) -> None:
    face.comment("2026-09-09T10:00", next(iter(face.things)), f"De sleutel is {TOKEN}", STUDENT)
    found = school.collect("face", "2026-09-10T12:00")
    school.faults.script(FEED, lambda handler: face.refuse(handler, 190))
    failed = school.collect("face", "2026-09-10T13:00")
    assert {headers.get("authorization") for _, headers, _ in school.faults.seen} == {f"Bearer {TOKEN}"}
    assert not any("access_token" in query for _, _, query in school.faults.seen)
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    everything += [json.dumps(one.as_json()).encode() for one in (found, failed)]
    assert not [data for data in everything if TOKEN.encode() in data]
    assert "put a new one in the connection" in failed.reason


def test_an_object_without_an_id_is_set_aside_with_its_reason(school: School, face: Facebook) -> None:
    post = next(iter(face.things))
    nameless = {"data": [{"message": "Van wie?", "created_time": "2026-09-09T10:00:00+0000"}]}
    school.faults.script(f"{PATH}/{post}/comments", server.answer(nameless))
    found = school.collect("face", "2026-09-10T12:00")
    assert found.refused == 1
    school.stage("2026-W36")
    assert [one["reason"] for one in school.quarantine("2026-W36")] == [
        "an object has no id: the token is not the Page's"
    ]
