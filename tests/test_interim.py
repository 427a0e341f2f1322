"""An interim edition: the running week up to this minute, and never taken for the week's own report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tasks import settings, steps
from tasks.errors import UsageError
from tasks.render import edition
from tests.deliver import world
from tests.render import sample

pytestmark = pytest.mark.usefixtures("here")

THURSDAY = datetime.fromisoformat("2026-11-19T15:00:42+01:00")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "load", lambda slug: world.institution())
    return tmp_path


def plan(week: str | None, clock: datetime = THURSDAY, run: str = "manual", deliver: str = "auto") -> dict[str, str]:
    return steps.plan("overbrugge", week=week, clock=clock, run_type=run, deliver=deliver, interim=True)


def test_the_running_week_up_to_this_minute_and_nobody_is_mailed() -> None:
    found = plan(None)
    assert (found["week"], found["as_of"]) == ("2026-W47", "2026-11-19T15:00:00+01:00")
    assert not found["send"]
    assert plan("2026-W47") == found
    asked = plan(None, deliver="again")
    assert (asked["send"], asked["again"]) == (True, False)


def test_between_midnight_and_the_cutoff_last_week_is_not_reported_yet() -> None:
    early = datetime.fromisoformat("2026-11-23T05:59:00+01:00")
    assert plan("2026-W47", early)["week"] == "2026-W47"
    assert plan(None, early)["week"] == "2026-W48"
    with pytest.raises(UsageError, match="2026-W48, and 2026-W47 is not"):
        plan("2026-W47", datetime.fromisoformat("2026-11-23T06:00:00+01:00"))


@pytest.mark.parametrize("week", ["2026-W46", "2026-W48"])
def test_a_week_that_is_over_or_has_not_begun_is_refused(week: str) -> None:
    with pytest.raises(UsageError, match="ask for the weekly edition"):
        plan(week)


def test_a_backfill_makes_none() -> None:
    with pytest.raises(UsageError, match="by hand"):
        plan(None, run="backfill")


def test_it_is_kept_apart_and_says_so_on_its_pages(state: Path) -> None:
    one = sample.institution(institution={"name": "X", "timezone": "Europe/Amsterdam", "languages": ["nl"]})
    document = sample.quiet() | {"as_of": "2026-11-19T15:00:00+01:00"}
    for _ in range(2):
        made = edition.build(one, document, sources={})
    assert not made.new
    assert made.path == state / "reports/voorbeeld/2026-W47/interim-20261119T1400Z/r1"
    page = (made.path / "report.nl.html").read_text()
    assert "Tussentijdse editie: wat bekend was op do" in page
    assert "<title>Tussentijds: X:" in page
    assert "2026-W47 · tussentijds r1 ·" in page
    with pytest.raises(UsageError, match="no edition yet"):
        edition.newest("voorbeeld", "2026-W47")
    assert edition.named("voorbeeld/2026-W47/interim-20261119T1400Z/r1") == ("voorbeeld", made.path)
    weekly = edition.build(one, sample.quiet(), sources={})
    assert edition.newest("voorbeeld", "2026-W47") == weekly.path
    assert "Tussentijds" not in (weekly.path / "report.nl.html").read_text()
