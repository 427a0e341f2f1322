"""One thing that somebody should look at."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from tasks.checks import Finding


@dataclass(frozen=True, slots=True)
class Alert:
    """``kind`` names its sentences in report_templates/text/alert.*.toml; ``lines`` are findings to be told with it.

    Two alerts with the same `key` are the same one: it is told once.
    """

    week: str
    kind: str
    values: tuple[tuple[str, str | int], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """``not_made``, ``failed-deliver``, or ``source-1f3a09`` for these sources and no others."""
        told = dict(self.values)
        if named := told.get("task") or told.get("source"):
            return f"{self.kind}-{named}"
        about = sorted(one.about for one in self.findings)
        return f"{self.kind}-{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:6]}" if about else self.kind


def failed(week: str, task_id: str) -> Alert:
    """A task that failed after its last try."""
    return Alert(week, "failed", (("task", task_id),))
