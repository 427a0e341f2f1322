"""Editions: the same inputs keep it, other inputs make the next, damage is mended, and two at once make one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.errors import UsageError
from tasks.render import edition
from tasks.render.fingerprint import sha256
from tests.render import sample

pytestmark = pytest.mark.usefixtures("no_complaints", "here")
SOURCES = {"sql": {"metrics/backlog.sql": b"SELECT 1\n", "core/asked.sql": b"SELECT 2\n"}}
ONE_LANGUAGE = {"name": "Hogeschool Voorbeeld", "timezone": "Europe/Amsterdam", "languages": ["nl"]}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path))
    return tmp_path


def build(document: dict[str, Any] | None = None, **changes: Any) -> edition.Edition:
    institution = sample.institution(**{"institution": ONE_LANGUAGE} | changes)
    return edition.build(institution, document or sample.quiet(), sources=SOURCES)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(autouse=True)
def one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may be editing the program while this runs; its hash is in the manifest."""
    monkeypatch.setattr(edition.prints, "code", lambda: "0" * 64)


def test_an_edition_holds_everything_and_no_clock_times(state: Path) -> None:
    made = build()
    assert (made.revision, made.new, made.changed) == (1, True, [])
    assert made.path == state / "reports/voorbeeld/2026-W47/r1"
    assert edition.newest("voorbeeld", "2026-W47") == made.path
    files = contents(made.path)
    blocks = [f"templates/blocks/{path.name}" for path in sorted((home.TEMPLATES / "blocks").iterdir())]
    assert sorted(files) == [
        "manifest.json", "metrics.json", "report.nl.html", "report.nl.pdf", "sql/core/asked.sql",
        "sql/metrics/backlog.sql", *blocks,
        "templates/department.html.j2", "templates/page.html.j2",
        "templates/report.css", "templates/report.html.j2", "templates/screen.css",
        "templates/text/en.toml", "templates/text/nl.toml",
    ]  # fmt: skip
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"] == {name: sha256(data) for name, data in files.items() if name != "manifest.json"}
    assert set(manifest["inputs"]) == {"data", "sql", "templates", "config", "calendar", "editor"}
    assert manifest["fingerprint"].startswith(made.fingerprint)
    assert json.loads(files["metrics.json"]) == sample.quiet()


def test_the_same_inputs_keep_it(state: Path) -> None:
    first = build()
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    again = build()
    assert (again.path, again.new) == (first.path, False)
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == before


def test_recipients_and_keywords_are_not_part_of_it() -> None:
    build()
    other = {
        "sender": "Iemand <x@voorbeeld.example>",
        "recipients": [{"email": "z@voorbeeld.example", "language": "nl"}],
    }
    assert not build(deliver=other).new


def test_other_inputs_make_the_next_and_say_what_changed() -> None:
    build()
    document = sample.quiet()
    document["metrics"]["mention_volume"]["rows"][0]["n"] = 4
    second = build(document)
    assert (second.revision, second.new) == (2, True)
    assert second.changed == ["data", "mention_volume n: 3 → 4"]
    manifest = json.loads((second.path / "manifest.json").read_text())
    assert manifest["changed"]["numbers"] == [{"metric": "mention_volume", "column": "n", "from": 3, "to": 4}]
    hours = [{"days": ["mon"], "from": "09:00", "until": "17:00"}]
    assert build(document, hours=hours).changed == ["calendar"]
    assert build(document, hours=hours, respond={"target_hours": 8}).changed == ["config"]
    assert build(document, hours=hours).revision == 5  # back again is a new edition too: the newest one counts


@pytest.mark.parametrize(
    ("damage", "how"),
    [
        ("report.nl.pdf", "cut"),
        ("metrics.json", "cut"),
        ("manifest.json", "cut"),
        ("manifest.json", "gone"),
        ("sql/core/asked.sql", "gone"),
    ],
)
def test_damage_is_mended_in_place(damage: str, how: str) -> None:
    first = build()
    whole = contents(first.path)
    path = first.path / damage
    path.write_bytes(whole[damage][:-20]) if how == "cut" else path.unlink()
    again = build()
    assert (again.path, again.new) == (first.path, False)
    assert contents(first.path) == whole


def test_what_cannot_be_made_the_same_becomes_the_next_revision() -> None:
    first = build()
    manifest = json.loads((first.path / "manifest.json").read_text())
    manifest["files"]["report.nl.pdf"] = sha256(b"drawn by another version of the program")
    (first.path / "manifest.json").write_text(json.dumps(manifest))
    second = build()
    assert (second.revision, second.changed) == (2, ["rendering"])
    assert (first.path / "report.nl.pdf").is_file()


def test_two_at_once_make_one(state: Path) -> None:
    program = "from tests.render import test_edition as t\nmade = t.build()\nprint(made.revision, made.new)\n"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = [
        subprocess.Popen([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = sorted(process.communicate(timeout=120)[0].strip() for process in running)
    assert told == ["1 False", "1 True"]
    week = state / "reports/voorbeeld/2026-W47"
    assert [path.name for path in week.iterdir()] == ["r1"]
    assert not build().new


def test_no_edition_yet() -> None:
    with pytest.raises(UsageError, match=r"voorbeeld 2026-W47 has no edition yet"):
        edition.newest("voorbeeld", "2026-W47")
    with pytest.raises(UsageError):
        edition.newest("voorbeeld", "../..")
