"""What one run may ask of a source, and pay for; and what it did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tasks.extract.http.faults import BudgetSpent


@dataclass(slots=True)
class Spent:
    """What a run's requests came to. ``reads``: items that the source charges for."""

    requests: int = 0
    reads: int = 0
    bytes: int = 0
    seconds: float = 0.0
    waited_seconds: float = 0.0
    retries: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    remaining: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "reads": self.reads,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "waited_seconds": round(self.waited_seconds, 3),
            "retries": self.retries,
            "statuses": dict(sorted(self.statuses.items())),
            "remaining": self.remaining,
        }


@dataclass(slots=True)
class Budget:
    """``requests`` and ``reads`` of one run; None for reads that cost nothing."""

    requests: int = 1000
    reads: int | None = None
    spent: Spent = field(default_factory=Spent)

    def ask(self, source: str) -> None:
        """One more request; raises BudgetSpent when that is one too many."""
        if self.spent.requests >= self.requests:
            raise BudgetSpent(
                f"{source}: the {self.requests:,} requests of one run are used up; the next run goes on from here. "
                "Raise budget.requests when that happens often."
            )
        self.spent.requests += 1

    def reads_left(self, source: str, wanted: int, least: int = 1) -> int:
        """How many items the next request may bring, at most ``wanted``; raises BudgetSpent below ``least``."""
        if self.reads is None:
            return wanted
        left = self.reads - self.spent.reads
        if left < least:
            raise BudgetSpent(
                f"{source}: the read budget of one run ({self.reads:,} items) is used up; the next run goes on from "
                "here. Raise budget.reads if you want to pay for more."
            )
        return min(wanted, left)

    def read(self, items: int) -> None:
        """So many items came and are charged for."""
        self.spent.reads += items
