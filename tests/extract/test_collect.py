"""Collecting from a small Mastodon that misbehaves. Numbers in names are those of the list of faults."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.errors import SourceError
from tasks.extract import landing, sources
from tasks.extract.sources import mastodon
from tests.extract import server
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import SLUG, School, moment, told

TAG = "/api/v1/timelines/tag/school"


@pytest.fixture
def social(school: School) -> Mastodon:
    """A question with its answer, and a post about something else."""
    social = Mastodon(school.faults).serve()
    asked = social.post("2026-09-08T10:00", "Wanneer is het tentamen?")
    social.post("2026-09-08T11:30", "Om tien uur in de aula.", author="school", reply_to=asked, tags=[])
    social.post("2026-09-09T09:00", "Mooi gebouw", author="visitor")
    return social


THREE = [
    ("08 10:00", "inbound", "Wanneer is het tentamen?"),
    ("08 11:30", "outbound", "Om tien uur in de aula."),
    ("09 09:00", "inbound", "Mooi gebouw"),
]


def test_mentions_and_our_own_replies_come_together(school: School, social: Mastodon) -> None:
    found = school.collect("masto", "2026-09-10T12:00")
    assert (found.status, found.reason) == ("complete", "")
    mentions = school.stage()
    assert told(mentions) == THREE
    assert mentions[1]["parent_id"] == mentions[0]["item_id"]
    assert "Somebody called" not in str(mentions)
    assert school.windows("masto") == [("2026-09-03T12:00", "2026-09-10T12:00", "complete")]
    assert found.as_json()["spent"]["requests"] == sum(school.faults.asked.values())


def test_01_the_same_interval_twice_gives_the_same_bytes(school: School, social: Mastodon) -> None:
    school.past("masto", "2026-09-07T00:00", "2026-09-14T00:00")
    school.stage()
    before = school.lake()
    for one in social.statuses.values():  # what changes all day long and is nobody's words
        one["favourites_count"] += 1
    shutil.rmtree(home.landing(SLUG, "masto") / "windows")
    school.past("masto", "2026-09-07T00:00", "2026-09-14T00:00", at="2026-11-17T09:00")
    school.stage()
    assert school.lake() == before
    assert before


def test_02_overlapping_pages_give_each_item_once(school: School, social: Mastodon) -> None:
    for number in range(95):
        social.post(f"2026-09-10T{number // 60 + 8:02}:{number % 60:02}", f"Bericht {number}", author=f"p{number}")
    school.collect("masto", "2026-09-10T12:00")
    for at in ("2026-09-10T13:00", "2026-09-10T14:00"):
        school.collect("masto", at, lookback_hours=48)
    mentions = school.stage()
    assert len(mentions) == 98
    assert len({one["item_id"] for one in mentions}) == 98


def test_03_an_item_that_comes_to_light_five_days_late_is_in_its_week(school: School, social: Mastodon) -> None:
    late = social.post("2026-09-11T16:00", "Laat gezien", author="remote@elsewhere.example")
    social.hidden.add(late)
    for day in (12, 13, 14, 15):
        school.collect("masto", f"2026-09-{day}T12:00", lookback_hours=168)
    assert "Laat gezien" not in str(school.stage())
    social.hidden.clear()
    school.collect("masto", "2026-09-16T12:00", lookback_hours=168)
    [found] = [one for one in school.stage() if one["text"] == "Laat gezien"]
    assert found["came_late"]
    assert not any(one["came_late"] for one in school.mentions() if one["text"] != "Laat gezien")


def test_04_an_edit_keeps_the_time_of_writing(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    asked = next(iter(social.statuses))
    social.edit(asked, "2026-09-10T12:30", "Wanneer is het tentamen wiskunde?")
    school.collect("masto", "2026-09-10T13:00")
    edited = school.stage()[0]
    assert edited["text"] == "Wanneer is het tentamen wiskunde?"
    assert edited["created_at"] == moment("2026-09-08T10:00")
    assert edited["edited_at"] == moment("2026-09-10T12:30")


@pytest.mark.parametrize("has_batches", [True, False])
def test_05_what_is_gone_is_a_tombstone_without_words(school: School, social: Mastodon, has_batches: bool) -> None:
    social.has_batches = has_batches
    school.collect("masto", "2026-09-10T12:00")
    social.delete(next(iter(social.statuses)))
    school.collect("masto", "2026-09-10T13:00")
    gone, *others = school.stage()
    assert (gone["deleted"], gone["text"], gone["title"]) == (True, None, None)
    assert gone["created_at"] == moment("2026-09-08T10:00")
    assert [one["deleted"] for one in others] == [False, False]


def test_05_a_server_that_loses_everything_for_an_hour_deletes_nothing(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    school.faults.script("/api/v1/statuses", server.answer([]))
    school.collect("masto", "2026-09-10T13:00")
    assert told(school.stage()) == THREE


def test_05_a_server_that_says_of_each_post_that_it_is_gone_is_not_believed(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    for number in list(social.statuses):
        social.delete(number)
    assert "which is not believed" in school.collect("masto", "2026-09-10T13:00").reason
    assert told(school.stage()) == THREE


def test_06_a_long_limit_ends_the_run_and_the_next_one_goes_on(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-08T12:00")
    for number in range(120):
        social.post(f"2026-09-10T{number // 60 + 8:02}:{number % 60:02}", f"Bericht {number}", author=f"p{number}")
    steps = [social._tag, social._tag, server.too_many(retry_after="900"), social._tag]
    school.faults.script(TAG, *steps)
    stopped = school.collect("masto", "2026-09-10T12:00")
    assert stopped.status == "partial"
    assert stopped.again_at == moment("2026-09-10T12:15")
    assert school.cursors.read(SLUG, "masto").moved_at == moment("2026-09-08T12:00")
    assert school.windows("masto")[-1] == ("2026-09-08T12:00", "2026-09-10T12:00", "partial")
    asked = school.faults.asked[TAG]
    again = school.collect("masto", "2026-09-10T12:10")  # too early: nobody knocks
    assert (again.status, school.faults.asked[TAG]) == ("failed", asked)
    done = school.collect("masto", "2026-09-10T12:20")
    assert done.status == "complete"
    assert school.windows("masto")[-1] == ("2026-09-08T12:00", "2026-09-10T12:20", "complete")
    # It went on from the two pages that were landed: only the one that was refused was asked for twice.
    resumed = [query["min_id"][0] for path, _, query in school.faults.seen[-40:] if path == TAG and "min_id" in query]
    assert len(resumed) - len(set(resumed)) == 1
    assert len(school.stage()) == 123


def test_07_a_source_that_is_down_leaves_a_window_that_says_so(school: School, social: Mastodon) -> None:
    school.faults.script(TAG, server.status(503))
    found = school.collect("masto", "2026-09-10T12:00")
    assert found.status == "failed"
    assert "HTTP 503" in found.reason
    assert school.windows("masto") == [("2026-09-03T12:00", "2026-09-10T12:00", "failed")]
    social.serve()
    assert school.collect("masto", "2026-09-10T13:00").status == "complete"
    assert school.windows("masto") == [("2026-09-03T12:00", "2026-09-10T13:00", "complete")]
    assert told(school.stage()) == THREE


def test_08_an_expired_cursor_falls_back_to_the_time(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    social.post("2026-09-10T12:30", "Na de eerste keer", author="other")
    social.expired = True
    assert school.collect("masto", "2026-09-10T13:00").status == "complete"
    assert told(school.stage()) == [*THREE, ("10 12:30", "inbound", "Na de eerste keer")]
    social.expired = False
    social.post("2026-09-10T13:30", "En daarna", author="other")
    assert school.collect("masto", "2026-09-10T14:00").status == "complete"
    assert [one["text"] for one in school.stage()][-2:] == ["Na de eerste keer", "En daarna"]


BAD = {
    "truncated": server.answer(b'[{"id": "1"}, {"id": '),
    "html": server.html(),
    "charset": server.answer('["é"]'.encode("latin-1")),
    "huge": server.huge(40),
    "bomb": server.bomb(60),
    "no list": server.answer({"error": "not today"}),
    "odd list": server.answer([{"id": "1"}]),
    "list of lists": server.answer([[1]]),
}


@pytest.mark.parametrize("name", BAD)
def test_09_a_bad_answer_is_kept_aside_and_the_cursor_stays(school: School, social: Mastodon, name: str) -> None:
    school.collect("masto", "2026-09-10T12:00")
    before = school.cursors.read(SLUG, "masto")
    school.faults.script(TAG, BAD[name])
    found = school.collect("masto", "2026-09-10T13:00")
    assert found.status in ("failed", "partial")
    assert found.reason.startswith("masto: ")
    assert school.cursors.read(SLUG, "masto").moved_at == before.moved_at
    kept = list((home.landing(SLUG, "masto") / "refused").glob("*.json"))
    assert all(path.stat().st_size < 200_000 for path in kept)
    assert len(kept) == 1
    social.serve()
    assert school.collect("masto", "2026-09-10T14:00").status == "complete"
    assert told(school.stage()) == THREE


def child(work: Callable[[], None], kill_at: int | None, report: Path) -> int:
    """Fork, do the work, and die before the ``kill_at``-th change of a file under the state folder."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    count, state = 0, str(home.state())

    def watch(event: str, args: tuple[Any, ...]) -> None:
        nonlocal count
        if event in {"open", "os.rename", "os.mkdir", "os.remove", "sqlite3.connect"} and state in str(args[:1]):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    code = 1
    try:
        work()
        report.write_text(str(count))
        code = 0
    finally:
        os._exit(code)


