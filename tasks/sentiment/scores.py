"""How good labels are: macro-F1, net-score error and negative recall, each with a bootstrap interval.

All three are functions of the table that counts truth by guess, so a bootstrap over texts is a multinomial draw of its
cells: the same distribution, and two thousand of them take no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.sentiment.engine import CLASSES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS, SEED = 2000, 0
NEUTRAL = CLASSES.index("neutral")


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its 95 % percentile interval; NaN where the set has nothing to measure it on."""

    value: float
    low: float
    high: float

    def rounded(self) -> dict[str, float | None]:
        """For JSON, which knows no NaN."""
        return {
            key: None if value != value else round(value, 4)
            for key, value in (("value", self.value), ("low", self.low), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """``macro_f1`` is over ``classes``, the labels that occur in the truth; ``net_error`` is guess − truth."""

    n: int
    classes: tuple[int, ...]
    macro_f1: Interval
    net_error: Interval
    negative_recall: Interval
    net: float
    net_truth: float


def labels(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """The likeliest class of every row; where the engine could read nothing (NaN), neutral."""
    import numpy as np

    unread: NDArray[np.bool_] = np.asarray(np.isnan(probabilities).any(axis=1))
    found = np.nan_to_num(probabilities).argmax(axis=1)
    return np.where(unread, NEUTRAL, found)


def scored(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> Scores:
    """Everything that is said of one engine on one set."""
    import numpy as np

    classes = tuple(sorted({int(label) for label in truth}))
    counts = np.zeros((len(CLASSES), len(CLASSES)))
    np.add.at(counts, (truth, guess), 1)
    draws = np.random.default_rng(SEED).multinomial(len(truth), counts.ravel() / len(truth), DRAWS)
    drawn = draws.reshape(DRAWS, *counts.shape).astype(float)
    return Scores(
        len(truth),
        classes,
        _interval(_macro_f1(counts[None], classes), _macro_f1(drawn, classes)),
        _interval(_net_error(counts[None]), _net_error(drawn)),
        _interval(_negative_recall(counts[None]), _negative_recall(drawn)),
        float(_net(counts.sum(axis=0))),
        float(_net(counts.sum(axis=1))),
    )


def _interval(value: NDArray[np.float64], drawn: NDArray[np.float64]) -> Interval:
    import numpy as np

    usable = drawn[~np.isnan(drawn)]
    low, high = np.quantile(usable, (0.025, 0.975)) if len(usable) else (np.nan, np.nan)
    return Interval(float(value[0]), float(low), float(high))


def _macro_f1(counts: NDArray[np.float64], classes: tuple[int, ...]) -> NDArray[np.float64]:
    """(draws, truth, guess) → (draws,). A class that nobody has or gives scores 0, as in scikit-learn."""
    import numpy as np

    hit = np.diagonal(counts, axis1=1, axis2=2)
    named = counts.sum(axis=1) + counts.sum(axis=2)
    f1 = np.divide(2 * hit, named, out=np.zeros_like(hit), where=named > 0)
    return np.asarray(f1[:, list(classes)].mean(axis=1))


def _net_error(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.asarray(_net(counts.sum(axis=1)) - _net(counts.sum(axis=2)))


def _net(by_class: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share positive − share negative."""
    import numpy as np

    return np.asarray((by_class[..., 2] - by_class[..., 0]) / by_class.sum(axis=-1))


def _negative_recall(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    there = counts[:, 0].sum(axis=1)
    return np.asarray(np.divide(counts[:, 0, 0], there, out=np.full(len(counts), np.nan), where=there > 0))
