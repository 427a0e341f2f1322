"""The watched folder: what lies there is taken in once, or put aside with the reason."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tasks import collecting, home
from tasks.cli import main
from tasks.errors import UsageError
from tasks.imports import inbox
from tests.extract.world import moment
from tests.imports import world
from tests.imports.world import SLUG, delimited, landed
from tests.world import item, jsonl

TABLE = """
[[source]]
id    = "exports"
type  = "files"
inbox = true
maps  = ["first", "second"]
name  = { nl = "Exports", en = "Exports" }

[[source]]
id    = "plain"
type  = "files"
inbox = true
name  = { nl = "Bestanden", en = "Files" }
"""
NOW = moment("2026-10-26T10:00")
MAP = 'made_id = ["tekst"]\n[time]\norder = "dmy"\n[column]\ncreated_at = "datum"\ntext = "tekst"\n'
ROWS = [["datum", "tekst"], ["23-10-2026 10:00", "hoi"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    maps = world.school(monkeypatch, tmp_path, TABLE)
    (maps / f"{SLUG}.first.toml").write_text(MAP.replace('"tekst"', '"inhoud"'), encoding="utf-8")
    (maps / f"{SLUG}.second.toml").write_text(MAP, encoding="utf-8")
    path = home.inbox(SLUG, "exports")
    path.mkdir(parents=True)
    return path


def settled(path: Path, seconds: int = 600) -> Path:
    """A file that nobody has touched for a while."""
    at = (NOW - timedelta(seconds=seconds)).timestamp()
    os.utime(path, (at, at))
    return path


def look() -> dict[str, object]:
    return collecting.take_in(SLUG, "exports", clock=lambda: NOW)


def test_a_file_with_a_known_map_is_taken_in_and_goes_to_done(folder: Path) -> None:
    settled(delimited(folder / "week 43.csv", ROWS))
    told = look()
    assert (told["status"], told["items"], told["refused"]) == ("complete", 1, 0)
    assert landed()[0]["text"] == "hoi"
    assert sorted(path.name for path in (folder / "done").iterdir()) == [
        "20261026-100000-week 43.csv",
        "20261026-100000-week 43.csv.txt",
    ]
    said = (folder / "done" / "20261026-100000-week 43.csv.txt").read_text(encoding="utf-8")
    assert "1 items loaded, 0 rows set aside.\nRead by the column map second." in said
    assert look()["items"] == 0


def test_a_file_that_cannot_be_read_goes_to_refused_with_the_reason_and_the_others_are_taken_in(folder: Path) -> None:
    settled(delimited(folder / "a strange.csv", [["x", "y"], ["1", "2"]]))
    settled(delimited(folder / "b good.csv", ROWS))
    told = look()
    assert (told["status"], told["items"]) == ("partial", 1)
    assert told["reason"] == "1 files could not be read; beside each in refused/ stands why"
    said = (folder / "refused" / "20261026-100000-a strange.csv.txt").read_text(encoding="utf-8")
    assert "no column map of school reads this file (tried: first, second)" in said
    assert (folder / "refused" / "20261026-100000-a strange.csv").exists()


def test_a_file_that_somebody_still_writes_is_left_alone(folder: Path, tmp_path: Path) -> None:
    settled(delimited(folder / "growing.csv", ROWS), seconds=5)
    settled(delimited(folder / "export.csv.part", ROWS))
    settled(delimited(folder / ".hidden.csv", ROWS))
    (folder / "link.csv").symlink_to(delimited(tmp_path / "elsewhere.csv", ROWS))
    assert look()["items"] == 0
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        ".hidden.csv", "export.csv.part", "growing.csv", "link.csv",
    ]  # fmt: skip
    settled(folder / "growing.csv")
    assert look()["items"] == 1


def test_the_same_file_again_is_told_and_changes_nothing(folder: Path) -> None:
    for _ in range(2):
        settled(delimited(folder / "a.csv", ROWS))
        look()
    assert len(landed()) == 1
    said = (folder / "done" / "2-20261026-100000-a.csv.txt").read_text(encoding="utf-8")
    assert said == "Was taken in before by the map second; nothing changed.\n"


def test_what_lay_aside_long_enough_goes(folder: Path) -> None:
    for where, days in inbox.KEPT_DAYS.items():
        (folder / where).mkdir()
        for name, age in (("old", days + 1), ("young", days - 1)):
            settled(delimited(folder / where / f"{name}.csv", ROWS), age * 86_400)
    look()
    assert [path.name for where in inbox.KEPT_DAYS for path in (folder / where).iterdir()] == ["young.csv"] * 2


def test_a_name_that_leads_elsewhere_leads_nowhere(folder: Path) -> None:
    settled(delimited(folder / "a..\\..\\x\x1b[2J‮.csv", ROWS))
    look()
    (done, _) = sorted((folder / "done").iterdir())
    assert done.name.isprintable()


def test_without_maps_only_the_exchange_format_is_read(folder: Path) -> None:
    plain = home.inbox(SLUG, "plain")
    plain.mkdir(parents=True)
    settled(jsonl(plain / "a.jsonl", item("1", "2026-10-23T10:00"), item("2", "2026-10-23T10:00", text=[1])))
    settled(delimited(plain / "b.csv", ROWS))
    told = collecting.take_in(SLUG, "plain", clock=lambda: NOW)
    assert (told["items"], told["refused"]) == (1, 1)
    assert "line 2: text is not text" in (plain / "done" / "20261026-100000-a.jsonl.txt").read_text(encoding="utf-8")
    said = (plain / "refused" / "20261026-100000-b.csv.txt").read_text(encoding="utf-8")
    assert "[[source]] plain names no maps" in said


def test_the_hourly_run_looks_at_inboxes_and_a_backfill_does_not(folder: Path) -> None:
    now = collecting.plan(SLUG, clock=NOW, run_type="scheduled", start=None, end=None)
    assert now["sources"] == ["exports", "plain"]
    past = collecting.plan(SLUG, clock=NOW, run_type="backfill", start=NOW - timedelta(days=7), end=NOW)
    assert past["sources"] == []
    settled(delimited(folder / "a.csv", ROWS))
    assert collecting.collect(SLUG, now, "exports")["items"] == 1


def test_by_hand_an_inbox_is_looked_into_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long_ago = delimited(folder / "a.csv", ROWS)
    os.utime(long_ago, (0, 0))
    assert main(["source", "collect", SLUG, "exports"]) == 0
    assert capsys.readouterr().out == f"{'exports':<20} complete: 1 items in 1 pages that say something new\n"
    assert main(["source", "list", SLUG]) == 0
    assert f"{'exports':<20} files, inbox {folder}" in capsys.readouterr().out


def test_a_source_without_an_inbox_has_none(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"school has no source “mastodon” with inbox = true."):
        collecting.take_in(SLUG, "mastodon")


def test_only_this_account_may_look_into_the_inbox(folder: Path) -> None:
    look()
    assert (home.state() / "inbox").stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o700
    assert home.state().stat().st_mode & 0o077 != 0  # and nothing above it was closed
