"""Training: it learns, repeats itself, tries itself on what it has not seen, and does not undo better weights."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tasks import home
from tasks.cli import main
from tasks.sentiment import e5, student, weights
from tasks.sentiment.training import optimise, regression

HOUSE = home.ROOT / "tasks" / "sentiment" / "training" / "house_posts.csv"
GOOD = ("prachtig", "leuk", "fijn", "great", "lovely", "helpful")
BAD = ("waardeloos", "traag", "vervelend", "awful", "slow", "rude")
PLAIN = ("op maandag", "in zaal 3", "om tien uur", "on Monday", "in room 3", "at ten")


def written(path: Path, *, lie: bool = False) -> Path:
    """Three classes of made-up sentences; a lie swaps good and bad."""
    labels = ("positive", "negative") if not lie else ("negative", "positive")
    rows = [
        f"{label};the lesson was {word}" for label, words in zip(labels, (GOOD, BAD), strict=True) for word in words
    ]
    rows += [f"neutral;the lesson is {word}" for word in PLAIN]
    path.write_text("\n".join(["label;text", *rows]), encoding="utf-8")
    return path


@pytest.fixture
def judge(tmp_path: Path) -> Path:
    path = tmp_path / "judge.csv"
    lines = HOUSE.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *lines[1::10]]), encoding="utf-8")
    return path


def train(folder: Path, *more: str) -> int:
    return main(["train", "sentiment", *more, "--to", str(folder)])


def test_weights_are_made_repeat_themselves_and_are_guarded(
    tmp_path: Path, judge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, lies = written(tmp_path / "good.csv"), written(tmp_path / "lies.csv", lie=True)
    made = tmp_path / "made"
    assert train(made, str(good), "--judge", str(judge)) == 0
    first = {path.name: path.read_bytes() for path in made.iterdir()}
    assert set(first) == {"e5.npz", "student.npz", "README.md"}
    assert e5.load(made / "e5.npz").score(["the teacher was rude"])[0].argmax() == 0
    assert student.load(made / "student.npz").score(["a lovely lesson"])[0].argmax() == 2
    card = first["README.md"].decode()
    assert "| good-" in card
    assert "6 negative, 6 neutral, 6 positive" in card
    assert "## Limits" in card
    assert train(made, str(good), "--judge", str(judge)) == 0
    assert {path.name: path.read_bytes() for path in made.iterdir()} == first
    capsys.readouterr()
    assert train(made, str(lies), "--judge", str(judge)) == 1
    told = capsys.readouterr().err
    assert "e5: on 1 sets the old ones score" in told
    assert {path.name: path.read_bytes() for path in made.iterdir()} == first
    assert train(made, str(lies)) == 1
    assert "there is no set on which both" in capsys.readouterr().err
    assert train(made, str(lies), "--judge", str(judge), "--replace") == 0
    assert (made / "e5.npz").read_bytes() != first["e5.npz"]
    (made / "e5.npz").write_bytes(b"half a fi")  # nothing to lose here
    assert train(made, str(good), "--judge", str(judge)) == 0
    assert (made / "e5.npz").read_bytes() == first["e5.npz"]


def test_every_set_is_tried_with_weights_of_the_others(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one.csv"), written(tmp_path / "other.csv", lie=True)
    assert train(tmp_path / "made", str(one), str(other)) == 0
    found = weights.read(tmp_path / "made" / "e5.npz")[1]["scores"]
    assert sorted(key.rsplit("-", 1)[0] for key in found) == ["one", "other"]
    # What was learnt from lies is wrong about the truth, and the other way round.
    assert all(scored["macro_f1"]["value"] < 0.6 for scored in found.values())


def test_own_labels_alone_move_the_head_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A school where "the canteen" is praise and "the lift" is not: nothing that others could have taught."""
    rows = [f"positive;the lesson in room {n} was very canteen" for n in range(20)]
    rows += [f"negative;the lesson in room {n} was very lift" for n in range(20)]
    rows += [f"neutral;the lesson is in room {n}" for n in range(20)]
    own, made = tmp_path / "own.csv", tmp_path / "made"
    own.write_text("\n".join(["label;text", *rows]), encoding="utf-8")
    assert train(made, str(own), "--refit") == 0
    before, after = e5.load(), e5.load(made / "e5.npz")
    moved = after.score(["the teacher was very canteen", "the teacher was very lift"])
    there = before.score(["the teacher was very canteen", "the teacher was very lift"])
    assert moved[0, 2] > there[0, 2] and moved[1, 0] > there[1, 0]
    assert after.score(["Waardeloos rooster, een schande", "Wat fijn!"]).argmax(axis=1).tolist() == [0, 2]
    assert after.version != before.version
    assert "was moved afterwards by own-" in (made / "README.md").read_text(encoding="utf-8")
    kept = (made / "e5.npz").read_bytes()
    assert train(made, str(own), "--refit") == 0
    assert (made / "README.md").read_text(encoding="utf-8").count("## Refitted") == 1
    assert kept == (made / "e5.npz").read_bytes(), "a refit begins where the first one began"
    # What the head that is there knows best of all are its own answers.
    texts = [row["text"] for row in csv.DictReader(HOUSE.read_text(encoding="utf-8").splitlines(), delimiter=";")]
    answers = [("negative", "neutral", "positive")[place] for place in before.score(texts).argmax(axis=1)]
    with own.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("label", "text"), *zip(answers, texts, strict=True)])
    assert train(made, str(own), "--refit") == 1
    assert "it would get worse; nothing was written" in capsys.readouterr().err
    assert (made / "e5.npz").read_bytes() == kept
    own.write_text("label;text\npos;mooi\nneg;slecht\n", encoding="utf-8")
    assert train(made, str(own), "--refit") == 2
    assert "a refit needs 30 texts, and 5 of each label" in capsys.readouterr().err
    assert train(made, str(own), str(own), "--refit") == 2


