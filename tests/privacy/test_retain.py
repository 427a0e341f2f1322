"""Retention: over two simulated years, exactly what the policy says remains."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks import home, lake, steps
from tasks.errors import ConfigError, UsageError
from tasks.extract import landing
from tasks.period import Week
from tasks.privacy import run
from tests.privacy.school import SLUG, School, counts, found, lake_bytes, people
from tests.world import item

pytestmark = pytest.mark.usefixtures("here")
POLICY = """
[privacy]
raw_days  = 70
text_days = 200
row_days  = 400

[privacy.source.reviews]
raw_days  = 10
text_days = 100
"""
FIRST, WEEKS = date(2024, 9, 2), 104
#: The weeks in which something is written, from 0.
WRITTEN = range(4, WEEKS, 9)
W37, W38 = "2026-W37", "2026-W38"


def week_of(number: int) -> Week:
    from zoneinfo import ZoneInfo

    return Week(FIRST + timedelta(weeks=number), ZoneInfo("Europe/Amsterdam"))


def rows_of(number: int) -> list[dict[str, Any]]:
    """A week's two questions, one answer, and a review. Who waits around the first week that is left, waits on."""
    day = (FIRST + timedelta(weeks=number, days=1)).isoformat()
    waits = {} if 40 <= number <= 52 else {"needs_reply": False}
    return [
        item(f"q{number}", f"{day}T10:00", text=f"Waar is het tentamen nummer{number}woord?", author="anna"),
        item(f"w{number}", f"{day}T11:00", text=f"Wie belt terug nummer{number}woord?", **waits),
        item(f"a{number}", f"{day}T12:00", text="Zaal A.", author="us", author_kind="own", in_reply_to=f"q{number}"),
        item(f"r{number}", f"{day}T13:00", text=f"Slecht bekeken{number}woord.") | {"source": "reviews"},
    ]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    """Two years, a page every nine weeks, each fetched on the Monday after."""
    school = School(tmp_path, monkeypatch, POLICY)
    for number in WRITTEN:
        monday = FIRST + timedelta(weeks=number + 1)
        school.land(*rows_of(number), at=datetime(monday.year, monday.month, monday.day, 4, tzinfo=UTC))
    return school


def remains() -> dict[str, set[int]]:
    """Which weeks have raw lines and words of the two sources, and rows, by number from 0."""
    raw: dict[str, set[int]] = {"mastodon": set(), "reviews": set()}
    kept: dict[str, set[int]] = {"rows": set(), "mastodon words": set(), "reviews words": set()}
    for number in WRITTEN:
        table = lake.read("mentions", SLUG, str(week_of(number)))
        rows = [] if table is None else table.to_pylist()
        kept["rows"] |= {number} if rows else set()
        for row in rows:
            if row["text"]:
                kept[f"{row['source']} words"].add(number)
    for page in landing.pages(SLUG):
        for line in landing.read(SLUG, page).decode().splitlines():
            if line:
                told = json.loads(line)
                raw[told["source"]].add(int("".join(c for c in told["id"] if c.isdigit())))
    return {**kept, **{f"{source} raw": weeks for source, weeks in raw.items()}}


def after(days: int, on: date) -> set[int]:
    """The weeks that did not end so many days ago or more."""
    return {number for number in WRITTEN if (week_of(number).monday + timedelta(days=7 + days)) > on}