@pytest.mark.slow
def test_10_killed_in_mid_collection_twenty_times_and_then_the_same_lake(
    school: School, social: Mastodon, tmp_path: Path
) -> None:
    for number in range(90):
        social.post(f"2026-09-10T{number // 60 + 8:02}:{number % 60:02}", f"Bericht {number}", author=f"p{number}")
    report = tmp_path / "report"

    def work() -> None:
        school.collect("masto", "2026-09-10T12:00")

    assert child(work, None, report) == 0
    events = int(report.read_text())
    school.stage()
    clean = school.lake()
    windows = school.windows("masto")
    shutil.rmtree(home.state() / "landing")
    shutil.rmtree(home.lake())
    (home.state() / "ledger.sqlite").unlink()
    chance = random.Random(10)  # noqa: S311 repeatable
    for kill_at in sorted(chance.choices(range(1, events), k=20)):
        status = child(work, kill_at, report)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0  # later ones have less to do
    assert child(work, None, report) == 0
    school.stage()
    assert school.lake() == clean
    assert school.windows("masto") == windows
    assert len(clean) > 3


def test_11_a_backfill_neither_reads_nor_moves_the_cursor(school: School, social: Mastodon) -> None:
    early = social.post("2026-08-20T10:00", "Lang geleden", author="early")
    social.hidden.add(early)
    school.collect("masto", "2026-09-10T12:00")
    social.hidden.clear()
    before = school.cursors.read(SLUG, "masto")
    seen = len(school.faults.seen)
    found = school.past("masto", "2026-08-17T00:00", "2026-08-24T00:00")
    assert found.status == "complete"
    assert school.cursors.read(SLUG, "masto") == before
    assert not any("min_id" in query for _, _, query in school.faults.seen[seen:])
    assert [one["text"] for one in school.stage("2026-W34") or school.mentions("2026-W34")] == ["Lang geleden"]
    assert not school.mentions("2026-W34")[0]["came_late"]
    # The week that was collected already is not asked for again.
    asked = len(school.faults.seen)
    school.past("masto", "2026-09-07T00:00", "2026-09-09T00:00")
    assert len(school.faults.seen) == asked


