"""The figures that engines are judged by, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.sentiment import scores
from tasks.sentiment.engine import CLASSES


def test_figures_of_a_small_set_by_hand() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    guess = np.array([0, 0, 1, 1, 2, 2, 2, 0])
    found = scores.scored(truth, guess)
    # F1: negative 4/6, neutral 2/4, positive 4/6.
    assert found.macro_f1.value == pytest.approx((4 / 6 + 2 / 4 + 4 / 6) / 3)
    assert (found.net_truth, found.net) == (0.0, 0.0)
    assert found.negative_recall.value == pytest.approx(2 / 3)
    assert found.macro_f1.low < found.macro_f1.value < found.macro_f1.high


def test_a_set_without_neutral_is_judged_on_two_classes_and_neutral_is_wrong() -> None:
    found = scores.scored(np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2]))
    assert [CLASSES[place] for place in found.classes] == ["negative", "positive"]
    assert found.macro_f1.value == pytest.approx((2 / 3 + 1.0) / 2)
    assert found.net_error.value == pytest.approx(0.25)


def test_a_set_without_negatives_has_no_negative_recall() -> None:
    found = scores.scored(np.array([1, 2]), np.array([1, 2]))
    assert found.negative_recall.rounded() == {"value": None, "low": None, "high": None}


def test_the_interval_is_that_of_a_bootstrap_over_texts() -> None:
    draw = np.random.default_rng(5)
    truth = draw.integers(0, 3, 400)
    guess = np.where(draw.random(400) < 0.6, truth, draw.integers(0, 3, 400))
    found = scores.scored(truth, guess).net_error
    texts = draw.integers(0, 400, (3000, 400))
    errors = (guess[texts].astype(float) - truth[texts]).mean(axis=1)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(errors, (0.025, 0.975))), abs=0.01)


def test_what_was_not_read_counts_as_neutral() -> None:
    assert scores.labels(np.array([[np.nan] * 3, [0.5, 0.2, 0.3]])).tolist() == [1, 0]
