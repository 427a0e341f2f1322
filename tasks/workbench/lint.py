"""How a metric is written: our SQL style, by sqlfluff where it is installed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

from tasks import home
from tasks.measure.contract import Metric

SECONDS = 30
#: So many remarks are told at once.
MOST = 5


class Style:
    """sqlfluff's remarks, sought while something else is done; leaving the context ends it."""

    def __init__(self, metric: Metric) -> None:
        self._file = metric.file
        path = home.SQL / "metrics" / f"{metric.name}.sql"
        config = str(home.ROOT / "pyproject.toml")
        command = [sys.executable, "-m", "sqlfluff", "lint", "--config", config, "--format", "json", str(path)]
        self._running = (
            subprocess.Popen(command, cwd=home.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            if importlib.util.find_spec("sqlfluff")
            else None
        )

    def __enter__(self) -> Style:
        return self

    def __exit__(self, *_: object) -> None:
        if self._running:
            self._running.kill()
            self._running.communicate()

    def remarks(self) -> list[str] | None:
        """With line and column; None where sqlfluff is not installed, or cannot say."""
        if self._running is None:
            return None
        try:
            out, _ = self._running.communicate(timeout=SECONDS)
            found = [one for file in json.loads(out) for one in file["violations"]]
        except (ValueError, KeyError, subprocess.TimeoutExpired):
            return None
        told = [self._told(one) for one in found]
        return [*told[:MOST], *(["…"] if len(told) > MOST else [])]

    def _told(self, one: dict[str, Any]) -> str:
        place = f"{self._file}, line {one['start_line_no']}, column {one['start_line_pos']}"
        return f"{place}: {one['description']} ({one['code']})"