def test_14_bots_are_no_answer_and_staff_are_one(school: School, social: Mastodon) -> None:
    asked = next(iter(social.statuses))
    social.post("2026-09-08T10:01", "Wij zoeken het uit!", author="helper", bot=True, reply_to=asked)
    social.post("2026-09-08T10:30", "Ik weet het", author="anna", reply_to=asked)
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace('["@school"]', '["@school"]\nstaff = ["@Anna"]'))
    school.faults.script("/api/v1/accounts/a_Anna/statuses", server.answer([]))
    assert school.collect("masto", "2026-09-10T12:00").status == "complete"
    directions = {one["text"]: one["direction"] for one in school.stage()}
    assert directions["Wij zoeken het uit!"] == "machine"
    assert directions["Ik weet het"] == "outbound"


def test_18_every_letter_survives_and_nothing_acts(school: School, social: Mastodon) -> None:
    odd = "👩🏽‍🎓 <b>vet</b> שלום \u200bnul <script>alert(1)</script><br>regel &lt;i&gt; \u202egnikcah"
    social.post("2026-09-09T10:00", odd, author="odd")
    school.collect("masto", "2026-09-10T12:00")
    text = school.stage()[-1]["text"]
    assert text == "👩🏽‍🎓 vet שלום \u200bnul \nregel <i> \u202egnikcah".replace(" \n", "\n")
    assert "alert" not in text


