"""Lines that leave raw pages live on as rows, and nothing that is made of them changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import home, lake, steps
from tasks.errors import ConfigError, SourceError
from tasks.extract import landing
from tasks.privacy.pages import Landed
from tests.privacy.school import FETCHED, SLUG, School, lake_bytes, people
from tests.world import item

W37 = "2026-W37"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    school = School(tmp_path, monkeypatch)
    for page in people():
        school.land(*page)
    steps.stage(SLUG, "2026-W38")
    return school


def settle_all(school: School, *, half: bool = False) -> None:
    for page in Landed(school.institution).pages():
        lines = {line for table in page.raw for line in table["line"].to_pylist()}
        page.settle({line for line in lines if not half or line % 2})


def test_the_lake_is_the_same_byte_for_byte_when_raw_pages_are_gone(school: School) -> None:
    before = lake_bytes()
    for half in (True, False):
        settle_all(school, half=half)
        assert steps.stage(SLUG, "2026-W38")["weeks"] == []
        for path in home.lake().rglob("*.parquet"):
            path.unlink()
        steps.stage(SLUG, "2026-W38")
        assert lake_bytes() == before
    assert not list((home.state() / "landing").rglob("*.jsonl.gz"))
    assert all(page.content == page.sha256 for page in landing.pages(SLUG))


def test_what_is_gone_does_not_come_back_with_the_same_file(school: School) -> None:
    settle_all(school)
    for page in people():
        school.land(*page)
    assert not list((home.state() / "landing").rglob("*.jsonl.gz"))


def test_maintenance_knows_both_kinds_and_names_damage(school: School) -> None:
    settle_all(school, half=True)
    found = steps.look_after()
    assert (found.looked_at["raw pages"], found.looked_at["pages with rows"], found.damaged) == (3, 3, [])
    path = next((state := home.state() / "landing").rglob("*.rows.parquet"))
    path.write_bytes(path.read_bytes()[:-5])
    (damage,) = steps.look_after().damaged
    assert "back-up" in damage.remedy
    raw = next(state.rglob("*.jsonl.gz"))
    raw.write_bytes(b"")
    assert len(steps.look_after().damaged) == 2


def test_files_that_no_manifest_names_are_found(school: School) -> None:
    assert landing.strays(SLUG) == []
    page = landing.pages(SLUG)[0]
    stray = home.landing(SLUG, page.source) / f"{page.sha256}.0123456789abcdef.jsonl.gz"
    stray.write_bytes(b"what a killed process left")
    assert landing.strays(SLUG) == [stray]


def test_a_judgement_stays_where_words_were_and_new_words_are_judged_anew(school: School) -> None:
    from tasks.privacy import words

    before = {row["item_id"]: row for row in lake.read("mentions", SLUG, W37).to_pylist()}
    judged = words.judgements(SLUG, [W37])
    for page in Landed(school.institution).pages():
        lines = set(page.raw[0]["line"].to_pylist())
        page.settle(lines, lambda good, bad: (words.without(good, words.worded(good), judged), bad))
    steps.stage(SLUG, "2026-W38")
    after = {row["item_id"]: row for row in lake.read("mentions", SLUG, W37).to_pylist()}
    changed = {"text", "title", "sentiment_words"}
    assert after.keys() == before.keys()
    for name, row in before.items():
        assert after[name]["text"] is None
        assert {key: value for key, value in after[name].items() if key not in changed} == {
            key: value for key, value in row.items() if key not in changed
        }
    school.land(item("q0", "2026-09-08T10:30", text="Geweldig, bedankt!", edited_at="2026-09-11T10:00:00Z"))
    steps.stage(SLUG, "2026-W38")
    again = {row["item_id"]: row for row in lake.read("mentions", SLUG, W37).to_pylist()}
    (edited,) = [row for row in again.values() if row["text"]]
    assert (edited["sentiment"], before[edited["item_id"]]["sentiment"]) == ("positive", "neutral")


def test_another_key_than_the_datas_own_is_refused(school: School) -> None:
    settle_all(school)
    page = Landed(school.institution)
    home.key_file(SLUG).write_bytes(b"a key of somebody else")
    with pytest.raises(ConfigError, match=r"not the key.*keys\.md"):
        steps.stage(SLUG, W37)
    home.key_file(SLUG).unlink()
    with pytest.raises(ConfigError, match="back-up of keys"):
        steps.stage(SLUG, W37)
    (home.privacy(SLUG) / "keys.json").unlink()
    del page
    with pytest.raises(SourceError, match="other keys"):
        steps.stage(SLUG, W37)
    assert FETCHED
