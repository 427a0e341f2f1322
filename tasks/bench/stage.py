"""How many mentions a second staging makes of landed pages: from raw pages to partitions, without a language model."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch

from tasks.bench import program
from tasks.errors import CheckFailed

#: Mentions a second, on two cores.
GOAL = 15_000
#: What is staged, if nothing else is asked for.
WEEKS, ITEMS_A_WEEK = 5, 20_000


@dataclass(frozen=True, slots=True)
class Staged:
    """The best of several runs: mentions, seconds of wall clock and of processor, and of each step."""

    mentions: int
    wall_seconds: float
    cpu_seconds: float
    steps: dict[str, float]

    @property
    def per_second(self) -> float:
        """Mentions a second by the clock on the wall."""
        return self.mentions / self.wall_seconds

    @property
    def met(self) -> bool:
        """Whether that is as promised."""
        return self.per_second >= GOAL

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "mentions": self.mentions,
            "wall_seconds": round(self.wall_seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "mentions_per_second": round(self.per_second),
            "goal": GOAL,
            "met": self.met,
            "steps": {name: round(seconds, 3) for name, seconds in self.steps.items()},
        }

    def table(self) -> str:
        """For people; the steps in seconds of processor, as some run side by side."""
        share = 1_000_000 / self.mentions
        rows = [
            f"{name:<22}{seconds:8.2f} s{seconds * share:8.1f} µs a mention" for name, seconds in self.steps.items()
        ]
        verdict = "met" if self.met else "MISSED"
        return "\n".join(
            [
                f"{self.mentions:,} mentions, every text another: {self.wall_seconds:.2f} s by the clock, "
                f"{self.cpu_seconds:.2f} s of processor",
                "",
                *rows,
                "",
                f"{self.per_second:,.0f} mentions a second   goal ≥ {GOAL:,}   {verdict}",
            ]
        )


def report(weeks: int, items_a_week: int, rounds: int, form: str, say: Callable[[str], None]) -> int:
    """Measure and print, as ``table`` or ``json``; 0 when the goal was met, else 1."""
    found = run(weeks, items_a_week, rounds, say)
    print(json.dumps(found.record(), indent=2) if form == "json" else found.table())
    return 0 if found.met else 1


def run(weeks: int, items_a_week: int, rounds: int, say: Callable[[str], None]) -> Staged:
    """Land the mentions, stage them ``rounds`` times from nothing, each in its own process; the quickest counts."""
    with tempfile.TemporaryDirectory(prefix="weerklank-bench-") as folder:
        state = Path(folder)
        say(f"{weeks} weeks of {items_a_week:,} mentions …")
        expected = int(program.run("mentions", state, str(weeks), str(items_a_week)))
        found = []
        for number in range(rounds):
            one = Staged(**json.loads(program.run("stage", state, str(weeks))))
            if one.mentions != expected:
                raise CheckFailed(f"{expected:,} mentions were landed, and {one.mentions:,} staged.")
            say(f"  round {number + 1}: {one.wall_seconds:.2f} s, {one.per_second:,.0f} a second")
            found.append(one)
        return min(found, key=lambda one: one.wall_seconds)


def _measure(weeks: int) -> Staged:
    import shutil

    from tasks import home
    from tasks.bench import world
    from tasks.stage import weeks as staging

    shutil.rmtree(home.lake(), ignore_errors=True)
    steps: dict[str, float] = defaultdict(float)
    with _watched(steps):
        wall, cpu = time.perf_counter(), time.process_time()
        staged = staging.refresh(world.institution(), world.weeks(weeks)[-1])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Staged(sum(staged.values()), wall, cpu, dict(steps))


@contextmanager
def _watched(steps: dict[str, float]) -> Iterator[None]:
    """Add up the seconds of processor that each part of staging takes; the parts are left as they are."""
    from tasks import lake, language, warehouse
    from tasks.stage import rows

    lock = Lock()

    def timed(call: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                with lock:
                    steps[name(*args)] += time.thread_time() - began

        return run

    with (
        patch.object(rows, "table", timed(rows.table, lambda *_: "pages to rows")),
        patch.object(language, "of_texts", timed(language.of_texts, lambda *_: "language")),
        patch.object(lake, "replace", timed(lake.replace, lambda table, *_: f"write {table}")),
        patch.object(warehouse, "run_file", timed(warehouse.run_file, lambda _, path: path.stem)),
    ):
        yield


if __name__ == "__main__":
    one = _measure(int(sys.argv[1]))
    fields = {name: getattr(one, name) for name in ("mentions", "wall_seconds", "cpu_seconds", "steps")}
    print(json.dumps(fields))
