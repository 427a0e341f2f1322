"""Column maps: what a wrong one says, and that the ready-made ones read what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import lake
from tasks.errors import ConfigError
from tasks.imports import case_list, column_map, rows
from tasks.imports.column_map import File
from tests.imports import world
from tests.imports.world import SLUG, delimited, landed, run
from tests.recorded import DATA

GOOD = '[column]\nid = "nr"\ncreated_at = "datum"\ntext = "tekst"\n'


def wrong(text: str) -> str:
    with pytest.raises(ConfigError) as told:
        column_map.parsed("config/maps/school.a.toml", text)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            GOOD.replace("created_at", "createdat"),
            "config/maps/school.a.toml, line 3: [column] createdat is not a known",
        ),
        (GOOD.replace('created_at = "datum"\n', ""), "[column] has no created_at: when was it written?"),
        (GOOD.replace('id = "nr"\n', ""), "needs either [column] id or made_id"),
        ('made_id = ["datum"]\n' + GOOD, "needs either [column] id or made_id"),
        (GOOD + 'case_status = "status"\n', "[column] names parts of a case, and no case_id"),
        (GOOD + '[time]\norder = "ydm"\n', "line 6: [time] order must be 'dmy', 'mdy', 'ymd', 'excel' or 'epoch'"),
        (GOOD + '[time]\nzone = "Amsterdam/Europe"\n', "“Amsterdam/Europe” is not a time zone"),
        (GOOD + '[file]\nencoding = "latin9"\n', "line 6: [file] encoding must be"),
        (GOOD + '[always]\nkind = "tweet"\n', "kind (of the shape xxxxx) is unknown; use one of post, reply"),
        (GOOD + '[always]\nauthor = "x"\n[column.x]\n', "[column] x is not a known key"),
        (GOOD + '[values.kind]\n"Tweet" = "post"\n', "[values.kind] translates a column that [column] does not name"),
        (GOOD + 'kind = "soort"\n[values.kind]\n"Tweet" = "twiet"\n', "[values.kind] gives “twiet”; use one of post"),
        ('source = "x"\n' + GOOD + 'source = "bron"\n', "names a source, and [column] or [always] another"),
        (GOOD + "[time\n", "config/maps/school.a.toml, line 5, column"),
    ],
)
def test_a_wrong_map_says_file_line_and_key(text: str, told: str) -> None:
    assert told in wrong(text)


def test_an_own_map_comes_before_everybodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maps = world.school(monkeypatch, tmp_path)
    assert column_map.load(SLUG, "coosto").seen is False
    (maps / f"{SLUG}.coosto.toml").write_text(GOOD, encoding="utf-8")
    (maps / "other.mine.toml").write_text(GOOD, encoding="utf-8")
    assert column_map.load(SLUG, "coosto").columns["id"] == ("nr",)
    assert "mine" not in column_map.names(SLUG)
    with pytest.raises(ConfigError, match="There is no column map “mine” for school in config/maps; there are: "):
        column_map.load(SLUG, "mine")


@pytest.mark.parametrize("name", [name for name, _ in column_map.shared()])
def test_a_ready_made_map_reads_a_row_with_its_headings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.school(monkeypatch, tmp_path)
    mapped = column_map.load(SLUG, name)
    assert mapped.about
    values = {"created_at": "23-10-2026 10:00", "language": "nl"}
    row = dict.fromkeys(mapped.made_id, "x1")
    for field, many in mapped.columns.items():
        told = values.get(field, "" if field.endswith("_at") else "x1")
        row |= dict.fromkeys(many, told) if len(many) == 1 else dict(zip(many, told.split(), strict=True))
    path = delimited(tmp_path / "export.csv", [list(row), list(row.values())])
    assert run(SLUG, path, "--map", name, "--source", "exports") == 0
    (item,) = landed()
    assert item["created_at"] == "2026-10-23T10:00:00+02:00"
    assert item["source"] == "exports"


def test_a_ready_made_map_is_recognised_by_its_headings_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = world.school(monkeypatch, tmp_path)
    headings = ["auteur", "datum", "url", "type", "bericht tekst", "volgers"]
    row = ["@a", "23-10-2026 10:00", "https://x.example/1", "retweet", "Hoi", "3"]
    path = delimited(tmp_path / "uit coosto.csv", [headings, row])
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    told = capsys.readouterr().out
    assert "The columns are those of the ready-made map coosto. Coosto, never seen in the wild" in told
    assert (maps / f"{SLUG}.uit_coosto.toml").exists()
    assert run(SLUG, path) == 0  # of its own maps, the one that fits
    assert landed()[0]["kind"] == "repost"


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the recorded exports: {DATA} (WEERKLANK_TEST_DATA)")
def test_the_headings_of_a_real_meltwater_export_are_all_there() -> None:
    with rows.opened(DATA / "exports" / "meltwater_header.csv", File()) as opened:
        assert column_map.load(SLUG, "meltwater_news").headings <= set(opened.headings)


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the recorded exports: {DATA} (WEERKLANK_TEST_DATA)")
@pytest.mark.parametrize(("name", "many"), [("ntu0", 2_383), ("nus0", 2_818)])
def test_exports_whose_ids_a_spreadsheet_ruined_are_taken_in_whole_and_the_person_is_told(
    name: str, many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.school(monkeypatch, tmp_path)
    path = DATA / "universities" / f"{name}.csv"
    assert run(SLUG, path, "--preview", "--source", "exports", "--map", name[:3]) == 0
    told = capsys.readouterr().out
    assert "2,000 of the first 2,000 ids in “tweet_id” were ruined by a spreadsheet (like 1.2" in told
    assert "Until then rows are told apart by “user”, “date_tweet”, “tweet”." in told
    assert f"{many:,} items would be loaded, 0 rows set aside." in told
    assert run(SLUG, path, "--map", name[:3]) == 0
    assert len({item["id"] for item in landed()}) == len(landed()) == many


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the recorded exports: {DATA} (WEERKLANK_TEST_DATA)")
@pytest.mark.parametrize(
    ("name", "many", "text"), [("ticket_data", 10, "description"), ("ticket_comment_data", 20, "body")]
)
def test_a_helpdesks_tables_are_understood(
    name: str, many: int, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = world.school(monkeypatch, tmp_path)
    path = DATA / "zendesk_seeds" / f"{name}.csv"
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    mapped = column_map.read(maps / f"{SLUG}.{name}.toml")
    assert mapped.columns["text"] == (text,)
    assert run(SLUG, path, "--map", name) == 0
    items = landed()
    assert len(items) == many
    said = {item["visibility"] for item in items}
    assert said == {"public"} if name == "ticket_comment_data" else said <= {"public", "internal"}


def test_ids_that_a_workbook_keeps_as_numbers_are_ruined_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.imports.test_hostile import SHEET, parts

    world.school(monkeypatch, tmp_path)
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    head = "".join(text.format(one) for one in ("id", "datum", "bericht"))
    body = f"<c><v>1.2264123456789012E18</v></c>{text.format('23-10-2026 10:00')}{text.format('hoi')}"
    path = world.archive(tmp_path / "a.xlsx", parts(SHEET.format(f"<row>{head}</row><row>{body}</row>")))
    assert run(SLUG, path, "--preview", "--source", "exports") == 0
    assert "1 of the first 1 ids in “id” were ruined by a spreadsheet (like 1.22641E+18)" in capsys.readouterr().out


@pytest.mark.parametrize("end", ["xlsx", "csv"])
def test_the_template_for_a_list_of_cases_works_on_day_one(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.school(monkeypatch, tmp_path)
    path = tmp_path / f"cases.{end}"
    monkeypatch.setitem(case_list.EXAMPLE, "case_department", "Toetsing")
    assert run("--template", path) == 0
    assert run("--template", path) == 2  # what is there is not written over
    assert run(SLUG, path, "--map", "case_list", "--source", "exports") == 0
    (item,) = landed()
    assert (item["kind"], item["visibility"], item["created_at"]) == (
        "ticket_message",
        "private",
        "2026-11-09T13:05:00+01:00",
    )
    assert item["case"] == {
        "id": "2026-001",
        "department": "exams",
        "cause": "the adviser's telephone was not forwarded",
        "action": "forwarded it, and called back",
        "status": "solved",
        "assigned_at": "2026-11-09T13:20:00+01:00",
        "contacted_at": "2026-11-09T16:40:00+01:00",
        "resolved_at": "2026-11-10T11:00:00+01:00",
    }
    table = lake.read("turns", SLUG, "2026-W46")
    assert table is not None
    (turn,) = table.to_pylist()
    assert turn["answered_by"] == "call"
    assert (turn["answered_at"] - turn["asked_at"]).total_seconds() == 3 * 3600 + 35 * 60
