"""From labelled items to what may be said of all of them: precision, recall, shares and net score, with intervals.

The machine's classes are the strata (post-stratification: Cochran, Sampling Techniques, 1977, §5A.9). In each of them
the true shares are those of its labelled items, weighted by the inverse of their chance to be drawn (Hájek); each
stratum counts with its share of the week. All intervals are 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CLASSES = ("negative", "neutral", "positive")
Z = 1.959963984540054
#: Added to each true class before a spread is taken: ten out of ten right does not mean always right.
PRIOR = 0.5
Shares = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (0–1) or a net score (−1–1) with its interval; ``n`` is how many labelled items it rests on."""

    value: float
    low: float
    high: float
    n: int

    @property
    def error(self) -> float:
        """Half the width of the interval as a standard error."""
        return (self.high - self.low) / (2 * Z)


@dataclass(frozen=True, slots=True)
class Stratum:
    """What the machine calls one class. ``mass`` is its share of the week, ``shares`` the true classes of what was
    read of it, ``effective`` how many equally weighted items that is worth (Kish 1965), ``sampled`` the part of the
    class that was read: 1 leaves nothing to guess."""

    machine: str
    mass: float
    labelled: int
    effective: float
    shares: Shares
    sampled: float

    def share(self, truth: str) -> Estimate:
        """The part of this class that truly is of another, or of the same; a finite class makes it surer."""
        if not self.labelled:
            return Estimate(0.0, 0.0, 1.0, 0)
        number = math.inf if self.sampled >= 1 else self.effective / (1 - self.sampled)
        return wilson(self.shares[CLASSES.index(truth)], number, self.labelled)

    def net_variance(self) -> float:
        """Variance of this class's true net score."""
        if self.sampled >= 1:
            return 0.0
        total = self.effective + PRIOR * len(CLASSES)
        negative, _, positive = ((self.effective * share + PRIOR) / total for share in self.shares)
        spread = positive + negative - (positive - negative) ** 2
        return spread * (1 - self.sampled) / max(self.effective - 1, 1)


def strata(week: Iterable[Mapping[str, Any]], judged: Iterable[Mapping[str, Any]]) -> list[Stratum]:
    """Strata from rows (machine, items, readable) and (machine, negative, neutral, positive, weight), in the order of
    CLASSES; a class without items is left out. Rows of several weeks pool."""
    sizes: dict[str, list[int]] = {}
    for row in week:
        size = sizes.setdefault(row["machine"], [0, 0])
        size[0] += row["items"]
        size[1] += row["readable"]
    rows = [row for row in judged if row["weight"] is not None and row["negative"] is not None]
    total = sum(items for items, _ in sizes.values())
    made = []
    for machine in CLASSES:
        items, readable = sizes.get(machine, (0, 0))
        own = [row for row in rows if row["machine"] == machine]
        if items:
            made.append(_stratum(machine, items / total, readable, own))
    return made


def _stratum(machine: str, mass: float, readable: int, own: list[Mapping[str, Any]]) -> Stratum:
    weight = math.fsum(row["weight"] for row in own)
    if not own:
        return Stratum(machine, mass, 0, 0.0, (0.0, 0.0, 0.0), 0.0)
    negative, neutral, positive = (math.fsum(row["weight"] * row[name] for row in own) / weight for name in CLASSES)
    effective = weight**2 / math.fsum(row["weight"] ** 2 for row in own)
    return Stratum(machine, mass, len(own), effective, (negative, neutral, positive), min(len(own) / readable, 1.0))


def net(parts: Sequence[Stratum]) -> Estimate:
    """Corrected net score: for each class of the machine its true positive minus its true negative share, times its
    mass. Unbiased for the week; the interval is the stratified one (Cochran 1977, eq. 5.6) on smoothed shares."""
    value = math.fsum(part.mass * (part.shares[2] - part.shares[0]) for part in parts)
    half = Z * math.sqrt(math.fsum(part.mass**2 * part.net_variance() for part in parts))
    return Estimate(value, max(value - half, -1.0), min(value + half, 1.0), sum(part.labelled for part in parts))


def share(parts: Sequence[Stratum], truth: str) -> Estimate:
    """The part of the week that truly is of a class, whatever the machine calls it. Wilson's intervals of the strata
    combine into one that keeps their lopsidedness (MOVER: Zou & Donner 2008): seeing none does not mean there is none.
    """
    own = [(part.mass, part.share(truth)) for part in parts]
    value = math.fsum(mass * one.value for mass, one in own)
    low = value - math.sqrt(math.fsum((mass * (one.value - one.low)) ** 2 for mass, one in own))
    high = value + math.sqrt(math.fsum((mass * (one.high - one.value)) ** 2 for mass, one in own))
    return Estimate(value, max(low, 0.0), min(high, 1.0), sum(part.labelled for part in parts))


def machine_net(parts: Sequence[Stratum]) -> float:
    """The net score as the machine has it."""
    masses = {part.machine: part.mass for part in parts}
    return masses.get("positive", 0.0) - masses.get("negative", 0.0)


def precision(parts: Sequence[Stratum], name: str) -> Estimate | None:
    """Of what the machine calls so, the part that is. None when it calls nothing so, or nothing of it was read."""
    return next((part.share(name) for part in parts if part.machine == name and part.labelled), None)


def recall(parts: Sequence[Stratum], name: str) -> Estimate | None:
    """Of what truly is so, the part the machine calls so: 1 / (1 + missed / found), and the interval of that ratio from
    those of its two halves (MOVER-R: Donner & Zou 2012). None when nothing that was read is so."""
    found = share([part for part in parts if part.machine == name], name)
    missed = share([part for part in parts if part.machine != name], name)
    whole = found.value + missed.value
    if not whole:
        return None
    low, high = (1 / (1 + one) for one in reversed(_ratio(missed, found)))
    value = found.value / whole
    return Estimate(value, min(low, value), max(high, value), sum(part.labelled for part in parts))


def _ratio(over: Estimate, under: Estimate) -> tuple[float, float]:
    """The interval of ``over`` / ``under``; infinite where ``under`` may be nothing."""
    product = over.value * under.value

    def end(sign: int, o: float, u: float) -> float:
        divisor = u * (2 * under.value - u)
        if not divisor:
            return math.inf if sign > 0 else 0.0
        inside = max(product**2 - o * (2 * over.value - o) * divisor, 0.0)
        return (product + sign * math.sqrt(inside)) / divisor

    return max(end(-1, over.low, under.high), 0.0), end(1, over.high, under.low)


def wilson(value: float, number: float, labelled: int) -> Estimate:
    """Wilson's score interval (1927) of a share of so many, which need not be a whole number and may be infinite."""
    if math.isinf(number):
        return Estimate(value, value, value, labelled)
    square = Z * Z / number
    middle = (value + square / 2) / (1 + square)
    half = Z * math.sqrt(value * (1 - value) / number + square / (4 * number)) / (1 + square)
    return Estimate(value, max(middle - half, 0.0), min(middle + half, 1.0), labelled)
