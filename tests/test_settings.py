"""Institution files: what a wrong one says."""

# ruff: noqa: E501 the messages stand whole

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import home, settings
from tasks.cli import main
from tasks.errors import ConfigError
from tasks.extract.sources import KINDS
from tests.world import INSTITUTION, settle

TYPES = " or ".join(", ".join(map(repr, KINDS)).rsplit(", ", 1))


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("timezone ", "timezon ", "broken.toml, line 4: [institution] timezon is not a known key. Did you mean timezone?"),
        ("Europe/Amsterdam", "Europe/Amsterdm", "broken.toml, line 4: [institution] timezone “Europe/Amsterdm” is not a time zone; write one like Europe/Amsterdam."),
        ("[deliver]", "[delivery]", "broken.toml: delivery is not a known key. Did you mean deliver?"),
        ('recipients = [{ email = "board@school.example", language = "en" }]', "recipients = []", "broken.toml, line 25: [deliver] recipients needs at least one entry."),
        ('language = "en" }]', 'language = "en", department = "exams" }]', "[deliver] board@school.example is to get a page on exams, which is not made: write page = true in its [[department]]."),
        ('language = "en" }]', 'language = "nl" }]', "[deliver] board@school.example reads nl; [institution] languages makes no such report."),
        ("board@school.example", "board@school.example\\r\\nBcc: x@y.example", "[deliver] recipients #1 email must look like"),
        ('until = "17:00"', 'until = "08:00"', "[hours] #1 opens at 09:00 and closes at 08:00; split a night over two tables."),
        ('until = "17:00"', 'untill = "17:00"', "broken.toml, line 11: [hours] #1 untill is not a known key. Did you mean until?"),
        ('country   = "NL"', 'country   = "XX"', "country “XX” has no known holidays"),
        ("Europe/Amsterdam", "posix/Europe/Amsterdam", "“posix/Europe/Amsterdam” is not a time zone"),
        ('languages = ["en"]', 'languages = ["en", "en"]', "[institution] languages names the same language twice."),
        ('name      = "Test School"', 'name      = "Test \\u202eSchool"', "[institution] name is empty or holds characters that cannot be printed."),
        ("[[department]]", "[targets]\nsla_attainment = nan\n[[department]]", "[targets] sla_attainment must be a finite number"),
        ("[[department]]", "[targets]\nsla_atainment = 80\n[[department]]", "[targets] sla_atainment is not a metric"),
        ('id       = "exams"', 'id       = "nobody"', "[[department]] nobody is a word of ours; choose another id."),
        ('id   = "mastodon"', 'id   = "case_desk"', "[[source]] case_desk is a word of ours; choose another id."),
        ("[[hours]]", "[hours", "this is no TOML"),
        ('type = "files"', 'type = "telepathy"', f"broken.toml, line 15: [source] #1 type must be 'demo', 'files', {TYPES} (it says 'telepathy')."),
        ("[[department]]", '[[academic]]\nkind = "exams"\nfrom = 2026-11-13\nuntil = 2026-11-02\n[[department]]', "[academic] #1 is from 2026-11-13 until 2026-11-02: the end comes first."),
        ("[[department]]", '[[academic]]\nkind = "closed"\nfrom = 2026-11-02\nuntil = 2026-11-02\n[[department]]', "broken.toml, line 19: [academic] #1 kind closed is a word of ours; choose another kind, like exams."),
        ("[[department]]", '[[academic]]\nkind = "Open dag"\nfrom = 2026-11-02\nuntil = 2026-11-02\n[[department]]', "broken.toml, line 19: [academic] #1 kind must look like"),
        ("[[department]]", '[[academic]]\nkind = "exams"\nfrom = 2026-11-02\nto = 2026-11-13\n[[department]]', "broken.toml, line 21: [academic] #1 to is not a known key."),
        ("[[department]]", '[[academic]]\nkind = "exams"\nfrom = "1 november"\nuntil = 2026-11-13\n[[department]]', "broken.toml, line 20: [academic] #1 from must be a valid date"),
        ("[[department]]", '[[academic]]\nkind = "exams"\nuntil = 2026-11-13\n[[department]]', "[academic] #1 from is missing."),
        ("[[department]]", '[respond]\nclock = "opne"\n[[department]]', "[respond] clock must be 'open' or 'always' (it says 'opne')."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_file_line_and_key(
    wrong: str,
    right: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert wrong in INSTITUTION
    settle(monkeypatch, tmp_path, INSTITUTION.replace(wrong, right, 1), "broken")
    if "holidays" not in message:  # known only when a calendar is made
        with pytest.raises(ConfigError) as error:
            settings.load("broken")
        assert message in str(error.value)
    assert main(["report", "broken", "2026-W37"]) == 2
    assert message in capsys.readouterr().err


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, tmp_path)
    settle(monkeypatch, tmp_path, "nonsense", "broken")
    found = dict(settings.load_all())
    assert isinstance(found["broken"], ConfigError)
    assert isinstance(found["school"], settings.Institution)


@pytest.mark.parametrize("slug", ["../overbrugge", "Over-Brugge", "a/b", "", "x" * 60])
def test_a_slug_cannot_leave_its_folder(slug: str) -> None:
    with pytest.raises(ConfigError):
        settings.load(slug)


def test_every_institution_in_the_repository_and_the_examples_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.ROOT / "docs" / "examples"
    assert not [error for _, error in settings.load_all() if isinstance(error, ConfigError)]
    monkeypatch.setattr(home, "CONFIG", folder)
    assert [slug for slug, found in settings.load_all() if isinstance(found, settings.Institution)] == ["care"]
