"""Kill a step at a seeded point, run everything again, and compare: run by tests/test_kill.py in a process of its own.

A child is forked for every attempt (nothing has started a thread yet, so that is safe), counts what it does to files
under the state folder, and kills itself with SIGKILL just before the chosen one.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import holidays
import pytest
import weasyprint  # noqa: F401 imported before the forks, so that no child has to

from tasks import editorial, home, settings, steps  # noqa: F401
from tasks.desk import landed  # noqa: F401
from tasks.extract import files
from tasks.period import Week
from tasks.render import edition, fonts, pdf, screen  # noqa: F401
from tasks.sentiment import engines, lexicon  # noqa: F401
from tasks.stage import people, tone, weeks  # noqa: F401
from tests.shared import work_here

EVENTS = {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}
SLUG, WEEK = "school", "2026-W37"


def run(step: str) -> None:
    """One step of the small institution's week."""
    institution = settings.load(SLUG)
    as_of = Week.parse(WEEK, institution.zone).cutoff.isoformat()
    if step == "extract":
        for path in sorted((home.CONFIG.parent / "inbox").glob("*.jsonl")):
            files.receive(institution, path, fetched_at=steps.now())
    elif step == "stage":
        steps.stage(SLUG, WEEK)
    elif step == "measure":
        steps.measure(SLUG, WEEK, as_of)
    else:
        steps.render(SLUG, WEEK, as_of)


def child(work: Callable[[], None], kill_at: int | None, report: Path) -> int:
    """Fork; do the work; die before file event ``kill_at``. Returns the wait status; writes the number of events."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    count = 0
    state = str(home.state())

    def watch(event: str, args: tuple[Any, ...]) -> None:
        nonlocal count
        if event in EVENTS and args and str(args[0]).startswith(state):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    code = 1
    try:
        work()
        report.write_text(str(count))
        code = 0
    finally:
        os._exit(code)


def fingerprint() -> dict[str, str]:
    """What must be the same: every byte but the clock in landing manifests, and what a killed process left aside."""
    return {
        str(path.relative_to(home.state())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.state().rglob("*"))
        if path.is_file() and ".tmp-" not in str(path) and not path.name.endswith(".manifest.json")
    }


def ready() -> None:
    """What a child would otherwise do for itself, and no more: no thread is started. A child measures and draws in its
    own process, so that it is killed at the files that a confined one writes as well.
    """
    work_here(pytest.MonkeyPatch())
    fonts.prepare()
    lexicon.digest()
    holidays.country_holidays("NL", years=2026)


def main(step: str, folder: Path, most: int) -> dict[str, Any]:
    """Clean run, then at most so many killed ones: {"points": […], "wrong": […]}."""
    state, report = home.state(), folder / "count"
    before = folder / "before"
    names = ["extract", "stage", "measure", "render"]

    def prepare() -> None:
        for name in names[: names.index(step)]:
            run(name)

    if child(prepare, None, report) != 0:
        raise SystemExit("the steps before failed")
    shutil.copytree(state, before)
    if child(lambda: run(step), None, report) != 0:
        raise SystemExit("the step fails by itself")
    events = int(report.read_text())
    clean = fingerprint()
    seeded = random.Random(step)  # noqa: S311 repeatable, not secret
    points = sorted(seeded.sample(range(1, events + 1), min(most, events)))
    wrong = []
    for point in points:
        shutil.rmtree(state)
        shutil.copytree(before, state)
        status = child(lambda: run(step), point, report)
        if not os.WIFSIGNALED(status):
            wrong.append(f"{step} was not killed at {point}")
        if child(lambda: run(step), None, report) != 0 or fingerprint() != clean:
            wrong.append(f"{step} killed at {point} of {events}: the rerun gives something else")
    return {"events": events, "points": points, "files": len(clean), "wrong": wrong}


if __name__ == "__main__":
    ready()
    home.CONFIG = Path(sys.argv[2]) / "institutions"
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
