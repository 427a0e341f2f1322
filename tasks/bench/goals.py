"""What was measured beside what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

#: What we may take at most of what the rival takes.
GOALS = {("wall", "polars"): 1.0, ("wall", "pandas"): 0.5, ("wall", "scan"): 4.0, ("memory", "polars"): 0.85}
WEEK_GOAL = 1.3
UNITS = {"wall": "s", "cpu": "s", "memory": "MB"}
HEADER = ("what", "size", "ours", "rival", "", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Took:
    """The least of several runs: seconds of wall clock, of user and system time, and the most memory held at once."""

    wall: float
    cpu: float
    memory: float

    @classmethod
    def least(cls, runs: Sequence[Took]) -> Took:
        """Whatever else the machine did can only have added to a figure."""
        return cls(min(one.wall for one in runs), min(one.cpu for one in runs), min(one.memory for one in runs))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One ratio; without a goal it is there to be read."""

    what: str
    size: str
    ours: float
    rival: str
    theirs: float
    goal: float | None

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the ratio is as promised; None without a goal."""
        return None if self.goal is None else self.ratio <= self.goal

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"unit": UNITS[self.what], "ratio": round(self.ratio, 3), "met": self.met}


def compared(size: str, took: Mapping[str, Took]) -> list[Comparison]:
    """Ours against every rival that ran at this size."""
    ours = took["ours"]
    return [
        Comparison(what, size, getattr(ours, what), rival, getattr(theirs, what), GOALS.get((what, rival)))
        for what in UNITS
        for rival, theirs in took.items()
        if rival != "ours"
    ]


def all_met(comparisons: Sequence[Comparison]) -> bool:
    """Whether no goal was missed."""
    return all(one.met is not False for one in comparisons)


def table(comparisons: Sequence[Comparison]) -> str:
    """For people."""
    verdict = {True: "met", False: "MISSED", None: ""}
    rows = [
        (
            one.what,
            one.size,
            f"{one.ours:.2f} {UNITS[one.what]}",
            one.rival,
            f"{one.theirs:.2f} {UNITS[one.what]}",
            f"{one.ratio:.2f}",
            "" if one.goal is None else f"≤ {one.goal:.2f}",
            verdict[one.met],
        )
        for one in comparisons
    ]
    widths = [max(len(row[place]) for row in (HEADER, *rows)) for place in range(len(HEADER))]
    right = {2, 4, 5, 6}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (HEADER, *rows)
    )
