"""What an edition takes to draw: seconds of processor and memory of the process that draws it.

Counted from the start of the process, imports included; the edition is the demo's week, in one language or in both.
Fifty editions in one process are the same figures with fifty numbers in their footers; nothing is kept between them
but what a library keeps.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tasks import settings
from tasks.bench import program
from tasks.bench.render_document import SLUG
from tasks.errors import UsageError
from tasks.render.job import Job
from tasks.render.process import DRAWN, EDITIONS_EACH, Drawing
from tasks.render.stamp import Stamp

WEEK = "2026-W47"
PLAIN = "tasks.bench.render_plain:drawn"
#: After the first, which pays for imports, so many tell what one more takes, with and without charts.
FEW = 6
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; without a goal it is there to be read."""

    what: str
    value: float
    unit: str
    goal: float | None

    @property
    def met(self) -> bool | None:
        """Whether it is as promised; None without a goal."""
        return None if self.goal is None else self.value <= self.goal

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "value": round(self.value, 3), "met": self.met}

    def text(self) -> str:
        """For people."""
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        goal = "" if self.goal is None else f"goal ≤ {self.goal:g} {self.unit}".rstrip()
        digits = 0 if self.unit == "MB" else 2
        return f"{self.what:<62}{self.value:8.{digits}f} {self.unit:<3}  {goal:<17}{verdict}".rstrip()


def report(rounds: int, editions: int, form: str, say: Say) -> int:
    """Measure and print, as ``table`` or ``json``; 0 when every goal was met, else 1."""
    found = run(rounds, editions, say)
    records = [line.record() for line in found]
    print(json.dumps(records, indent=2) if form == "json" else "\n".join(line.text() for line in found))
    return 1 if any(line.met is False for line in found) else 0


def run(rounds: int, editions: int, say: Say) -> list[Line]:
    """The least of several rounds: whatever else the machine did can only have added to a figure."""
    with tempfile.TemporaryDirectory(prefix="weerklank-bench-") as folder:
        say(f"the demo's {WEEK}, up to its figures …")
        path = Path(folder) / "document.json"
        program.run("render_document", Path(folder), WEEK, str(path))
        bench = _Bench(json.loads(path.read_text(encoding="utf-8")), say)
    return bench.lines(rounds, editions)


class _Bench:
    def __init__(self, document: dict[str, Any], say: Say) -> None:
        self._document, self._say = document, say
        loaded = settings.load(SLUG)
        # The report alone: how many departments have a page of their own differs from school to school.
        plain = tuple(one.model_copy(update={"page": False}) for one in loaded.department)
        self._institution = loaded.model_copy(update={"department": plain})
        self._both = self._institution.institution.languages

    def lines(self, rounds: int, editions: int) -> list[Line]:
        one = [self._cold(self._both[:1]) for _ in range(rounds)]
        both = [self._cold(self._both) for _ in range(rounds)]
        charts, plain = (min(self._more(FEW, one) for _ in range(rounds)) for one in (DRAWN, PLAIN))
        many, peak = self._many(editions)
        return [
            Line("one edition in a new process, one language", min(cpu for cpu, _ in one), "s", 3.0),
            Line("  its memory at most", min(peak for _, peak in one), "MB", 160),
            Line("one edition in a new process, both languages", min(cpu for cpu, _ in both), "s", None),
            Line("  its memory at most", min(peak for _, peak in both), "MB", None),
            Line("one more, with charts ÷ without", charts / plain, "", 2.0),
            Line(f"each of {editions} editions in one process, one language", many, "s", 0.8),
            Line("  its memory at most", peak, "MB", None),
        ]

    def _cold(self, languages: tuple[str, ...]) -> tuple[float, float]:
        with Drawing() as process:
            drawn = process.draw(self._job(1, languages))
        self._say(f"  {' and '.join(languages)}: {drawn.cpu_seconds:.2f} s, {drawn.peak_mb:.0f} MB")
        return drawn.cpu_seconds, drawn.peak_mb

    def _more(self, count: int, function: str) -> float:
        """Seconds of processor for each edition after the first."""
        with Drawing(function=function) as process:
            took = [process.draw(self._job(number + 1, self._both[:1])).cpu_seconds for number in range(count + 1)]
        each = (took[-1] - took[0]) / count
        self._say(f"  {'without' if function == PLAIN else 'with'} charts: {each:.2f} s")
        return each

    def _many(self, editions: int) -> tuple[float, float]:
        """Seconds of processor for each, starting the process included, and the most memory."""
        if editions > EDITIONS_EACH:
            raise UsageError(f"A process draws {EDITIONS_EACH} editions at most: ask for no more with --editions.")
        with Drawing() as process:
            drawn = [process.draw(self._job(number + 1, self._both[:1])) for number in range(editions)]
        self._say(f"  {editions} editions: {drawn[-1].cpu_seconds:.1f} s")
        return drawn[-1].cpu_seconds / editions, drawn[-1].peak_mb

    def _job(self, revision: int, languages: tuple[str, ...]) -> Job:
        return Job(self._document, self._institution, Stamp(revision, "0123456789ab"), languages)
