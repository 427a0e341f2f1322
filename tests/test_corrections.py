"""Known-bad rows put right: only those, only while they are what they were, and always the same."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks import checks, home, lake, period, settings, steps
from tasks.errors import ConfigError
from tasks.extract import files
from tasks.measure import document
from tasks.period import Week
from tests import world

pytestmark = pytest.mark.usefixtures("here")
W, BEFORE, AFTER = "2026-W37", "2026-W36", "2026-W38"
REASON = """
reason   = "Nobody said so."
evidence = "ticket 12"
by       = "a@school.example"
on       = 2026-11-23
"""


class School:
    """A message in each of three weeks, and one more in the middle; they are known by their moments."""

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def write(self, *entries: str) -> None:
        text = "".join(f'[[correction]]\ninstitution = "{self.slug}"\n{entry}{REASON}' for entry in entries)
        (home.SQL / "corrections.toml").write_text(text, encoding="utf-8")

    def item(self, week: str, day: str) -> str:
        rows = self.mentions(week)
        return next(str(row["item_id"]) for row in rows if str(row["created_at"].date()) == day)

    def mentions(self, week: str) -> list[dict[str, Any]]:
        return pq.read_table(lake.partition("mentions", self.slug, week), partitioning=None).to_pylist()

    def stage(self) -> None:
        steps.stage(self.slug, AFTER)

    def digests(self) -> dict[str, str]:
        return {
            str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(home.lake().glob("*/*/*/*.parquet"))
        }

    def document(self) -> dict[str, Any]:
        cutoff = Week.parse(W, settings.load(self.slug).zone).cutoff.isoformat()
        steps.measure(self.slug, W, cutoff)
        return document.stored(self.slug, W, cutoff)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    slug = world.settle(monkeypatch, tmp_path)
    shutil.copytree(home.SQL, tmp_path / "sql")
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    days = ("2026-09-01", "2026-09-08", "2026-09-10", "2026-09-15")
    rows = [world.item(day, f"{day}T10:00", language="nl") for day in days]
    files.receive(settings.load(slug), world.jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    found = School(slug)
    found.stage()
    return found


def test_a_row_is_put_right_and_only_its_weeks_are_staged_again(school: School) -> None:
    first = school.digests()
    item = school.item(W, "2026-09-08")
    school.write(
        f'week = "{W}"\nitem = "{item}"\nwas = {{ language = "nl" }}\n'
        'set = { language = "en", created_at = 2026-09-09T08:00:00+02:00 }\n'
    )
    school.stage()
    (changed,) = [row for row in school.mentions(W) if row["item_id"] == item]
    assert (changed["language"], f"{changed['created_at']:%d %H:%M}") == ("en", "09 08:00")
    again = school.digests()
    assert [name for name in first if "mentions" in name and again[name] != first[name] and AFTER in name] == []
    made = school.document()
    assert made["corrections"] == {"applied": 1, "left": []}
    page = Path(steps.render(school.slug, W, made["as_of"])["edition"]) / "report.en.html"
    assert "1 message was put right by hand." in page.read_text(encoding="utf-8")
    (home.SQL / "corrections.toml").unlink()
    school.stage()
    back = school.digests()
    assert {name: back[name] for name in first} == first
    assert school.document()["corrections"] == {}


def test_a_row_may_be_left_out_and_it_comes_out_the_same_every_time(school: School) -> None:
    item = school.item(W, "2026-09-08")
    school.write(f'week = "{W}"\nitem = "{item}"\nwas = {{ language = "nl" }}\ndrop = true\n')
    school.stage()
    assert [str(row["created_at"].date()) for row in school.mentions(W)] == ["2026-09-10"]
    made = school.digests()
    shutil.rmtree(home.lake())
    school.stage()
    assert school.digests() == made


def test_a_row_that_is_not_what_it_was_stays_and_somebody_is_told(school: School) -> None:
    item, before = school.item(W, "2026-09-08"), school.mentions(W)
    school.write(
        f'week = "{W}"\nitem = "{item}"\nwas = {{ language = "de" }}\nset = {{ language = "en" }}\n',
        f'week = "{W}"\nitem = "nobody"\nwas = {{ language = "nl" }}\ndrop = true\n',
    )
    school.stage()
    assert school.mentions(W) == before
    made = school.document()
    assert made["corrections"] == {"applied": 0, "left": [1, 2]}
    (finding,) = [one for one in checks.found(settings.load(school.slug), made) if one.kind == "correction"]
    assert dict(finding.values) == {"n": 2, "places": "1, 2"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('week = "W37"\nitem = "x"\nwas = { language = "nl" }\ndrop = true', "week must look like"),
        ('week = "2026-W37"\nitem = "x"\nwas = { text = "Jan" }\ndrop = true', "text is not a known key"),
        ('week = "2026-W37"\nitem = "x"\nwas = { language = "nl" }', "must say what to set, or drop = true"),
        ('week = "2026-W37"\nitem = "x"\nwas = {}\ndrop = true', "must say in was = { … } what the row looks like"),
        (
            'week = "2026-W37"\nitem = "x"\nwas = { language = "nl" }\nset = { created_at = 2026-10-01T10:00:00Z }',
            "would move the message out of 2026-W37",
        ),
        ('week = "2026-W37"\nitem = "x"\nwas = { language = "nl" }\nset = { kind = "poem" }', "sets kind to “poem”"),
        (
            'week = "2026-W37"\nitem = "x"\nwas = { language = "nl" }\nset = { language = "<b>" }',
            "language must look like",
        ),
        ('week = "2026-W37"\nitem = "x"\nwas = { resolved_at = "yesterday" }\ndrop = true', "resolved_at"),
    ],
)
def test_what_is_wrong_is_said(school: School, entry: str, message: str) -> None:
    school.write(entry + "\n")
    with pytest.raises(ConfigError) as caught:
        school.stage()
    assert "sql/corrections.toml" in str(caught.value)
    assert message in str(caught.value)


def test_one_item_has_one_correction(school: School) -> None:
    one = f'week = "{W}"\nitem = "x"\nwas = {{ language = "nl" }}\ndrop = true\n'
    school.write(one, one)
    with pytest.raises(ConfigError, match="correction #2 is about the same item"):
        school.stage()
