"""Which sources a run asks, and what it says of those that fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tasks import collecting, home, settings
from tasks.errors import SourceError, UsageError
from tasks.extract.cursor import Cursor, Cursors
from tests.extract import server
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import SLUG, School, moment

AT = "2026-09-08T10:00"


@pytest.fixture
def school(school: School) -> School:
    Mastodon(school.faults).serve().post("2026-09-08T10:00", "Wanneer is het tentamen?")
    return school


def plan(at: str = AT, run_type: str = "scheduled", **more: Any) -> dict[str, Any]:
    given = {"start": moment(at) - timedelta(hours=1), "end": moment(at)} | more
    return collecting.plan(SLUG, clock=moment(at), run_type=run_type, **given)


def asked(name: str, at: str, **more: Any) -> None:
    """Write a cursor as if ``name`` was collected then."""
    Cursors(home.ledger_url(), lambda: moment(at)).move(SLUG, name, Cursor({}, moment(at), **more))


def test_who_was_never_asked_is_due_and_then_every_so_often(school: School) -> None:
    assert plan()["sources"] == ["masto", "news", "reddit"]
    asked("masto", "2026-09-08T09:01")
    asked("news", "2026-09-08T09:31")
    assert plan()["sources"] == ["masto", "reddit"]


def test_one_whose_asking_takes_long_is_still_asked_in_every_run(school: School) -> None:
    asked("masto", "2026-09-08T09:12")  # what a collection of 09:00 was done with
    asked("news", "2026-09-08T09:40")  # what somebody began by hand
    assert plan()["sources"] == ["masto", "reddit"]


def test_a_demo_with_a_clock_of_its_own_stages_the_week_of_that_clock(school: School) -> None:
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace("[institution]", "[institution]\nclock = 2026-07-01T12:00:00+02:00"))
    assert plan()["week"] == "2026-W27"


def test_a_source_that_is_closed_is_not_asked_and_then_at_once(school: School) -> None:
    asked("masto", "2026-09-08T09:55", closed_until=moment("2026-09-08T10:10"))
    assert "masto" not in plan()["sources"]
    assert "masto" in plan("2026-09-08T10:15")["sources"]


def test_by_hand_everybody_is_asked_or_one(school: School) -> None:
    asked("masto", AT)
    assert plan(run_type="manual")["sources"] == ["masto", "news", "reddit"]
    assert plan(run_type="manual", only="masto")["sources"] == ["masto"]
    with pytest.raises(UsageError, match="there are: masto, news, reddit"):
        plan(run_type="manual", only="mastodon")


def test_11_a_backfill_asks_those_that_know_the_past_for_it_and_no_cursor(school: School) -> None:
    asked("masto", AT)
    before = school.cursors.read(SLUG, "masto")
    run = plan("2026-09-08T00:00", "backfill", start=moment("2026-09-07T00:00"), end=moment("2026-09-09T00:00"))
    assert run["sources"] == ["masto", "reddit"]  # a feed has no past
    assert (run["week"], run["past"]) == ("2026-W37", ["2026-09-07T00:00:00+00:00", "2026-09-09T00:00:00+00:00"])
    assert collecting.collect(SLUG, run, "masto", school.credentials)["items"] == 1
    assert school.cursors.read(SLUG, "masto") == before


def test_20_what_gave_nothing_fails_its_own_task_with_the_reason(school: School) -> None:
    school.faults.script("/api/v1/timelines/tag/school", server.status(401))
    with pytest.raises(SourceError, match="HTTP 401"):
        collecting.collect(SLUG, plan(), "masto", school.credentials)
    assert [status for *_, status in school.windows("masto")] == ["failed"]


def test_6_what_is_closed_says_when_it_opens_and_fails_nothing(school: School) -> None:
    school.faults.script("/api/v1/timelines/tag/school", server.too_many(retry_after="900"))
    told = collecting.collect(SLUG, plan(), "masto", school.credentials)
    assert told["status"] in ("failed", "partial")
    assert told["again_at"]


def test_as_often_as_the_most_impatient(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    assert collecting.every_minutes(school.institution) == 60
    path = home.CONFIG / f"{SLUG}.toml"
    path.write_text(path.read_text().replace('id   = "news"', 'id   = "news"\nevery_minutes = 15'))
    assert collecting.every_minutes(settings.load(SLUG)) == 15
