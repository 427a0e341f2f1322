"""Keeps an eye on a local Airflow: restarts what ended, and what is there but has stopped working.

Only the health page tells the second: a scheduler on SQLite can die inside while its process lives on.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tasks.cli.airflow_api import Api
from tasks.cli.processes import Program
from tasks.errors import WeerklankError

#: How long a program may take to show its first sign of life, and how long it may be silent after that.
START_SECONDS, SILENCE_SECONDS = 240.0, 90.0
CHECK_SECONDS = 5.0
MOST_RESTARTS = 5
API, LAST = "api-server", "scheduler"
#: What the health page calls our programs.
ON_HEALTH_PAGE = {"scheduler": "scheduler", "dag-processor": "dag_processor"}


class Watch:
    """Looks after the programs of one Airflow."""

    def __init__(self, programs: Sequence[Program], port: int, records: Path) -> None:
        self._programs, self._records, self._api = programs, records, Api(port)
        self._seen_at = {program.name: 0.0 for program in programs}

    def until_healthy(self, stopping: threading.Event) -> bool:
        """Start everything and wait until it works; False when somebody ends it before that. Raises as `until`.

        The scheduler comes last: a task that it starts before the API answers fails, without a word in its log.
        """
        for program in self._programs:
            if program.name != LAST:
                program.start(self._records)
        while not stopping.wait(0.5):
            well = self._look()
            if len(well) == len(self._programs):
                return True
            if API in well:
                for program in self._programs:
                    if not program.was_started:
                        program.start(self._records)
            self._mend()
        return False

    def until(self, stopping: threading.Event) -> None:
        """Watch until somebody ends it; raises WeerklankError when a program cannot be kept alive."""
        while not stopping.wait(CHECK_SECONDS):
            self._look()
            self._mend()

    def _look(self) -> set[str]:
        """The programs that show a sign of life now."""
        now = time.monotonic()
        try:
            health = self._api.health()
        except (OSError, ValueError):  # nobody to ask: nothing is known of the others
            self._seen_at.update({name: now for name in ON_HEALTH_PAGE if self._seen_at[name]})
            return set()
        well = {API} | {name for name, part in ON_HEALTH_PAGE.items() if health.get(part) == "healthy"}
        self._seen_at.update(dict.fromkeys(well, now))
        return well

    def _mend(self) -> None:
        for program in self._programs:
            if not program.was_started:
                continue
            what = "ended" if not program.is_running() else "is silent" if self._is_silent(program) else ""
            if not what:
                continue
            if program.restarts >= MOST_RESTARTS:
                raise WeerklankError(f"Airflow's {program.name} {what}, again and again; {program.log} says why.")
            print(f"weerklank: Airflow's {program.name} {what}; starting it again", file=sys.stderr, flush=True)
            program.start(self._records)

    def _is_silent(self, program: Program) -> bool:
        seen_at, now = self._seen_at[program.name], time.monotonic()
        if seen_at < program.started_at:
            return now - program.started_at > START_SECONDS
        return now - seen_at > SILENCE_SECONDS