def test_19_no_token_in_landing_ledger_or_what_a_step_returns(school: School, social: Mastodon) -> None:
    first = next(iter(social.statuses.values()))
    first["content"] = "<p>a-token-of-the-school</p>"  # some server gives it back
    given_back = [*social.statuses.values()][::2]
    link = '<https://social.example/?access_token=a-token-of-the-school>; rel="next"'
    school.faults.script(TAG, server.answer(given_back, link=link), server.answer([]))
    found = school.collect("masto", "2026-09-10T12:00")
    assert found.items > 0
    school.faults.script(TAG, server.status(401))
    failed = school.collect("masto", "2026-09-10T13:00")
    assert any(headers.get("authorization") == "Bearer a-token-of-the-school" for _, headers, _ in school.faults.seen)
    everything = [path.read_bytes() for path in home.state().rglob("*") if path.is_file()]
    everything += [landing.read(SLUG, page) for page in landing.pages(SLUG)]
    assert any(b"access_token=" in data for data in everything)
    everything += [str(found.as_json()).encode(), str(failed.as_json()).encode()]
    assert not [data for data in everything if b"a-token-of-the-school" in data]
    assert "The token or password is not accepted" in failed.reason


def test_20_one_source_that_fails_keeps_nothing_from_the_others(school: School, social: Mastodon) -> None:
    school.faults.script("/feed", server.status(500))
    assert school.collect("news", "2026-09-10T12:00").status == "failed"
    assert school.collect("masto", "2026-09-10T12:00").status == "complete"
    assert told(school.stage()) == THREE
    assert school.windows("news") == [("2026-09-03T12:00", "2026-09-10T12:00", "failed")]


def test_21_a_run_stops_at_its_budget_and_says_so(school: School, social: Mastodon) -> None:
    budget = school.source("masto").budget.model_copy(update={"requests": 2})
    found = school.collect("masto", "2026-09-10T12:00", budget=budget)
    assert found.status == "partial"
    assert "the 2 requests of one run are used up" in found.reason
    assert found.spent["requests"] == 2


