"""Agreement beyond chance: Cohen's kappa, with a bootstrap interval that is the same every time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tasks.quality.estimate import CLASSES, Estimate, Stratum
from tasks.quality.labels import ANSWERS, Label

#: Resamples of every bootstrap, and the seed they are drawn with.
RESAMPLES, SEED = 2000, 1960
Matrix = Sequence[Sequence[float]]


def kappa(matrix: Matrix) -> float | None:
    """Cohen's kappa (1960) of a square table of counts or shares; None when chance alone would always agree."""
    total = math.fsum(map(math.fsum, matrix))
    if not total:
        return None
    alike = math.fsum(row[i] for i, row in enumerate(matrix)) / total
    columns = [math.fsum(column) for column in zip(*matrix, strict=True)]
    chance = math.fsum(math.fsum(row) * column for row, column in zip(matrix, columns, strict=True)) / total**2
    return None if chance >= 1 - 1e-12 else (alike - chance) / (1 - chance)


def with_machine(parts: Sequence[Stratum]) -> Estimate | None:
    """Kappa of machine and person over the week: rows are the machine's classes by their mass, columns the truth.
    Resampled within the strata; that a week is finite is left out, so the interval is rather too wide."""
    masses = {part.machine: part for part in parts}
    value = kappa([[masses[m].mass * p for p in masses[m].shares] if m in masses else [0.0] * 3 for m in CLASSES])
    random = np.random.default_rng(SEED)
    drawn = np.zeros((RESAMPLES, 3, 3))
    for part in parts:
        number = max(round(part.effective), 1)
        counts = random.multinomial(number, np.array(part.shares) / math.fsum(part.shares), RESAMPLES)
        drawn[:, CLASSES.index(part.machine)] = part.mass * counts / number
    return _estimate(value, drawn, sum(part.labelled for part in parts))


def between_people(answers: Sequence[Label]) -> Estimate | None:
    """Kappa of two people over the items that both labelled; "unclear" is an answer as well. Of more than two, the pair
    with most in common; None when no two people labelled the same item."""
    said: dict[str, dict[str, str]] = {}
    for one in answers:
        said.setdefault(one.labeller, {})[one.item_id] = one.label
    people = sorted(said)
    pairs = [(a, b) for i, a in enumerate(people) for b in people[i + 1 :]]
    in_common = ((sorted(said[a].keys() & said[b].keys()), a, b) for a, b in pairs)
    items, a, b = max(in_common, key=_most, default=([], "", ""))
    if not items:
        return None
    matrix = np.zeros((len(ANSWERS), len(ANSWERS)))
    for item in items:
        matrix[ANSWERS.index(said[a][item]), ANSWERS.index(said[b][item])] += 1
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(len(items), matrix.ravel() / len(items), RESAMPLES).reshape(-1, *matrix.shape)
    return _estimate(kappa(matrix.tolist()), drawn.astype(float), len(items))


def _most(pair: tuple[list[str], str, str]) -> int:
    return len(pair[0])


def _estimate(value: float | None, drawn: np.ndarray, labelled: int) -> Estimate | None:
    """The percentile interval (Efron & Tibshirani 1993, ch. 13) of tables drawn again and again."""
    if value is None:
        return None
    alike = np.trace(drawn, axis1=1, axis2=2)
    total = drawn.sum(axis=(1, 2))
    chance = (drawn.sum(axis=1) * drawn.sum(axis=2)).sum(axis=1) / total**2
    beyond = (alike / total - chance)[chance < 1 - 1e-12] / (1 - chance)[chance < 1 - 1e-12]
    low, high = np.percentile(beyond, [2.5, 97.5]) if len(beyond) else (value, value)
    return Estimate(value, min(float(low), value), max(float(high), value), labelled)
