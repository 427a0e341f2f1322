"""How many items a second one process asks for, reads and lands; and whether its memory stays where it is."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tasks.bench import program
from tasks.errors import CheckFailed

#: Items a second, and megabytes that four fifths of the items may add to what the first fifth took.
GOAL, MOST_GROWTH_MB = 2_000, 32.0
ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Collected:
    """One run: what it took, and the memory in use after a fifth of the items and at the end, in MB."""

    items: int
    wall_seconds: float
    cpu_seconds: float
    early_mb: float
    late_mb: float

    @property
    def per_second(self) -> float:
        """Items a second by the clock on the wall."""
        return self.items / self.wall_seconds

    @property
    def met(self) -> bool:
        """Whether that is as promised."""
        return self.per_second >= GOAL and self.late_mb - self.early_mb <= MOST_GROWTH_MB

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "items": self.items,
            "wall_seconds": round(self.wall_seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "items_per_second": round(self.per_second),
            "early_mb": round(self.early_mb, 1),
            "late_mb": round(self.late_mb, 1),
            "goal": {"items_per_second": GOAL, "growth_mb": MOST_GROWTH_MB},
            "met": self.met,
        }

    def table(self) -> str:
        """For people."""
        return "\n".join(
            [
                f"{self.items:,} items: {self.wall_seconds:.2f} s by the clock, {self.cpu_seconds:.2f} s of processor",
                f"{self.per_second:,.0f} items a second   goal ≥ {GOAL:,}",
                f"memory {self.early_mb:.0f} MB after a fifth, {self.late_mb:.0f} MB at the end"
                f"   goal: at most {MOST_GROWTH_MB:.0f} MB more",
                "met" if self.met else "MISSED",
            ]
        )


def report(items: int, form: str, say: Callable[[str], None]) -> int:
    """Measure and print, as ``table`` or ``json``; 0 when the goals were met, else 1."""
    say(f"{items:,} items from a server of our own …")
    found = run(items)
    print(json.dumps(found.record(), indent=2) if form == "json" else found.table())
    return 0 if found.met else 1


def run(items: int) -> Collected:
    """Collect from a server in a process of its own; the collector has one as well."""
    with tempfile.TemporaryDirectory(prefix="weerklank-bench-") as folder:
        command = [sys.executable, "-m", "tasks.bench.timeline", str(items)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
            try:
                port = int(server.stdout.readline()) if server.stdout else 0
                told = Collected(**json.loads(program.run("collect", Path(folder), str(items), str(port))))
            finally:
                server.terminate()
    if told.items != items:
        raise CheckFailed(f"{items:,} items were there, and {told.items:,} were landed.")
    return told


def _measure(items: int, port: int) -> Collected:
    from tasks import home, period
    from tasks.bench import timeline, world
    from tasks.extract import collect
    from tasks.extract.cursor import Cursor, Cursors
    from tasks.extract.http.address import Guard
    from tasks.extract.http.budget import Budget
    from tasks.extract.http.client import Client
    from tasks.extract.sources import mastodon
    from tasks.tables import Names

    source = mastodon.Table.model_construct(
        id="masto", type="mastodon", name=Names(nl="m", en="m"), instance=f"http://127.0.0.1:{port}", tags=("school",)
    )
    cursors = Cursors(home.ledger_url(), period.now)
    begin, fifth = timeline.FIRST - timedelta(hours=1), timeline.FIRST + timedelta(seconds=items // 5)
    # The second run goes on upwards from an id, as hourly runs do: page after page until there is nothing more.
    mark = {"streams": {"tag:school": [[begin.isoformat(), str(10**9 - 1)]]}}
    cursors.move(world.SLUG, source.id, Cursor(mark, begin))
    early: list[float] = []

    def memory(told: Any) -> Any:
        if not early and told.items >= items // 5:
            early.append(_now_mb())
        return told

    guard = Guard(allowed=[f"127.0.0.1:{port}"])
    wall, cpu = time.perf_counter(), time.process_time()
    with Client(source.id, budget=Budget(10**9), guard=guard) as client:
        outcome = _watched(collect, memory, lambda: collect.live(world.SLUG, source, client, cursors, until=fifth))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if outcome.status != "complete":
        raise CheckFailed(f"the collection was {outcome.status}: {outcome.reason}")
    return Collected(outcome.items, wall, cpu, early[0], _now_mb())


def _watched(module: Any, look: Callable[[Any], Any], job: Callable[[], Any]) -> Any:
    """Do the job, and look at what was collected so far after each page that was landed."""
    land = module._land

    def landed(*given: Any) -> None:
        land(*given)
        look(given[5])

    with patch.object(module, "_land", landed):
        return job()


def _now_mb() -> float:
    """Memory in use now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    one = _measure(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({name: getattr(one, name) for name in Collected.__slots__}))
