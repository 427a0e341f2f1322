"""What is made once a run, for all of its processes; and the work of confined processes, done in the test's own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.measure import process
from tasks.measure import week as measuring
from tasks.render import edition, job, public
from tasks.render.job import Job


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that whichever process comes first fills, with ``make(folder)``; the others wait for it, and only read.

    One that could not be filled is filled again by the next.
    """
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = root / f"shared-{name}", root / f"shared-{name}.made"
    with (root / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            made.touch()
    return folder


def work_here(patch: pytest.MonkeyPatch) -> None:
    """Measure and draw in this process: a confined one spends more on its imports than on a small week. That they
    are confined, and say the same, tests/render/test_process.py and tests/test_unavailable.py look after.
    """
    patch.setattr(process, "week", _measured)
    patch.setattr(edition, "draw", _drawn)
    patch.setattr(public, "draw", _drawn)


def _measured(slug: str, week: str, as_of: str) -> dict[str, Any]:
    made: dict[str, Any] = measuring.measured({"slug": slug, "week": week, "as_of": as_of, "stuck": {}})[0]
    return made


def _drawn(asked: Job) -> dict[str, bytes]:
    return job.drawn(asked.packed())[1]
