"""What the Reports page shows, from editions on disk and the ledger; and what it never shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tasks import home, settings, withdrawal
from tasks.archive import page, read
from tasks.deliver.ledger import Ledger
from tasks.deliver.send import skip
from tests.deliver import world


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two revisions of a week and an interim edition."""
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))
    monkeypatch.delenv("WEERKLANK_LEDGER_URL", raising=False)
    monkeypatch.setattr(settings, "load", lambda slug: world.institution())
    monkeypatch.setattr(settings, "slugs", lambda: ["overbrugge"])
    week = home.reports("overbrugge") / world.WEEK
    for revision in (1, 2):
        world.edition(week, revision=revision)
    world.edition(week / "interim-20261119T1400Z", as_of="2026-11-19T15:00:00+01:00")
    return week


def shown(name: str) -> read.Shown:
    return read.shown(world.institution(), name, "en", Ledger(home.ledger_url(), world.clock))


def test_the_newest_comes_first_and_only_editions_count(reports: Path) -> None:
    for stray in ("r0", "rx", ".tmp-1", "interim-x"):
        (reports / stray).mkdir()
    (reports.parent / "notes").mkdir()
    names = read.names("overbrugge")
    assert names == ["2026-W47/r2", "2026-W47/r1", "2026-W47/interim-20261119T1400Z/r1"]
    assert read.names("nobody") == []


def test_an_edition_says_its_finding_its_mails_and_what_changed(reports: Path) -> None:
    skip(world.institution(), reports / "r2", why="no", run_key="x", clock=world.clock)
    one = shown("2026-W47/r2")
    assert one.told is not None
    assert one.told.headline.startswith("88% answered in time")
    assert [label for label, _, _ in one.told.figures][:1] == ["Vermeldingen"]
    assert (one.changed, one.states, one.interim) == (("editor",), (("skipped", 2),), False)
    assert "report.nl.pdf" in one.files
    assert shown("2026-W47/interim-20261119T1400Z/r1").interim


def test_a_broken_edition_says_so_and_the_others_are_shown(reports: Path) -> None:
    (reports / "r2" / "manifest.json").write_text("{")
    html = page.index(["overbrugge"], "en")
    assert "This edition cannot be read any more" in html
    assert html.count("88% answered in time") == 2


def test_a_withdrawn_edition_carries_its_banner_everywhere(reports: Path) -> None:
    noted = withdrawal.Withdrawal("Reddit <b>twice</b>.", "ann", world.MOMENT)
    withdrawal.record(reports / "r1", noted)
    for html in (page.index(["overbrugge"], "nl"), page.edition("overbrugge", "2026-W47/r1", "", "nl") or ""):
        assert "Ingetrokken" in html
        assert "Reddit &lt;b&gt;twice&lt;/b&gt;." in html
    assert "Ingetrokken" not in (page.edition("overbrugge", "2026-W47/r2", "", "nl") or "Ingetrokken")


def test_no_reader_is_named(reports: Path) -> None:
    skip(world.institution(), reports / "r2", why="no", run_key="x", clock=world.clock)
    html = page.index(["overbrugge"], "en") + (page.edition("overbrugge", "2026-W47/r2", "", "en") or "")
    for who, _ in world.PEOPLE:
        assert who not in html


def test_somebody_without_access_sees_nothing(reports: Path) -> None:
    html = page.index([], "en")
    assert "no institution whose reports you may see" in html
    assert "Overbrugge" not in html
    assert "Overbrugge" not in page.index(["other"], "en")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("2026-W47/r1", "manifest.json"),
        ("2026-W47/r1", "../r2/report.nl.pdf"),
        ("2026-W47/r9", "report.nl.pdf"),
        ("../../keys", "report.nl.pdf"),
        ("2026-W47/r1", "department-..nl.pdf"),
        ("2026-W47/r1", "report.nl.pdf\n"),
    ],
)
def test_only_files_that_may_be_looked_at_are_found(reports: Path, name: str, file: str) -> None:
    assert read.file("overbrugge", name, file) is None
    assert read.file("overbrugge", "2026-W47/r1", "report.nl.pdf") == reports / "r1" / "report.nl.pdf"


def test_a_link_out_of_the_archive_is_not_followed(reports: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    (reports / "r1" / "report.en.html").symlink_to(tmp_path / "secret.html")
    assert read.file("overbrugge", "2026-W47/r1", "report.en.html") is None
    (reports / "r3").symlink_to(tmp_path)
    (tmp_path / "report.nl.pdf").write_text("secret")
    assert read.file("overbrugge", "2026-W47/r3", "report.nl.pdf") is None


def test_every_page_has_a_policy_for_its_own_style_and_nothing_to_run(reports: Path) -> None:
    for html in (page.index(["overbrugge"], "en"), page.edition("overbrugge", "2026-W47/r1", "", "en") or ""):
        assert "default-src 'none'" in page.policy(html)
        assert "unsafe" not in page.policy(html)
        assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", html)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("nl-NL,nl;q=0.9,en;q=0.8", "nl"), ("en-GB", "en"), ("fr,de", "en"), ("", "en"), ("fr,nl;q=0.5", "nl")],
)
def test_the_browser_s_language_decides(accepted: str, spoken: str) -> None:
    assert page.language(accepted) == spoken


def test_many_editions_come_page_by_page(reports: Path) -> None:
    for number in range(10, 40):
        week = home.reports("overbrugge") / f"2026-W{number}" / "r1"
        week.mkdir(parents=True)
        for path in (reports / "r1").iterdir():
            (week / path.name).write_bytes(path.read_bytes())
        manifest = json.loads((week / "manifest.json").read_text())
        (week / "manifest.json").write_text(json.dumps(manifest | {"week": f"2026-W{number}"}))
    first, second = (page.index(["overbrugge"], "en", "overbrugge", at) for at in (0, 1))
    assert first.count("<h3>") == second.count("<h3>") == page.MOST
    assert "?page=1" in first
    assert "?page=0" in second
