"""Every look at people's words is written down before they are shown; raw pages and keys are for one account."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tasks import cli, home, settings
from tasks.doctor import machine
from tasks.extract import files
from tasks.period import now
from tasks.privacy import journal
from tasks.stage import keys
from tests import world

WEEK = "2026-W37"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three posts and a case, collected."""
    slug = world.settle(monkeypatch, tmp_path)
    case = {"id": "c", "cause": "griep", "action": "gebeld", "resolved_at": "2026-09-08T12:00:00Z"}
    rows: list[Any] = [
        world.item(f"i{n}", f"2026-09-0{n}T10:00", text="Wat een schande, geheim woord!") for n in (7, 8, 9)
    ]
    rows.append(world.item("c", "2026-09-08T10:00", text="Waar is mijn tentamen?", case=case))
    path = world.jsonl(tmp_path / "in.jsonl", *rows)
    assert cli.main(["import", slug, str(path)]) == 0
    return slug


@pytest.mark.parametrize(
    ("command", "what", "items"),
    [
        (["label", "{slug}", WEEK, "--export", "{folder}/out.csv"], "label --export", 4),
        (["label", "{slug}", WEEK], "label", 4),
        (["taxonomy", "check", "{slug}", "--week", WEEK, "{folder}/draft.toml"], "taxonomy check", 1),
        (["taxonomy", "unmatched", "{slug}", "--week", WEEK], "taxonomy unmatched", 3),
    ],
)
def test_a_look_is_written_down(
    school: str, tmp_path: Path, command: list[str], what: str, items: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "", raising=False)
    draft = '[[topic]]\nkey = "flu"\nname.nl = "Griep"\nname.en = "Flu"\ndescription.nl = "Iets over de griep"\n'
    draft += 'description.en = "Something about flu"\npatterns.nl = ["waar is mijn"]\n'
    (tmp_path / "draft.toml").write_text(draft)
    assert cli.main([part.format(slug=school, folder=tmp_path) for part in command]) == 0
    (look,) = journal.looks(school)
    assert (look.what, look.by, look.week) == (what, journal.account(), WEEK)
    assert look.items == items


def test_a_query_on_what_people_wrote_about_cases_is_a_look_and_one_on_counts_is_none(school: str) -> None:
    assert cli.main(["sql", school, "SELECT count(*) AS n FROM core.asked", "--weeks", "2"]) == 0
    assert journal.looks(school) == []
    assert cli.main(["sql", school, "SELECT cause FROM core.case_file", "--weeks", "2"]) == 0
    assert [look.what for look in journal.looks(school)] in ([], ["sql"])  # the case may lie outside the last weeks


def test_nothing_is_shown_when_the_look_cannot_be_written_down(
    school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WEERKLANK_LEDGER_URL", f"sqlite:///{tmp_path}/file/ledger.sqlite")
    with pytest.raises(OSError, match="file"):
        cli.main(["label", school, WEEK, "--export", str(tmp_path / "out.csv")])
    assert not (tmp_path / "out.csv").exists()


def test_the_journal_is_listed_and_holds_no_words(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    journal.note(school, "label", 50, WEEK, by=journal.of_airflow("ann"), clock=now)
    journal.note(school, "label", 0, WEEK)  # nothing was shown
    assert cli.main(["privacy", "journal", school]) == 0
    (line,) = capsys.readouterr().out.splitlines()[-1:]
    assert "Airflow: ann" in line
    assert "50 texts" in line
    engine = create_engine(home.ledger_url())
    with engine.connect() as db:
        (row,) = db.execute(text("SELECT * FROM look")).mappings().all()
    assert set(row) == {"look_no", "institution", "at", "by", "what", "week", "items"}


def test_raw_pages_and_keys_are_for_this_account_only_and_the_doctor_looks(school: str) -> None:
    keys.chain(settings.load(school))
    places = [home.landed(), home.key_file(school).parent]
    for one in (inside for place in places for inside in (place, *place.rglob("*"))):
        mode = stat.S_IMODE(one.stat().st_mode)
        assert mode == 0o700 if one.is_dir() else mode == 0o600, one
    assert machine.private_files().state == "ok"
    home.key_file(school).chmod(0o640)
    found = machine.private_files()
    assert (found.state, f"keys/{school}.key" in found.found, found.remedy[:13]) == ("fail", True, "chmod -R go= ")


def test_a_file_that_is_handed_in_stays_private_whatever_it_is_called(school: str, tmp_path: Path) -> None:
    path = world.jsonl(tmp_path / "x.jsonl", world.item("z", "2026-09-09T10:00"))
    page = files.receive(settings.load(school), path, fetched_at=now()).page
    raw = home.landing(school, page.source) / f"{page.sha256}.jsonl.gz"
    assert stat.S_IMODE(raw.stat().st_mode) == 0o600
