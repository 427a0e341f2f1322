"""The exchange format as JSON Schema, and the command that checks a file: they say what the reader says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tasks.extract import exchange
from tasks.imports import checked, json_schema
from tests.imports.world import run
from tests.world import item, jsonl

GOOD = item("1", "2026-09-08T10:00")
CASE = {"id": "c", "resolved_at": "2026-09-08T10:00:00Z"}


def test_the_schema_in_docs_is_the_one_that_the_code_gives() -> None:
    assert json_schema.FILE.read_text(encoding="utf-8") == json_schema.text(), (
        "run ./weerklank import --schema > docs/exchange-format.schema.json"
    )


@pytest.mark.parametrize(
    "change",
    [
        {}, {"id": 7}, {"id": "  "}, {"id": "1.23E+18"}, {"id": "1,23e18"}, {"id": None}, {"source": "Masto"},
        {"source": "x"}, {"kind": "tweet"}, {"kind": None}, {"kind": "review", "rating": 4.5, "rating_max": 5},
        {"rating": "4"}, {"rating": 1e9}, {"created_at": "08-09-2026"}, {"created_at": "2026-09-08T10:00:00"},
        {"created_at": "2026-09-08 10:00:00+02:00"}, {"edited_at": ""}, {"edited_at": "soon"}, {"deleted": "yes"},
        {"deleted": True}, {"needs_reply": None}, {"text": 5}, {"author": 5}, {"in_reply_to": 5}, {"Text": "x"},
        {"case": CASE}, {"case": None}, {"case": {"department": "x"}}, {"case": CASE | {"owner": "x"}}, {"case": "c"},
        {"visibility": "internal"}, {"visibility": "secret"}, {"author_kind": "own"}, {"url": None},
    ],
)  # fmt: skip
def test_the_schema_takes_what_the_reader_takes_and_nothing_else(change: dict[str, Any]) -> None:
    line = GOOD | change
    read = exchange.read(json.dumps(line).encode())
    errors = list(jsonschema.Draft202012Validator(json_schema.schema()).iter_errors(line))
    assert bool(errors) == bool(read.refused), (errors, read.refused)


def test_a_good_file_passes_and_a_bad_one_is_told_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = jsonl(tmp_path / "good.jsonl", GOOD)
    bad = jsonl(tmp_path / "bad.jsonl", GOOD, {"id": "Anna"}, "", "no json")
    assert run("--check", good) == 0
    assert run("--check", good, bad) == 1
    told = capsys.readouterr().out
    assert "1 items, 2 lines that cannot be used." in told
    assert "line 2: source is missing" in told
    assert "line 4: this is not valid JSON" in told
    assert "Anna" not in told


def test_lines_are_counted_over_pages_and_one_without_end_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "MOST_LINES", 2)
    path = jsonl(tmp_path / "a.jsonl", GOOD, GOOD, GOOD, '"' + "x" * 9_000_000, GOOD, {"id": "2"})
    found = checked.look(path)
    assert (found.items, found.refused, [line for line, _ in found.told]) == (4, 2, [4, 6])


def test_a_line_that_was_set_aside_tells_our_words_only() -> None:
    told = {"set_aside": "time", "field": "created_at", "shape": "Anna 12"}
    assert exchange.read(json.dumps(told).encode()).refused == [
        (1, "created_at (of the shape Xxxx 99) is not a time as the column map says it is written")
    ]
    strange = {"set_aside": "Anna", "field": "Anna"}
    assert exchange.read(json.dumps(strange).encode()).refused == [
        (1, "was set aside, for a reason that is not known here")
    ]


@pytest.mark.parametrize("words", [["--check"], [], ["--template", "/nowhere/x.doc"], ["school"]])
def test_what_makes_no_sense_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    assert capsys.readouterr().err.startswith("weerklank: ")