def test_without_any_neutral_text_there_is_nothing_to_learn_it_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("text,label\ngoed,1\nslecht,-1\n", encoding="utf-8")
    assert train(tmp_path / "made", str(path)) == 2
    assert "none of the files has neutral texts" in capsys.readouterr().err


def test_two_class_sets_teach_direction_and_not_neutral() -> None:
    draw = np.random.default_rng(3)
    inputs = draw.normal(size=(600, 2))
    tone = inputs[:, 0] + 0.3 * draw.normal(size=600)
    three = regression.Examples(inputs[:300], np.where(tone[:300] > 0.5, 2, np.where(tone[:300] < -0.5, 0, 1)))
    two = regression.Examples(inputs[300:], np.where(tone[300:] > 0.0, 2, 0))
    slopes, intercepts = regression.fitted([three, two], 0.001)
    assert (inputs[:, :1] * [[-1, 0, 1]]).argmax(axis=1).shape == (600,)
    guess = (inputs[:300] @ slopes + intercepts).argmax(axis=1)
    assert (guess == three.labels).mean() > 0.7
    assert slopes[0, 2] > slopes[0, 1] > slopes[0, 0]


def test_the_minimum_is_found() -> None:
    def valley(at: np.ndarray) -> tuple[float, np.ndarray]:  # Rosenbrock's
        x, y = at
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2, np.array(
            [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
        )

    assert optimise.minimum(valley, np.array([-1.2, 1.0]), tolerance=1e-9) == pytest.approx([1, 1], abs=1e-6)


def test_our_own_weights_say_what_they_were_made_of() -> None:
    card = (weights.FOLDER / "README.md").read_text(encoding="utf-8")
    for name in ("e5", "student"):
        about = weights.read(weights.FOLDER / f"{name}.npz")[1]
        assert about["scores"]
        assert all(key.rsplit("-", 1)[0] in card for key in about["scores"])
        assert json.dumps(about, allow_nan=True)
