"""What analysts, admins and disks do wrong: a message that says which file and what to do, and never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks import editorial, home, lake, period, settings, steps
from tasks.cli import main
from tasks.errors import ConfigError, WeerklankError
from tasks.extract import files
from tasks.topics import intent, taxonomy
from tests.world import item, jsonl, settle

METRIC = """/* +++
title = { nl = "T", en = "T" }
question = { nl = "V", en = "Q" }
caveat = { nl = "L", en = "M" }
owner = "a@b.example"
grain = ["week", "dimension", "group"]
reads = ["core.heard"]
[show]
headline = "n"
unit = "count"
good = "none"
+++ */

"""
Run = Callable[[str], str]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    slug = settle(monkeypatch, tmp_path)
    rows = jsonl(tmp_path / "in.jsonl", item("q", "2026-09-08T10:00"), "a broken line")
    files.receive(settings.load(slug), rows, fetched_at=period.now())
    steps.stage(slug, "2026-W37")
    return rows


@pytest.fixture
def metric(school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a metric file with this text and return what a person is told."""
    sql = tmp_path / "sql"
    shutil.copytree(home.SQL, sql)
    monkeypatch.setattr(home, "SQL", sql)
    monkeypatch.setattr(home, "ROOT", tmp_path)

    def told(text: str) -> str:
        (sql / "metrics" / "mine.sql").write_bytes(text.encode("latin-1", "replace"))
        assert (
            main(["metric", "run", "mine", "school", "--from", "2026-W37", "--to", "2026-W37", "--format", "json"]) == 1
        )
        return capsys.readouterr().err

    return told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1", "mine.sql, line 1: the file must begin with"),
        (METRIC + "SELEC 1", "mine.sql, line 14, column 1: syntax error"),
        (METRIC + 'SELECT week, dimension, "group", 1 AS m FROM core.heard', "promises the column “n”"),
        (METRIC + "SELECT 1; SELECT 2", "a metric is one SELECT and nothing else"),
        (METRIC + "COPY core.heard TO 'x.csv'", "COPY is not allowed: a metric is one SELECT"),
        (
            METRIC + "SELECT * FROM read_csv('/etc/passwd')",
            "read_csv is not allowed: a metric reads the promised tables",
        ),
        (METRIC.replace("[show]", "[show"), "this is no TOML"),
        (METRIC.replace('"week", "dimension"', '"dimension"'), "line 6: grain must begin with"),
        (METRIC + "SELECT 'é'", "not UTF-8 text"),
        (METRIC + 'SELECT week, dimension, "group", 1 / 0.0 AS n FROM core.heard', "cannot be printed"),
        (
            METRIC + "SELECT week, dimension, \"group\", 'x'::BLOB AS n FROM core.heard",
            "must be a number, and is binary",
        ),
        (
            METRIC + 'SELECT week, dimension, "group", 1 AS n FROM core.heard, (VALUES (1), (2))',
            "more than one row for the same",
        ),
    ],
)
def test_a_broken_metric_file_is_explained(metric: Run, text: str, message: str) -> None:
    told = metric(text)
    assert message in told
    assert "Traceback" not in told


def test_a_broken_word_list_or_core_file_is_explained(metric: Run) -> None:
    (home.SQL / "core" / "heard.sql").write_text("SELEC", encoding="utf-8")
    assert "sql/core/heard.sql, line 1, column 1: syntax error" in metric(METRIC + "SELECT 1")
    (home.SQL / "lexicon" / "lexicon.csv").write_text("language,word,score\nnl,goed,veel\n", encoding="utf-8")
    assert "sql/lexicon/lexicon.csv: needs the columns language, word, score" in metric(METRIC + "SELECT 1")


def test_a_damaged_raw_page_is_named_and_mended_by_handing_it_in_again(school: Path) -> None:
    page = next(home.landing("school", "import").glob("*.jsonl.gz"))
    page.write_bytes(page.read_bytes()[:20])
    shutil.rmtree(home.lake())
    with pytest.raises(WeerklankError, match=r"is damaged or gone. Hand in or fetch again what .*manifest.json names"):
        steps.stage("school", "2026-W37")
    files.receive(settings.load("school"), school, fetched_at=period.now())
    assert steps.stage("school", "2026-W37")["mentions"] == 1


@pytest.mark.parametrize("table", ["mentions", "quarantine", "fetch_windows", "messages", "turns", "open_before"])
@pytest.mark.parametrize("damage", [b"", b"PAR1 nothing"])
def test_a_damaged_or_missing_partition_is_made_again(school: Path, table: str, damage: bytes) -> None:
    path = lake.partition(table, "school", "2026-W38" if table == "open_before" else "2026-W37")
    whole = path.read_bytes()
    path.write_bytes(damage)
    steps.stage("school", "2026-W37")
    assert path.read_bytes() == whole
    path.unlink()
    steps.stage("school", "2026-W37")
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "words",
    [
        ["report", "school", "9999-W52"],
        ["report", "school", "2150-W01"],
        ["report", "school", "2026-W37", "--as-of", "9999-12-31T23:59"],
        ["report", "school", "2026-W37", "--as-of", "gisteren"],
        ["report", "school", "2026-W37", "--as-of", "2026-09-01"],
        ["report", "nowhere", "2026-W37"],
        ["metric", "run", "backlog", "school", "--from", "0001-W01", "--to", "2026-W37"],
        ["metric", "run", "backlog", "school", "--from", "2026-W38", "--to", "2026-W37"],
        ["import", "school", "/nowhere.jsonl"],
        ["import", "school", "/"],
    ],
)
def test_what_makes_no_sense_is_refused_with_exit_2(
    school: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("weerklank: ")


def test_import_names_every_line_that_was_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(monkeypatch, tmp_path)
    early = item("a", "2026-09-08T09:00", in_reply_to="q", author_kind="own")
    path = jsonl(tmp_path / "in.jsonl", item("q", "2026-09-08T10:00"), {"source": "x"}, early)
    assert main(["import", "school", str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: 2 items loaded, 1 lines set aside.",
        "  in.jsonl, line 2: id is missing",
        "  in.jsonl, line 3: a reply from before its message; set aside too",
        "2 weeks brought up to date, up to 2026-W37.",
    ]


@pytest.mark.parametrize(
    ("place", "read"),
    [
        ("CONFIG", lambda: settings.load("school")),
        ("EDITOR", lambda: editorial.read(settings.load("other"), "2026-W37")),
        ("TAXONOMY", lambda: taxonomy.load("school")),
        ("INTENT", intent.load),
    ],
)
def test_a_file_that_is_too_deep_is_named_as_such(
    place: str, read: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch, tmp_path, slug="other")
    path = {"CONFIG": "school.toml", "EDITOR": "other/2026-W37.toml", "TAXONOMY": "default.toml", "INTENT": ""}[place]
    folder = tmp_path / "institutions" if place == "CONFIG" else tmp_path / place
    file = folder / path if path else folder.with_suffix(".toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"deep = {'[' * 5_000}", encoding="utf-8")
    if place != "CONFIG":
        monkeypatch.setattr(home, place, file if place == "INTENT" else folder)
    with pytest.raises(ConfigError, match="too deep inside each other"):
        read()