@pytest.mark.slow
def test_two_years_leave_exactly_what_the_policy_says(school: School) -> None:
    on = FIRST + timedelta(weeks=WEEKS)
    last = str(week_of(max(WRITTEN)))
    first_edition = school.report(last)
    old = str(week_of(max(WRITTEN) - 18))
    before, figures = counts(old), counts(last)
    measured = sorted(home.lake().glob("measured_*/**/*.parquet"))
    dry = run.retain(SLUG, on, really=False)
    assert lake_bytes() == lake_bytes()
    told = run.retain(SLUG, on, really=True)
    drop = ("really", "staged", "requests")
    assert {k: v for k, v in dry.items() if k not in drop} == {k: v for k, v in told.items() if k not in drop}
    fetched = {n: FIRST + timedelta(weeks=n + 1) for n in WRITTEN}
    assert remains() == {
        "rows": after(400, on),
        "mastodon words": after(200, on),
        "reviews words": after(100, on),
        "mastodon raw": {n for n, at in fetched.items() if at + timedelta(days=70) > on},
        "reviews raw": {n for n, at in fetched.items() if at + timedelta(days=10) > on},
    }
    assert found(rf"nummer{min(after(200, on)) - 9}woord|bekeken{min(after(100, on)) - 9}woord") == []
    assert sorted(home.lake().glob("measured_*/**/*.parquet")) == measured
    assert (counts(old), counts(last)) == (before, figures)
    # Again: nothing is left to do, and not a byte changes.
    once = lake_bytes()
    again = run.retain(SLUG, on, really=True)
    assert (again["raw_lines"], again["texts"], again["rows"], again["staged"]) == ({}, {}, {}, [])
    assert lake_bytes() == once
    assert school.report(last) == first_edition
    # A week whose rows are gone is not staged away to nothing, and says so.
    for gone in (min(after(400, on)) - 9, min(after(400, on)) + 10):
        with pytest.raises(UsageError, match=r"gone by .privacy. row_days.*nothing was changed"):
            steps.stage(SLUG, str(week_of(gone)))
        with pytest.raises(UsageError, match="nothing was changed"):
            steps.measure(SLUG, str(week_of(gone)), week_of(gone).cutoff.isoformat())
    assert lake_bytes() == once
    assert lake.count("open_before", SLUG, str(told["rows_from"])) > 0
    # The lake can still be made from what is left.
    keep = {path for path in once if not path.startswith(("open_before", "measured_", "first_measured", "document"))}
    for path in keep:
        (home.lake() / path).unlink()
    steps.stage(SLUG, last)
    assert {path: digest for path, digest in lake_bytes().items() if path in keep} == {
        path: once[path] for path in keep
    }


def test_what_the_public_deleted_goes_at_the_next_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school = School(tmp_path, monkeypatch)
    for page in people():
        school.land(*page)
    gone = {"text": None, "author": None, "deleted": True}
    school.land(item("s1", "2026-09-08T10:00", **gone), item("q0", "2026-09-08T10:30", **gone))
    steps.stage(SLUG, W38)
    before = counts(W37)
    day = date(2026, 9, 20)
    assert run.retain(SLUG, day, really=False)["deleted"] == {"mastodon": 3}
    assert found("verplaatst zonder|zaal 0")
    told = run.retain(SLUG, day, really=True)
    assert (told["deleted"], told["texts"], told["rows"]) == ({"mastodon": 3}, {}, {})
    assert found("verplaatst zonder|zaal 0") == []
    assert found("zaal 1")
    assert counts(W37) == before
    assert run.retain(SLUG, day, really=True)["deleted"] == {}
    assert len([page for page in landing.pages(SLUG) if page.raw_name]) == 3  # the rest of a page stays as it was


def test_an_edit_that_is_deleted_keeps_the_judgement_of_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = School(tmp_path, monkeypatch)
    school.land(item("e", "2026-09-08T10:00", text="Geweldig!"))
    school.land(item("e", "2026-09-08T10:00", text="Waardeloos slecht!", edited_at="2026-09-08T11:00:00Z"))
    school.land(item("e", "2026-09-08T10:00", text=None, deleted=True))
    steps.stage(SLUG, W37)
    before = counts(W37)
    run.retain(SLUG, date(2026, 9, 20), really=True)
    assert counts(W37) == before
    assert "negative" in before["rows"][0]


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ("raw_days = 500", "raw pages go before texts"),
        ("row_days = 100\ntext_days = 90", "reads 280 days back"),
        ("[privacy.source.reviews]\ntext_days = 5", "source.reviews: raw pages go before texts"),
        ("raw_days = 0", "greater than 0"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str, wrong: str
) -> None:
    with pytest.raises(ConfigError, match=wrong):
        _ = School(tmp_path, monkeypatch, f"\n[privacy]\n{policy}\n").institution


def test_nothing_is_judged_by_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    School(tmp_path, monkeypatch)
    told = run.retain(SLUG, date(2030, 1, 1), really=True)
    assert (told["raw_lines"], told["rows_from"], told["staged"]) == ({}, None, [])
