"""Which language: the text's own words, short ones too; where they cannot tell, what the source says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tasks import lake, language, period, settings, steps
from tasks.extract import files
from tests import recorded
from tests.world import item, jsonl, settle

DATA = recorded.DATA / "sentiment"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Waar kan ik mijn rooster vinden", "nl"),
        ("Wifi ligt er weer uit hoor", "nl"),
        ("Where do I find my timetable", "en"),
        ("The wifi is down again", "en"),
        ("@anna #introweek https://social.example/p/1 waar begint het dan?", "nl"),
        ("[link] [e-mail] @… ", "und"),
        ("Wo finde ich denn bitte meinen Stundenplan", "de"),
        ("Où est-ce que je trouve mon emploi du temps", "fr"),
        ("أين أجد جدولي الدراسي", "ar"),
        ("top!!", "und"),
        ("🔥🔥🔥 12345", "und"),
        ("", "und"),
        ("Waar kan ik mijn rooster vinden? " * 400, "nl"),
    ],
)
def test_a_text_tells_its_language(text: str, expected: str) -> None:
    assert language.of_texts([text, None]) == [expected, "und"]


def test_a_source_is_believed_only_where_the_text_cannot_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = settle(monkeypatch, tmp_path)
    said = [("Waar kan ik mijn rooster vinden", "en"), ("top!!", "nl-BE"), ("top!!", None), ("top!!", "unknown")]
    rows = [item(str(n), f"2026-09-08T10:0{n}", text=text, language=given) for n, (text, given) in enumerate(said)]
    files.receive(settings.load(slug), jsonl(tmp_path / "in.jsonl", *rows), fetched_at=period.now())
    steps.stage(slug, "2026-W37")
    table = lake.read("mentions", slug, "2026-W37")
    assert table is not None
    assert table["language"].to_pylist() == ["nl", "nl", "und", "und"]


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the labelled texts: {DATA} (WEERKLANK_TEST_DATA)")
@pytest.mark.parametrize(("file", "expected"), [("nl_xed_subtitles", "nl"), ("en_xed_subtitles", "en")])
def test_lines_of_thirty_characters_are_told_apart(file: str, expected: str) -> None:
    with (DATA / f"{file}.csv").open(encoding="utf-8") as rows:
        short = [row["text"] for row in csv.DictReader(rows) if 20 <= len(row["text"]) <= 40]
    found = language.of_texts(short)
    assert len(short) > 1000
    assert found.count(expected) / len(found) > 0.99
