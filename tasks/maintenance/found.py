"""What a round of maintenance found and did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(slots=True)
class Damage:
    """One thing that is not what it was, or could not be looked at, and what to do about it."""

    path: str
    remedy: str
    what: Literal["damaged", "not looked at", "not removed"] = "damaged"


@dataclass(slots=True)
class Round:
    """Counts of what was looked at, what was removed, and what is damaged."""

    looked_at: dict[str, int] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    removed_bytes: int = 0
    damaged: list[Damage] = field(default_factory=list)
    ledger: str = ""

    def count(self, what: str) -> None:
        """One more was looked at."""
        self.looked_at[what] = self.looked_at.get(what, 0) + 1

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "looked_at": self.looked_at,
            "removed": self.removed,
            "removed_bytes": self.removed_bytes,
            "damaged": [asdict(one) for one in self.damaged],
            "ledger": self.ledger,
        }

    def lines(self) -> list[str]:
        """The summary for a log."""
        looked = ", ".join(f"{n:,} {what}" for what, n in sorted(self.looked_at.items()))
        told = [f"Looked at {looked or 'nothing'}; the ledger: {self.ledger}."]
        told.append(f"Removed {len(self.removed)} left-over temporary files ({self.removed_bytes:,} bytes).")
        told += [f"{one.what.upper()} {one.path}: {one.remedy}" for one in self.damaged]
        return [*told, *([] if self.damaged else ["Nothing is damaged."])]
