"""What may be said about a number beside its target, and which of many numbers may be named aloud.

Whether a number changed since the base is decided by measure, for all figures together (tasks/measure/judge.py); here
are only the words of that verdict.

A target is met when the whole interval lies on its good side, missed when all of it lies on the other, and otherwise it
cannot be told. Numbers without an interval (counts) are stated and never judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from tasks.measure.few import FEWEST

Change = Literal["better", "worse", "higher", "lower", "no_reliable_change", "too_few"]
Target = Literal["met", "missed", "unclear", "few", "absent"]

#: Under so many cases nothing is emphasised, whatever its interval says.
EMPHASIS_COUNT = 30
#: Counts of a department or source below this could point at somebody, and are not shown (tasks/measure/few.py).
SMALLEST_GROUP = FEWEST
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure with its 95 % interval, both in the unit of its contract.

    ``value`` is None when nothing could be computed, or when a quantile was never reached within ``followed`` seconds.
    ``authors``, where it is known, is how many people the ``n`` cases come from.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    followed: float | None = None
    authors: int | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends; a quantile whose upper end was never reached is open to infinity; None without a lower end."""
        if self.low is None:
            return None
        if self.high is None:
            return (self.low, math.inf) if self.followed is not None else None
        return self.low, self.high

    def rests_on(self, min_count: float) -> bool:
        """Whether there are enough cases to print more than n."""
        return self.n > 0 and self.n >= min_count


def rose(verdict: Change, good: str) -> bool | None:
    """The direction of a claimed change, for the arrow beside it; None without a claim."""
    if verdict in ("higher", "lower"):
        return verdict == "higher"
    return (verdict == "better") == (good == "up") if verdict in ("better", "worse") else None


def against(reading: Reading, target: float | None, good: str, min_count: float) -> Target:
    """Whether the target is met; ``few`` under ``min_count`` cases, ``absent`` without target or direction."""
    if target is None or good == "none":
        return "absent"
    if not reading.rests_on(min_count):
        return "few"
    ends = reading.interval
    if ends is None:
        return "unclear"
    low, high = ends
    if good == "up":
        return "met" if low >= target else "missed" if high < target else "unclear"
    return "met" if high <= target else "missed" if low > target else "unclear"


def stands_out(reading: Reading, bound: float, comparisons: int) -> Literal["above", "below"] | None:
    """Whether one of ``comparisons`` like figures may be named aloud (title, colour, page 1) as above or below a bound.

    Out of eight departments one lies beyond its own 95 % interval in every third quiet week. So the interval is widened
    to where all of them together are wrong at most once in twenty weeks (Bonferroni), and small groups never qualify.
    """
    ends = reading.interval
    people = reading.n if reading.authors is None else reading.authors
    if ends is None or reading.value is None or people < EMPHASIS_COUNT:
        return None
    wider = NORMAL.inv_cdf(1 - 0.025 / max(comparisons, 1)) / NORMAL.inv_cdf(0.975)
    if reading.value - (reading.value - ends[0]) * wider > bound:
        return "above"
    if reading.value + (ends[1] - reading.value) * wider < bound:
        return "below"
    return None
