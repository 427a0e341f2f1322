"""An export as a Dutch spreadsheet saves it: understood without a hint, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import holding, home
from tasks.extract import landing
from tests.imports import world
from tests.imports.world import SLUG, delimited, landed, run

HEADINGS = ["Berichtnummer", "Datum", "Tijd", "Auteur", "Bericht", "Soort bericht", "Beoordeling", "E-mail", "Link"]
ROWS = [
    ["1001", "23-10-2026", "09:05", "Anneke", "De roostersite doet het weer niet…", "Tweet", "2,5", "a@x.example", ""],
    ["1002", "25-10-2026", "01:59", "Piet", "Eén lokaal te weinig", "Tweet", "3,5", "p@x.example", ""],
    ["1003", "25-10-2026", "02:30", "Piet", "Dit uur komt twee keer", "Reactie", "4,0", "p@x.example", ""],
    ["1004", "25-10-2026", "03:00", "Joëlle", "Geregeld door het Examenbureau – top", "Retweet", "", "j@x.example", ""],
]


@pytest.fixture
def maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return world.school(monkeypatch, tmp_path)


def mangled(folder: Path, rows: list[list[str]] = ROWS) -> Path:
    return delimited(folder / "Export oktober.csv", [HEADINGS, *rows], ";", "cp1252")


def test_it_is_understood_without_hints(maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = mangled(tmp_path)
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    told = capsys.readouterr().out
    assert "CSV, cp1252, columns parted by ;, decimal comma." in told
    assert "Dates are day-month-year, like 25-10-2026; times without an offset are those of Europe/Amsterdam." in told
    assert "4 items would be loaded, 0 rows set aside." in told
    assert "In the hour that came twice when the clock was put back: 1;" in told
    assert "E-mail" in told
    assert "“Beoordeling” has no scale" in told
    for person in ("Anneke", "a@x.example", "Joëlle"):
        assert person not in told

    assert run(SLUG, path, "--map", "export_oktober") == 0
    items = landed()
    assert [item["created_at"] for item in items] == [
        "2026-10-23T09:05:00+02:00",
        "2026-10-25T01:59:00+02:00",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T03:00:00+01:00",
    ]
    assert [item.get("rating") for item in items] == [2.5, 3.5, 4.0, None]
    assert [item["kind"] for item in items] == ["post", "post", "comment", "repost"]
    assert items[3]["text"] == "Geregeld door het Examenbureau – top"
    assert {item["source"] for item in items} == {"exports"}


def test_a_personal_column_that_nothing_asks_for_is_never_landed(maps: Path, tmp_path: Path) -> None:
    path = mangled(tmp_path)
    run(SLUG, path, "--preview", "--source", "exports")
    run(SLUG, path, "--map", "export_oktober")
    assert landed()
    assert "x.example" not in str(landed())


def test_dates_that_never_tell_are_asked_about_and_the_answer_is_remembered(
    maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = mangled(tmp_path, [[f"{n}", "03-04-2026", "10:00", "A", "Een bericht", "Tweet", "", "", ""] for n in (1, 2)])
    assert run(SLUG, path, "--preview", "--source", "exports") == 2
    asked = capsys.readouterr().err
    assert "is 03-04-2026 day 3 of month 4, or day 4 of month 3?" in asked
    assert "--order dmy" in asked
    assert not list(maps.glob(f"{SLUG}.*"))

    assert run(SLUG, path, "--preview", "--source", "exports", "--order", "mdy") == 0
    assert run(SLUG, path, "--map", "export_oktober") == 0
    assert {item["created_at"] for item in landed()} == {"2026-03-04T10:00:00+01:00"}


def test_dates_that_a_spreadsheet_has_mixed_up_are_asked_about(
    maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[f"{n}", day, "10:00", "A", "x", "Tweet", "", "", ""] for n, day in enumerate(("23-10-2026", "10-23-2026"))]
    assert run(SLUG, mangled(tmp_path, rows), "--preview", "--source", "exports") == 2
    assert "1 of the dates begin with the day and 1 with the month" in capsys.readouterr().err


def test_the_same_file_twice_changes_nothing_and_another_map_replaces_what_the_first_made(
    maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = mangled(tmp_path)
    run(SLUG, path, "--preview", "--source", "exports")
    run(SLUG, path, "--map", "export_oktober")
    before = landed()
    capsys.readouterr()
    assert run(SLUG, path, "--map", "export_oktober") == 0
    assert "was taken in before by this map; 4 items, nothing changed." in capsys.readouterr().out
    assert landed() == before

    own = maps / f"{SLUG}.export_oktober.toml"
    own.write_text(own.read_text(encoding="utf-8").replace('twice   = "first"', 'twice   = "second"'), encoding="utf-8")
    assert run(SLUG, path, "--map", "export_oktober") == 0
    assert len(landed()) == 4
    assert landed()[2]["created_at"] == "2026-10-25T02:30:00+01:00"


def test_a_page_that_was_damaged_is_mended_by_handing_the_file_in_again(maps: Path, tmp_path: Path) -> None:
    path = mangled(tmp_path)
    run(SLUG, path, "--preview", "--source", "exports")
    run(SLUG, path, "--map", "export_oktober")
    before = landed()
    (page,) = home.landing(SLUG, "import").glob("*.jsonl.gz")
    page.write_bytes(b"nothing")
    assert run(SLUG, path, "--map", "export_oktober") == 0
    assert landed() == before


def test_what_left_for_good_does_not_come_back_with_the_same_file(maps: Path, tmp_path: Path) -> None:
    path = mangled(tmp_path)
    run(SLUG, path, "--preview", "--source", "exports")
    run(SLUG, path, "--map", "export_oktober")
    (page,) = landing.pages(SLUG)
    with holding.alone(SLUG):
        landing.remove(SLUG, page)
    assert run(SLUG, path, "--map", "export_oktober") == 0
    assert landed() == []


def test_a_row_that_cannot_be_used_is_named_by_its_row_in_the_file_and_the_rest_is_loaded(
    maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = ["1005", "31-02-2026", "10:00", "A", "x", "Tweet", "", "", ""]
    path = mangled(tmp_path, [*ROWS, bad, ["1006", "23-10-2026", "10:00", "A", "x", "Tweet", "veel", "", ""]])
    run(SLUG, path, "--preview", "--source", "exports")
    capsys.readouterr()
    assert run(SLUG, path, "--map", "export_oktober") == 0
    told = capsys.readouterr().out
    assert "4 items loaded, 2 rows set aside." in told
    assert "row 6: created_at (of the shape 99-99-9999 99:99) is not a time as the column map says" in told
    assert "row 7: rating (of the shape xxxx) is not a number as the column map says they are written" in told


def test_an_own_account_speaks_for_us(maps: Path, tmp_path: Path) -> None:
    path = mangled(tmp_path)
    run(SLUG, path, "--preview", "--source", "exports")
    own = maps / f"{SLUG}.export_oktober.toml"
    own.write_text(own.read_text(encoding="utf-8").replace("own   = []", 'own   = ["@piet"]'), encoding="utf-8")
    run(SLUG, path, "--map", "export_oktober")
    assert [item.get("author_kind") for item in landed()] == [None, "own", "own", None]
