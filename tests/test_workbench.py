"""Starting and checking a metric, as an analyst does it: no Python, and told what is wrong where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks import home
from tasks.cli import main
from tasks.workbench import cases


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ and of the cases, to write in."""
    shutil.copytree(home.SQL, tmp_path / "sql")
    shutil.copytree(cases.FOLDER, tmp_path / "tests" / "metrics")
    monkeypatch.setattr(home, "ROOT", tmp_path)
    monkeypatch.setattr(home, "SQL", tmp_path / "sql")
    monkeypatch.setattr(cases, "FOLDER", tmp_path / "tests" / "metrics")
    return tmp_path


@pytest.fixture
def night(bench: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A new metric: change its two files, and hear what its check says."""
    assert main(["metric", "new", "night_share"]) == 0
    assert capsys.readouterr().out.split() == ["sql/metrics/night_share.sql", "tests/metrics/night_share.toml"]

    def told(code: int, sql: tuple[str, str] = ("", ""), its_cases: tuple[str, str] = ("", "")) -> str:
        for path, (old, new) in (
            (bench / "sql" / "metrics" / "night_share.sql", sql),
            (bench / "tests" / "metrics" / "night_share.toml", its_cases),
        ):
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
        assert main(["metric", "check", "night_share"]) == code
        return capsys.readouterr().out

    return told


def test_what_the_template_makes_can_be_merged_as_it_is(night: Callable[..., str]) -> None:
    assert [line[:4] for line in night(0).splitlines()] == ["ok  ", "ok  ", "ok  "]


def test_a_typo_is_pointed_at(night: Callable[..., str]) -> None:
    told = night(1, sql=("share_pct(hits, n)", "share_pct(hit, n)"))
    assert "sql/metrics/night_share.sql, line 32, column 20: there is no column hit here" in told
    assert "                    ^^^" in told


def test_a_case_that_does_not_hold_shows_both_tables(night: Callable[..., str]) -> None:
    told = night(1, its_cases=("| 50", "| 51"))
    assert "        expected: 2026-W37 | 2 | 1    | 51\n        got:      2026-W37 | 2 | 1    | 50\n" in told


@pytest.mark.parametrize(
    ("sql", "its_cases", "message"),
    [
        (("headline ", "headlin "), ("", ""), "line 15: [show] headlin is not a known key. Did you mean headline?"),
        (('checks = ["hits <= n"]', 'checks = ["hits > n"]'), ("", ""), "“hits > n” does not hold for"),
        (('reads  = ["core.heard"]', 'reads  = ["core.turn"]'), ("", ""), "the query reads core.heard; say so"),
        (("", ""), ("item_id | direction", "item_id | directoin"), "a message has no directoin; it has "),
        (("", ""), ("week     | n | hits | share_pct", "week     | n | hits | sharepct"), "expects a column sharepct"),
        (("", ""), ("m1      | inbound   | post  |", "m1      | inbound   |"), "3 cells below 4 columns"),
        (("", ""), ("a quiet week", "a silent week"), "no case has “quiet week” in its name"),
        (("", ""), ("expect =", "expects ="), "has no expect"),
        (("", ""), ("[[case]]", "[[case"), "tests/metrics/night_share.toml is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(
    night: Callable[..., str], sql: tuple[str, str], its_cases: tuple[str, str], message: str
) -> None:
    told = night(1, sql, its_cases)
    assert message in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["../x", "Night", "sla_attainment", "", "a" * 41, "night share"])
def test_a_name_that_is_none_or_is_taken_makes_no_file(
    bench: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(bench.rglob("*"))
    assert main(["metric", "new", name]) == 2
    assert "weerklank: " in capsys.readouterr().err
    assert sorted(bench.rglob("*")) == before
