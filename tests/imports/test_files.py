"""The same rows, whatever they are written in; and rows that are not what they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import UsageError
from tasks.imports import delimited as reading
from tasks.imports import rows, workbook
from tasks.imports.column_map import Encoding, File
from tests.imports.world import delimited

HEADINGS = ["id", "datum", "tekst"]
CELLS = [["1", "2026-09-08 10:00:00", "één «regel»\nen nog een"], ["2", "2026-09-08 11:00:00", '=1+1; "ja"']]


def read(path: Path, file: File = File()) -> tuple[list[str], list[list[str]], File]:  # noqa: B008 it is frozen
    with rows.opened(path, file) as opened:
        return opened.headings, [cells for page in opened.pages() for cells in page.rows], opened.file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_is_read_in_any_writing(tmp_path: Path, delimiter: str, encoding: Encoding) -> None:
    path = delimited(tmp_path / "a.csv", [HEADINGS, *CELLS], delimiter, encoding)
    headings, found, file = read(path)
    assert (headings, found) == (HEADINGS, CELLS)
    assert file.delimiter == delimiter


def test_the_mark_of_utf_8_may_come_and_go(tmp_path: Path) -> None:
    path = delimited(tmp_path / "a.csv", [HEADINGS, *CELLS], ";", "utf-8-sig")
    assert read(path, File(encoding="utf-8"))[0] == HEADINGS


def test_a_workbook_json_lines_and_parquet_give_the_same_cells(tmp_path: Path) -> None:
    book, lines, parquet = (tmp_path / f"a.{end}" for end in ("xlsx", "jsonl", "parquet"))
    book.write_bytes(workbook.made("Data", [HEADINGS, *CELLS]))
    lines.write_text("".join(json.dumps(dict(zip(HEADINGS, cells, strict=True))) + "\n" for cells in CELLS), "utf-8")
    pq.write_table(pa.table(dict(zip(HEADINGS, map(list, zip(*CELLS, strict=True)), strict=True))), parquet)
    for path in (book, lines, parquet):
        headings, found, _ = read(path)
        assert (headings, found) == (HEADINGS, CELLS), path.name


def test_rows_above_the_headings_and_a_spreadsheets_word_for_its_delimiter_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nExport van 8 september\n\nid;datum;tekst\n1;2026-09-08;a,b\n", encoding="utf-8")
    headings, found, file = read(path)
    assert (headings, found, file.skip) == (HEADINGS, [["1", "2026-09-08", "a,b"]], 3)


def test_headings_that_are_there_twice_or_missing_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;a;;b\n1;2;3;4\n", encoding="utf-8")
    assert read(path)[0] == ["a", "a (2)", "column 3", "b"]


def test_values_of_types_are_written_out_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    given = {"id": [1226410000000000123], "at": pa.array([1_788_855_300], pa.timestamp("s", "UTC")), "yes": [True]}
    pq.write_table(pa.table(given), path)
    assert read(path)[1] == [["1226410000000000123", "2026-09-08T08:15:00+00:00", "true"]]


def test_a_row_that_is_not_whole_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    huge = "x" * (rows.LONGEST_CELL + 1)
    path.write_text(f'a;b\n1;2\n1;2;3\n1\n\n1;"{huge}"\n5;6\n', encoding="utf-8")
    with rows.opened(path, File()) as opened:
        (page,) = opened.pages()
    assert page.first == 2
    assert page.rows[:4] == [["1", "2"], [], ["1", ""], []]
    assert page.rows[-1] == ["5", "6"]
    assert page.wrong[1] == "cells"
    assert page.wrong[4] == "huge"


def test_a_line_without_end_is_cut_and_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 1_000)
    path = tmp_path / "a.csv"
    path.write_text("a;b\n" + "x" * 100_000 + "\n5;6\n", encoding="utf-8")
    with rows.opened(path, File(delimiter=";", skip=0, encoding="utf-8")) as opened:
        (page,) = opened.pages()
    assert (page.rows, page.wrong) == ([[], ["5", "6"]], {0: "huge"})


def test_a_quotation_mark_that_is_never_closed_costs_rows_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a;b\n1;2\n3;"vier\n5;6\n7;8\n', encoding="utf-8")
    with rows.opened(path, File(delimiter=";", skip=0, encoding="utf-8")) as opened:
        (page,) = opened.pages()
    assert page.rows == [["1", "2"], ["3", "vier\n5;6\n7;8\n"]]


def test_json_that_is_no_object_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1, "b": {"c": "d"}}\n[1]\n\n{"a": 2}\n', encoding="utf-8")
    with rows.opened(path, File()) as opened:
        headings, (page,) = opened.headings, opened.pages()
    assert headings == ["a", "b.c"]
    assert (page.first, page.rows, page.wrong) == (1, [["1", "d"], [], [], ["2", ""]], {1: "damaged"})


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xls", b"x", "Save it as .xlsx or as CSV."),
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\x00\x01\x02\x03" * 100, "this is not text"),
        ("a.csv", b"\xff\xfe\x00\x00a\x00\x00\x00", "this is UTF-32"),
        ("a.xlsx", b"PK no zip", "this is no workbook"),
        ("a.parquet", b"PAR1 nothing", "this is no Parquet file"),
        ("a.jsonl", b"no json\n", "these are no lines of JSON objects"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UsageError, match=told) as refused:
        read(path)
    assert str(path) in str(refused.value)


def test_pages_are_of_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 3)
    book, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    table = [["a", "b"], *([str(n), "x"] for n in range(7))]
    book.write_bytes(workbook.made("Data", table))
    delimited(text, table)
    for path in (book, text):
        with rows.opened(path, File()) as opened:
            assert [(page.first, len(page.rows)) for page in opened.pages()] == [(2, 3), (5, 3), (8, 1)]
