"""Figures from labelled samples, against the truth of made-up weeks and against calculation by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tasks.quality import agreement, estimate
from tasks.quality.estimate import CLASSES, Estimate, Stratum
from tasks.quality.labels import Label

#: Sizes of the machine's classes, and what each truly is (negative, neutral, positive).
WEEKS = {
    "ordinary": ((60, 300, 80), ((0.75, 0.2, 0.05), (0.15, 0.75, 0.1), (0.05, 0.25, 0.7)), (11, 26, 13)),
    "rare": ((30, 900, 40), ((0.6, 0.35, 0.05), (0.05, 0.9, 0.05), (0.02, 0.28, 0.7)), (10, 30, 10)),
    "large": ((1000, 8000, 1500), ((0.7, 0.25, 0.05), (0.15, 0.7, 0.15), (0.1, 0.3, 0.6)), (10, 28, 12)),
}
RUNS = 500


def sizes(counts: Any) -> list[dict[str, Any]]:
    return [{"machine": m, "items": n, "readable": n} for m, n in zip(CLASSES, counts, strict=True)]


def row(machine: str, truth: str, weight: float = 1.0) -> dict[str, Any]:
    return {"machine": machine, "weight": weight} | {name: float(name == truth) for name in CLASSES}


@pytest.mark.parametrize("name", WEEKS)
def test_intervals_hold_the_truth_in_95_of_100_weeks_and_the_net_score_is_unbiased(name: str) -> None:
    counts, odds, drawn = WEEKS[name]
    random = np.random.default_rng(47)
    held: dict[str, list[bool]] = {}
    off = []
    for _ in range(RUNS):
        truth = [random.choice(3, size=n, p=p) for n, p in zip(counts, odds, strict=True)]
        table = np.array([np.bincount(of, minlength=3) for of in truth])
        rows = [
            row(CLASSES[machine], CLASSES[t], counts[machine] / many)
            for machine, many in enumerate(drawn)
            for t in random.choice(truth[machine], many, replace=False)
        ]
        parts = estimate.strata(sizes(counts), rows)
        net = (table[:, 2].sum() - table[:, 0].sum()) / table.sum()
        off.append(estimate.net(parts).value - net)
        facts = [
            ("net", estimate.net(parts), net),
            ("share", estimate.share(parts, "negative"), table[:, 0].sum() / table.sum()),
            ("precision", estimate.precision(parts, "negative"), table[0, 0] / counts[0]),
            ("recall", estimate.recall(parts, "negative"), table[0, 0] / table[:, 0].sum()),
        ]
        for figure, found, true in facts:
            if found:
                held.setdefault(figure, []).append(found.low <= true <= found.high)
    # 500 weeks tell a coverage of 95 % from one of 92 % or less.
    assert {figure: np.mean(found) > 0.925 for figure, found in held.items()} == dict.fromkeys(held, True)
    assert len(held["recall"]) == RUNS
    assert abs(np.mean(off)) < 3.3 * np.std(off) / math.sqrt(RUNS)


def test_without_strata_weights_the_net_score_would_be_biased() -> None:
    """What the test above would say of an estimator that forgets how the sample was drawn."""
    counts, odds, drawn = WEEKS["large"]
    naive = sum(n * (p[2] - p[0]) for n, p in zip(drawn, odds, strict=True)) / sum(drawn)
    true = sum(n * (p[2] - p[0]) for n, p in zip(counts, odds, strict=True)) / sum(counts)
    parts = [
        Stratum(m, n / sum(counts), d, d, p, d / n) for m, n, d, p in zip(CLASSES, counts, drawn, odds, strict=True)
    ]
    assert estimate.net(parts).value == pytest.approx(true)
    assert abs(naive - true) > 0.015


def test_a_week_that_was_read_completely_is_simply_counted() -> None:
    table = [[8, 2, 1], [3, 20, 2], [0, 4, 10]]
    rows = [row(CLASSES[m], CLASSES[t]) for m in range(3) for t in range(3) for _ in range(table[m][t])]
    parts = estimate.strata(sizes([11, 25, 14]), rows)
    exactly = [
        (estimate.precision(parts, "negative"), 8 / 11),
        (estimate.recall(parts, "negative"), 8 / 11),
        (estimate.precision(parts, "positive"), 10 / 14),
        (estimate.recall(parts, "positive"), 10 / 13),
        (estimate.net(parts), (13 - 11) / 50),
        (estimate.share(parts, "neutral"), 26 / 50),
    ]
    for found, true in exactly:
        assert found is not None
        assert (found.value, found.low, found.high) == pytest.approx((true, true, true))
    assert estimate.machine_net(parts) == pytest.approx((14 - 11) / 50)


def test_the_parts_that_were_drawn_more_often_count_less() -> None:
    rows = [row("neutral", "negative", 10), *(row("neutral", "neutral", 1) for _ in range(10))]
    (part,) = estimate.strata([{"machine": "neutral", "items": 100, "readable": 100}], rows)
    assert part.shares == pytest.approx((0.5, 0.5, 0))
    assert part.effective == pytest.approx(20**2 / 110)


def test_what_was_never_seen_is_not_impossible() -> None:
    rows = [row(m, m, 10) for m in CLASSES for _ in range(10)]
    parts = estimate.strata(sizes([100, 100, 100]), rows)
    recall, net = estimate.recall(parts, "negative"), estimate.net(parts)
    assert recall is not None
    assert recall.value == 1
    assert recall.low < 0.75
    assert net.low < -0.05 < 0.05 < net.high


def test_nothing_found_of_what_is_there() -> None:
    rows = [row("neutral", "negative", 10) for _ in range(10)] + [row("negative", "neutral", 1) for _ in range(5)]
    parts = estimate.strata(sizes([50, 100, 0]), rows)
    recall = estimate.recall(parts, "negative")
    assert recall is not None
    assert (recall.value, recall.low) == (0, 0)
    assert 0 < recall.high < 0.3
    assert estimate.recall(parts, "positive") is None
    assert estimate.precision(parts, "positive") is None


def test_kappa_is_cohens() -> None:
    from statsmodels.stats.inter_rater import cohens_kappa  # type: ignore[import-untyped]

    table = [[20, 5, 1], [10, 15, 4], [2, 3, 30]]
    assert agreement.kappa([[20, 5], [10, 15]]) == pytest.approx(0.4)  # by hand: (0.7 - 0.5) / (1 - 0.5)
    assert agreement.kappa(table) == pytest.approx(cohens_kappa(np.array(table)).kappa)
    assert agreement.kappa([[9, 0], [0, 0]]) is None
    assert agreement.kappa([[0, 0], [0, 0]]) is None


def answers(by: str, said: str) -> list[Label]:
    names: Any = {"n": "negative", "e": "neutral", "p": "positive", "u": "unclear"}
    return [Label(by, f"{i:02d}", "k", names[one], None, "neutral", 9) for i, one in enumerate(said)]


def test_two_people_over_what_both_read_and_an_interval_like_that_of_theory() -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    anna, ben = "nnnnneeeeepppppu" * 5, "nnnneeeeepppppnu" * 5
    found = agreement.between_people([*answers("anna", anna + "nn"), *answers("ben", ben), *answers("cas", "n")])
    assert found is not None
    order = "nepu"
    table = np.zeros((4, 4))
    for a, b in zip(anna, ben, strict=False):
        table[order.index(a), order.index(b)] += 1
    theory = cohens_kappa(table)
    assert (found.n, found.value) == (80, pytest.approx(theory.kappa))
    assert found.low == pytest.approx(theory.kappa_low, abs=0.03)
    assert found.high == pytest.approx(theory.kappa_upp, abs=0.03)
    assert agreement.between_people(answers("anna", anna)) is None
    assert agreement.between_people([*answers("a", "n"), *answers("b", "n")]) is None  # chance alone agrees


def test_agreement_with_the_machine_weighs_by_the_week() -> None:
    parts = [
        Stratum("negative", 0.1, 10, 10, (1.0, 0.0, 0.0), 0.1),
        Stratum("neutral", 0.9, 10, 10, (0.5, 0.5, 0.0), 0.1),
    ]
    found = agreement.with_machine(parts)
    assert found is not None
    chance = 0.1 * 0.55 + 0.9 * 0.45
    assert found.value == pytest.approx((0.55 - chance) / (1 - chance))
    assert found.low < found.value < found.high
    assert found == agreement.with_machine(parts)  # the same dice every time


def test_moved_is_said_only_beyond_chance() -> None:
    from tasks.quality.summary import _moved

    before = Estimate(0.8, 0.75, 0.85, 300)
    assert not _moved(Estimate(0.7, 0.6, 0.8, 50), before)
    assert _moved(Estimate(0.6, 0.5, 0.68, 50), before)
    assert _moved(Estimate(0.98, 0.93, 0.99, 50), before)
