"""Whom an edition quotes is known for as long as the item is, also when words are gone or the key is another."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pytest

from tasks import home, lake, quoted, steps
from tasks.errors import SourceError
from tasks.privacy import editions, run
from tasks.privacy.person import Person
from tests.privacy.school import HANDLE, NAME, SLUG, School, found, people
from tests.privacy.test_erase import ANYTHING, W37

#: As the platform spells it: nothing else leads to pages whose raw bytes are gone.
PERSON = Person("mastodon", f"@{HANDLE}", (NAME,))
#: After text_days (400) of what was written in September 2026; and after row_days (1096).
WORDLESS, ROWLESS = date(2027, 12, 1), date(2029, 12, 31)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    school = School(tmp_path, monkeypatch)
    for page in people():
        school.land(*page)
    return school


def told(edition: Path) -> dict[str, list[dict[str, object]]]:
    lists: dict[str, list[dict[str, object]]] = json.loads((edition / "metrics.json").read_text("utf-8"))["lists"]
    return lists


def black(edition: Path) -> int:
    return sum(row.get("excerpt") == editions.BLACK for rows in told(edition).values() for row in rows)


def test_which_item_each_row_quotes_stands_beside_the_edition_and_nowhere_in_it(school: School) -> None:
    edition = Path(school.report(W37))
    beside = quoted.of_edition(edition)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    said = quoted.read(beside)
    words = {row["item_id"]: row["text"] for row in lake.read("mentions", SLUG, W37).to_pylist()}
    for name, items in said.items():
        for row, item in zip(told(edition)[name], items, strict=True):
            assert (item is None) == (row["excerpt"] is None)
            if item:
                assert str(words[item]).startswith(str(row["excerpt"]).rstrip("…")[:4])
    everything = "|".join(item for items in said.values() for item in items if item)
    assert everything
    assert {Path(name).name for name in found(everything) if name.startswith("reports/")} == {beside.name}
    assert not any("quoted" in name for name in json.loads((edition / "manifest.json").read_bytes())["files"])


def test_a_rerun_gives_the_same_list_and_mends_one_that_is_gone(school: School) -> None:
    beside = quoted.of_edition(Path(school.report(W37)))
    once = beside.read_bytes()
    beside.unlink()
    school.report(W37)
    assert beside.read_bytes() == once


@pytest.mark.parametrize("rotated", [False, True], ids=["with the first key", "with another key"])
def test_an_old_quote_is_blacked_out_when_its_words_are_gone(school: School, rotated: bool) -> None:
    edition = Path(school.report(W37))
    assert "Het hertentamen is een" in str(told(edition))
    if rotated:
        run.rotate(SLUG)
    run.retain(SLUG, WORDLESS, really=True)
    assert all(name.startswith("reports/") for name in found("is een ramp"))
    receipt = run.erase(SLUG, PERSON, by="dpo", really=True)
    assert [one["edition"] for one in receipt["editions"]] == [f"{W37}/r1"]
    assert found(f"{ANYTHING}|Het hertentamen is een") == []
    assert black(edition) > 1
    left = quoted.read(quoted.of_edition(edition))
    assert sum(item is not None for items in left.values() for item in items) == sum(
        row["excerpt"] not in (None, editions.BLACK) for name in left for row in told(edition)[name]
    )


def test_a_new_key_leaves_no_old_name_beside_editions_and_documents(school: School) -> None:
    edition = Path(school.report(W37))
    before = quoted.named(SLUG)
    run.rotate(SLUG)
    after = quoted.named(SLUG)
    assert (len(after), found("|".join(before))) == (len(before), [])
    now = {row["item_id"] for row in lake.read("mentions", SLUG, W37).to_pylist()}
    assert {item for items in quoted.read(quoted.of_edition(edition)).values() for item in items if item} <= now


def test_the_list_goes_when_nothing_leads_from_its_items_any_more(school: School) -> None:
    school.report(W37)
    run.retain(SLUG, WORDLESS, really=True)
    assert [path.parent.name for path in quoted.files(SLUG)] == [W37]  # of the edition
    run.retain(SLUG, ROWLESS, really=True)
    assert list(quoted.files(SLUG)) == []


def test_a_damaged_list_is_named_and_nothing_is_erased_without_it(school: School) -> None:
    edition = Path(school.report(W37))
    quoted.of_edition(edition).write_text("[]", "utf-8")
    with pytest.raises(SourceError, match=r"r1\.quoted\.json is damaged"):
        run.erase(SLUG, PERSON, by="dpo", really=True)
    assert found(ANYTHING)


def test_what_a_list_shows_says_no_item(school: School) -> None:
    school.report(W37)
    document = next((home.lake() / "document").rglob("as-of-*.json"))
    assert "item_id" not in document.read_text("utf-8")
    assert "item_id" not in str(steps.measure(SLUG, W37, "2026-09-14T06:00:00+02:00"))
