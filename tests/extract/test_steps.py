"""What the DAG and the command line call."""

from __future__ import annotations

import pytest

from tasks import collecting, steps
from tasks.errors import UsageError
from tests.extract import server
from tests.extract.mastodon_server import Mastodon
from tests.extract.world import SLUG, School, moment


@pytest.fixture
def school(school: School) -> School:
    Mastodon(school.faults).serve().post("2026-09-08T10:00", "Wanneer is het tentamen?")
    return school


def test_a_collection_and_then_its_week(school: School) -> None:
    told = collecting.collect_source(SLUG, "masto", school.credentials, clock=lambda: moment("2026-09-14T04:00"))
    assert (told["source"], told["status"], told["items"]) == ("masto", "complete", 1)
    assert school.cursors.read(SLUG, "masto").moved_at == moment("2026-09-14T04:00")
    asked = len(school.faults.seen)
    steps.extract(SLUG, "news", "2026-W37")  # a feed has no past
    assert len(school.faults.seen) == asked


def test_the_weekly_run_asks_for_what_no_collection_brought(school: School) -> None:
    told = steps.extract(SLUG, "masto", "2026-W37", school.credentials)
    assert (told["status"], told["items"]) == ("complete", 1)
    assert school.windows("masto") == [("2026-09-06T22:00", "2026-09-13T22:00", "complete")]
    asked = len(school.faults.seen)
    assert steps.extract(SLUG, "masto", "2026-W37", school.credentials)["status"] == "complete"
    assert len(school.faults.seen) == asked
    assert len(school.stage()) == 1


def test_20_a_source_that_fails_fails_no_step(school: School) -> None:
    school.faults.script("/api/v1/timelines/tag/school", server.status(401))
    told = steps.extract(SLUG, "masto", "2026-W37", school.credentials)
    assert (told["status"], "HTTP 401" in told["reason"]) == ("failed", True)
    assert school.windows("masto") == [("2026-09-06T22:00", "2026-09-13T22:00", "failed")]


@pytest.mark.parametrize("name", ["nothing", "mastodon"])
def test_only_what_is_listened_to_is_collected(school: School, name: str) -> None:
    with pytest.raises(UsageError, match="no source"):
        collecting.collect_source(SLUG, name)