def test_a_newer_parser_reads_landed_pages_again_and_fetches_nothing(
    school: School, social: Mastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.collect("masto", "2026-09-10T12:00")
    school.stage()
    asked = len(school.faults.seen)
    old = mastodon._item
    monkeypatch.setattr(mastodon, "_item", lambda *args: old(*args) | {"title": "by the new parser"})
    school.stage()
    assert {one["title"] for one in school.mentions()} == {None}  # the same version: nothing is read again
    monkeypatch.setattr(mastodon, "VERSION", mastodon.VERSION + 1)
    school.stage()
    assert {one["title"] for one in school.mentions()} == {"by the new parser"}
    assert len(school.faults.seen) == asked
    assert {page.format for page in landing.pages(SLUG)} == {sources.format_of("mastodon")}


def test_what_says_nothing_new_is_not_landed_again(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    before = {page.sha256 for page in landing.pages(SLUG)}
    for one in social.statuses.values():
        one["favourites_count"] += 7
    school.collect("masto", "2026-09-10T13:00", lookback_hours=100)
    assert {page.sha256 for page in landing.pages(SLUG)} == before


def test_a_page_is_named_by_what_it_says_not_by_when_it_came(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    names = {page.sha256 for page in landing.pages(SLUG)}
    for page in landing.pages(SLUG):
        assert hashlib.sha256(landing.read(SLUG, page)).hexdigest() == page.sha256
        assert page.headers
    shutil.rmtree(home.state() / "landing")
    (home.state() / "ledger.sqlite").unlink()
    school.collect("masto", "2026-09-10T12:00")
    assert {page.sha256 for page in landing.pages(SLUG)} == names


def test_a_name_that_is_gone_keeps_nothing_from_the_others(school: School, social: Mastodon) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    config.write_text(config.read_text().replace('tags      = ["school"]', 'tags      = ["gone", "school"]'))
    school.faults.script("/api/v1/timelines/tag/gone", server.status(404))
    found = school.collect("masto", "2026-09-10T12:00")
    assert found.status == "partial"
    assert "look at the names in the institution's file" in found.reason
    assert told(school.stage()) == THREE
    assert school.cursors.read(SLUG, "masto").moved_at == moment("2026-09-03T12:00")


def test_a_damaged_page_is_told_and_can_be_asked_for_anew(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-10T12:00")
    folder = home.landing(SLUG, "masto")
    for page in landing.pages(SLUG):
        (folder / f"{page.sha256}.jsonl.gz").write_bytes(b"rust")
    assert school.collect("masto", "2026-09-10T13:00").status == "complete"
    with pytest.raises(SourceError, match="remove it, its manifest and the files of its days"):
        school.stage()
    for path in [*folder.glob("*.gz"), *folder.glob("*.manifest.json"), *folder.glob("windows/*.json")]:
        path.unlink()
    school.past("masto", "2026-09-07T00:00", "2026-09-14T00:00")
    assert told(school.stage()) == THREE


def test_searches_and_mentions_of_us(school: School, social: Mastodon) -> None:
    config = home.CONFIG / f"{SLUG}.toml"
    more = 'connection = "masto"\nqueries = ["de school"]\nnotifications = true\naccounts  = ["@school"]'
    config.write_text(config.read_text().replace('accounts  = ["@school"]', more, 1))
    found = social.statuses[social.post("2026-09-09T12:00", "Over de school", author="finder", tags=[])]
    private = social.post("2026-09-09T13:00", "Vraag aan jullie", author="asker", tags=[], visibility="direct")
    notified = {"id": "900", "type": "mention", "created_at": "2026-09-09T13:00:00.000Z"}
    school.faults.script("/api/v2/search", server.answer({"statuses": [found], "accounts": [], "hashtags": []}))
    school.faults.script(
        "/api/v1/notifications", server.answer([notified | {"status": social.statuses[private]}]), server.answer([])
    )
    outcome = school.collect("masto", "2026-09-10T12:00")
    assert (outcome.status, outcome.reason) == ("complete", "")
    said = {one["text"]: one["visibility"] for one in school.stage()}
    assert said["Over de school"] == "public"
    assert said["Vraag aan jullie"] == "private"
    searched = [query for path, _, query in school.faults.seen if path == "/api/v2/search"]
    assert searched[0]["q"] == ["de school"]


def test_a_thread_that_a_stopped_run_did_not_come_to_is_read_by_the_next(school: School, social: Mastodon) -> None:
    school.collect("masto", "2026-09-08T09:00", first_days=1)
    root = social.post("2026-09-09T10:00", "Van een ander, zonder ons te noemen", author="root", tags=[])
    social.post("2026-09-09T10:10", "Geldt dat ook op deze school?", author="student", reply_to=root)
    enough = len(school.faults.seen)
    stop = school.source("masto").budget.model_copy(update={"requests": 2})
    assert school.collect("masto", "2026-09-10T12:00", budget=stop).status == "partial"
    assert not any(path.endswith("/context") for path, _, _ in school.faults.seen[enough:])
    assert school.collect("masto", "2026-09-10T13:00").status == "complete"
    assert "Van een ander, zonder ons te noemen" in [one["text"] for one in school.stage()]


def test_daily_collections_with_a_failing_day_say_what_one_at_the_end_says(school: School, social: Mastodon) -> None:
    def run_day(day: int) -> None:
        asked = social.post(f"2026-09-{day:02}T13:00", f"Vraag van dag {day}?", author=f"p{day}")
        social.post(f"2026-09-{day:02}T14:00", f"Antwoord {day}", author="school", reply_to=asked, tags=[])
        if day == 10:
            social.edit(asked, "2026-09-10T15:00", "Vraag van dag 10, anders gesteld?")
        if day == 11:
            social.hidden.add(asked)  # comes to light later
        if day == 12:
            social.hidden.clear()
            school.faults.script(TAG, server.status(500))

    social.statuses.clear()
    school.collect("masto", "2026-09-07T00:00", first_days=1)
    for day in range(7, 14):
        run_day(day)
        school.collect("masto", f"2026-09-{day:02}T23:00", lookback_hours=72)
        social.serve()
    school.collect("masto", "2026-09-14T03:00", lookback_hours=72)
    daily = school.stage()
    assert {status for *_, status in school.windows("masto")} == {"complete"}  # the failed day was asked for again
    shutil.rmtree(home.state() / "landing")
    school.past("masto", "2026-09-06T22:00", "2026-09-13T22:00")
    at_the_end = school.stage()
    where_from = ("page", "line", "came_late")
    without = [[{k: v for k, v in one.items() if k not in where_from} for one in them] for them in (daily, at_the_end)]
    assert [one["text"] for one in daily] == [one["text"] for one in at_the_end]
    assert without[0] == without[1]
    assert len(daily) == 14
    assert "anders gesteld" in str(daily)
