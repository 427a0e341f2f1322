"""The whole benchmark: lakes, jobs in turn, answers compared, ratios."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks import home
from tasks.bench import equal, goals, lakes, program
from tasks.bench.goals import Comparison, Took
from tasks.errors import CheckFailed

Say = Callable[[str], None]
#: Module and what follows the usual arguments, by the name in the table; they run in this order, in every round.
JOBS = {
    "ours": ("ours",),
    "polars": ("by_polars",),
    "pandas": ("by_pandas",),
    "scan": ("by_scan", "scan"),
    "count": ("by_scan", "count"),
}
#: Who must say the same as we do.
SAME = ("polars", "pandas")
#: The short history that one week is measured against, and how often in one process.
FEW_WEEKS, REPEATS = 7, 5


def definition(scan: str) -> str:
    """The SQL of ``scan`` or ``count``: a ratio to something must say to what."""
    return (home.SQL / "bench" / f"{scan}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Bench:
    """What to measure: histories in weeks (pandas runs at the shortest only), how much a week, how often."""

    folder: Path
    weeks: tuple[int, ...]
    items_a_week: int
    rounds: int
    say: Say

    def run(self) -> list[Comparison]:
        """Every comparison there is. Raises CheckFailed when a rival says something else than we do."""
        sizes = sorted(self.weeks)
        states = {}
        for weeks in sizes:
            self.say(f"a lake of {self._size(weeks)} …")
            states[weeks] = lakes.made(self.folder, weeks, self.items_a_week)
        found: list[Comparison] = []
        for weeks in sizes:
            jobs = [name for name in JOBS if name != "pandas" or weeks == sizes[0]]
            found += goals.compared(self._size(weeks), self._in_turn(states[weeks], weeks, jobs))
        return [*found, self._one_week(states[sizes[-1]], sizes[-1])]

    def _size(self, weeks: int) -> str:
        return f"{weeks} weeks, {weeks * self.items_a_week:,} items"

    def _in_turn(self, state: Path, weeks: int, jobs: Sequence[str]) -> dict[str, Took]:
        runs: dict[str, list[Took]] = {name: [] for name in jobs}
        for number in range(self.rounds):
            for name in jobs:
                took = self._job(name, state, weeks)
                runs[name].append(took)
                self.say(f"  {weeks} weeks, round {number + 1}: {name:<6} {took.wall:7.2f} s {took.memory:6.0f} MB")
            self._agree(state / "answer" / str(weeks), [name for name in SAME if name in jobs])
        return {name: Took.least(list(took)) for name, took in runs.items()}

    def _one_week(self, state: Path, weeks: int) -> Comparison:
        """The newest week with all of its history, and with a little of it."""
        few = lakes.newest(state, FEW_WEEKS)
        took: dict[Path, list[float]] = {state: [], few: []}
        for number in range(self.rounds):
            for one, seconds in took.items():
                seconds.append(self._job("ours", one, 1, REPEATS).cpu)
            self.say(f"  one week, round {number + 1}: {took[state][-1]:.2f} s, {took[few][-1]:.2f} s")
        ours, theirs = min(took[state]), min(took[few])
        return Comparison(
            "cpu", f"1 week, history of {weeks}", ours, f"history of {FEW_WEEKS}", theirs, goals.WEEK_GOAL
        )

    def _job(self, name: str, state: Path, weeks: int, times: int = 1) -> Took:
        plans = {one: state / f"plan-{one}.json" for one in (weeks, 1)}
        for one, path in plans.items():
            if not path.exists():
                program.run("plan", state, str(one), str(path))
        answer = state / "answer" / str(weeks) / name
        answer.mkdir(parents=True, exist_ok=True)
        module, *more = JOBS[name]
        told = program.run(module, state, str(plans[weeks]), str(plans[1]), str(answer), str(times), *more)
        found = json.loads(told)
        return Took(statistics.median(found["wall_seconds"]), statistics.median(found["cpu_seconds"]), found["peak_mb"])

    def _agree(self, answers: Path, rivals: Sequence[str]) -> None:
        for rival in rivals:
            if odd := equal.differences(answers / "ours", answers / rival):
                raise CheckFailed(f"{rival} and our SQL do not say the same:\n" + "\n".join(f"  {one}" for one in odd))
