"""The frame of a job: warm up on one week, do the work, tell what it took."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tasks.bench import plan

Answer = TypeVar("Answer")


def main(work: Callable[[plan.Plan], Answer], save: Callable[[Answer, Path], None]) -> None:
    """``… PLAN.json WARM_UP.json FOLDER TIMES``: does the work so often, prints JSON, leaves the answer as Parquet.

    Importing and the warm-up are not timed: a report of a minute does not care, and every tool pays something else.
    """
    asked, warm_up, folder = (Path(argument) for argument in sys.argv[1:4])
    work(plan.read(warm_up))
    todo = plan.read(asked)
    took: list[tuple[float, float]] = []
    for _ in range(int(sys.argv[4])):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work(todo)
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
    peak = peak_mb()
    save(answer, folder)
    print(
        json.dumps(
            {"wall_seconds": [wall for wall, _ in took], "cpu_seconds": [cpu for _, cpu in took], "peak_mb": peak}
        )
    )


def peak_mb() -> float:
    """The most memory that was resident at once. Unlike getrusage's, this figure starts anew with the program."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    if found is None:
        raise OSError("/proc/self/status names no VmHWM: the benchmark needs Linux.")
    return int(found[1]) / 1024
