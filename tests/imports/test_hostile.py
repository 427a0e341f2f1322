"""Files that were made to do harm, or became harmful: refused or made harmless, with a message that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.imports import confined_reader, rows, workbook
from tasks.imports.column_map import File
from tests.imports import world
from tests.imports.world import SLUG, archive, delimited, landed, run

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("https://x.example";"klik")']


def parts(sheet: str, **more: bytes) -> dict[str, bytes]:
    made = {name: xml.encode() for name, xml in workbook.PARTS.items()}
    made["xl/workbook.xml"] = (
        f'<workbook xmlns="{workbook.MAIN}" xmlns:r="{workbook.OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ).encode()
    return made | {"xl/worksheets/sheet1.xml": sheet.encode()} | more


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as told, rows.opened(path, File()) as opened:
        list(opened.pages())
    assert path.name in str(told.value)
    return str(told.value)


def test_a_workbook_that_unpacks_to_far_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined_reader, "MOST_BYTES", 1_000_000)
    bomb = archive(tmp_path / "bomb.xlsx", parts(SHEET.format(" " * 2_000_000)))
    assert bomb.stat().st_size < 10_000
    with pytest.raises(UsageError, match=r"sheet1.xml makes it unpack to more than 0 MB: a bomb"):
        confined_reader.begin({"path": str(bomb), "kind": "xlsx", "sheet": None, "skip": None})


def test_two_cells_at_the_ends_of_a_sheet_do_not_make_a_table_of_billions(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    told = refused(archive(tmp_path / "far.xlsx", parts(SHEET.format(cells))))
    assert "is a sheet of 1,048,576 rows and 16,384 columns; at most 15,000,000 cells are read" in told


def test_a_sheet_that_takes_the_memory_after_all_ends_its_own_process_only(tmp_path: Path) -> None:
    hidden = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>'
    told = refused(archive(tmp_path / "hidden.xlsx", parts(SHEET.format(hidden))))
    assert "Save it as CSV" in told or "cannot be read" in told


@pytest.mark.parametrize("where", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are_declared(tmp_path: Path, where: str, encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    told = refused(archive(tmp_path / "entity.xlsx", parts(SHEET.format("")) | {where: xml.encode(encoding)}))
    assert f"its part {where} declares a document type or entities" in told
    assert "root:" not in told


@pytest.mark.parametrize("name", ["../../outside.xml", "/etc/outside.xml", "..\\outside.xml"])
def test_a_part_that_wants_to_be_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    told = refused(archive(tmp_path / "path.xlsx", parts(SHEET.format("")) | {name: b"x"}))
    assert "wants to be outside of it" in told


def test_formulas_stay_texts_and_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world.school(monkeypatch, tmp_path)
    table = [["id", "datum", "bericht"], *([str(n), "23-10-2026 10:00", text] for n, text in enumerate(FORMULAS))]
    path = tmp_path / "formulas.xlsx"
    path.write_bytes(workbook.made("S", table))
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    assert run(SLUG, path, "--map", "formulas") == 0
    assert [item["text"] for item in landed()] == [text.strip() for text in FORMULAS]


def test_a_cell_with_a_formula_gives_the_value_that_was_last_computed(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("https://x.example")</f><v>oud</v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    with rows.opened(archive(tmp_path / "f.xlsx", parts(SHEET.format(cells))), File()) as opened:
        (page,) = opened.pages()
    assert page.rows == [["oud", "2"]]


def test_a_file_name_can_do_nothing_to_a_terminal_or_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = world.school(monkeypatch, tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    path = delimited(folder / "\x1b[2J..‮gpj.csv", [["id", "datum", "bericht"], ["1", "23-10-2026 10:00", "x"]])
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert [file.name for file in maps.glob(f"{SLUG}.*")] == [f"{SLUG}.j_gpj.toml"]


def test_headings_that_would_be_toml_or_reach_a_terminal_stay_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = world.school(monkeypatch, tmp_path)
    nasty = '"]\n[always]\nkind = "review"\x1b[31m\x7f'
    path = delimited(tmp_path / "a.csv", [["id", "datum", "bericht", nasty], ["1", "23-10-2026 10:00", "x", "y"]])
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    assert "\x1b" not in capsys.readouterr().out
    assert "\x1b" not in (maps / f"{SLUG}.a.toml").read_text(encoding="utf-8")
    assert run(SLUG, path, "--map", "a") == 0
    assert "kind" not in landed()[0]


def test_a_huge_cell_is_refused_by_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.school(monkeypatch, tmp_path)
    table = [["id", "datum", "bericht"], ["1", "23-10-2026 10:00", "x"], ["2", "23-10-2026 10:00", "y" * 1_100_000]]
    path = delimited(tmp_path / "a.csv", table)
    run(SLUG, path, "--preview", "--source", "exports")
    capsys.readouterr()
    assert run(SLUG, path, "--map", "a") == 0
    assert "a.csv, row 3: a cell of the row is longer than 1,000,000 characters" in capsys.readouterr().out
