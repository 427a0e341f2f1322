"""Multinomial logistic regression over several sets of texts at once.

Every set has intercepts of its own, so that how often a set is negative is not mistaken for what negative looks like.
In each set every class weighs the same. A set without neutral says only which of the two a text is: neutral is left out
of its softmax. New texts get the mean intercepts of the sets with three classes, each worked out for equal classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.sentiment.engine import CLASSES
from tasks.sentiment.head import softmax
from tasks.sentiment.training import optimise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

#: How heavily slopes are held back, per set; and intercepts, which only need to stay finite.
RIDGE, LIGHT_RIDGE = 0.05, 0.01
NEVER = -1e9
#: A set of so many texts or more weighs 1.
FULL_SET = 250


@dataclass(frozen=True, slots=True)
class Examples:
    """One set: ``inputs`` (n, d) and ``labels`` (n), places in CLASSES."""

    inputs: Matrix
    labels: NDArray[np.int64]

    @property
    def two_class(self) -> bool:
        """Whether neutral does not occur."""
        return not bool((self.labels == 1).any())


def fitted(
    sets: Sequence[Examples],
    ridge: float = RIDGE,
    light_ridge: float = LIGHT_RIDGE,
    prior: tuple[Matrix, Matrix] | None = None,
) -> tuple[Matrix, Matrix]:
    """Slopes (d, 3) and intercepts (3). Raises ValueError when no set has three classes.

    They are held back towards ``prior`` (slopes, intercepts); without it, towards 0.
    """
    import numpy as np

    whole = [number for number, one in enumerate(sets) if not one.two_class]
    if not whole:
        raise ValueError("no set has neutral texts")
    inputs = np.concatenate([one.inputs for one in sets])
    labels = np.concatenate([one.labels for one in sets])
    group = np.repeat(np.arange(len(sets)), [len(one.labels) for one in sets])
    weight = np.concatenate([_balance(one.labels) for one in sets])
    truth = np.eye(len(CLASSES))[labels]
    barred = np.zeros_like(truth)
    barred[np.isin(group, [number for number, one in enumerate(sets) if one.two_class]), 1] = NEVER
    known, level = prior or (np.zeros((inputs.shape[1], len(CLASSES))), np.zeros(len(CLASSES)))
    slopes_size = inputs.shape[1] * len(CLASSES)

    def cost(at: Matrix) -> tuple[float, Matrix]:
        slopes = at[:slopes_size].reshape(-1, len(CLASSES))
        intercepts = at[slopes_size:].reshape(-1, len(CLASSES))
        chance = softmax(inputs @ slopes + intercepts[group] + barred)
        missed = -(weight * np.log(np.maximum((chance * truth).sum(axis=1), 1e-12))).sum()
        off, up = slopes - known, intercepts - level
        held = 0.5 * (ridge * (off**2).sum() + light_ridge * (up**2).sum())
        error = (chance - truth) * weight[:, None]
        by_set = np.stack([error[group == number].sum(axis=0) for number in range(len(sets))])
        slope = np.concatenate([(inputs.T @ error + ridge * off).ravel(), (by_set + light_ridge * up).ravel()])
        return float(missed + held), slope

    start = np.concatenate([known.ravel(), np.tile(level, len(sets))])
    best = optimise.minimum(cost, start)
    intercepts = best[slopes_size:].reshape(-1, len(CLASSES))[whole].mean(axis=0)
    return best[:slopes_size].reshape(-1, len(CLASSES)), intercepts - intercepts.mean()


def _balance(labels: NDArray[np.int64]) -> Matrix:
    """A weight per text: 1 in all for the set (less for a small one), the same for each of its classes."""
    import numpy as np

    counts = np.bincount(labels, minlength=len(CLASSES))
    return np.asarray(min(1.0, len(labels) / FULL_SET) / (counts[labels] * (counts > 0).sum()))
