"""Runs one program of the benchmark, out of sight and in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tasks import home
from tasks.bench.plan import THREADS
from tasks.errors import WeerklankError

#: Everybody gets as many threads as our SQL does.
EQUAL = {"POLARS_MAX_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS)}


def run(name: str, state: Path, *arguments: str) -> str:
    """``python -m tasks.bench.<name>`` with this state folder; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", f"tasks.bench.{name}", *arguments],
        cwd=home.ROOT,
        env=os.environ | EQUAL | {"WEERKLANK_HOME": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WeerklankError(f"the benchmark's program {name} failed:\n{done.stderr}")
    return done.stdout
