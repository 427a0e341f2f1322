"""How a metric is written: our SQL style (sqlfluff, where it is installed), and joins that cost more than they look."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

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


def joins(metric: Metric) -> tuple[int, int] | None:
    """How many joins its own query has, and how many of those let every row meet every other; None when sqlglot cannot
    read it. Joining with a lookup of one row, or with the parts of a list, is no such join.
    """
    try:
        query = sqlglot.parse_one(metric.sql, dialect="duckdb")
    except SqlglotError:
        return None
    found = list(query.find_all(exp.Join))
    return len(found), sum(_every_with_every(one) for one in found)


def _every_with_every(join: exp.Join) -> bool:
    keyed = join.args.get("on") is not None or join.args.get("using") or join.args.get("method")
    return not keyed and isinstance(join.this, exp.Table)
