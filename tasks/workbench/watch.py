"""When one of the files that a metric's check reads was saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tasks import home
from tasks.workbench import cases

LOOK_SECONDS = 0.3
Seen = dict[Path, tuple[int, int]]


def saves(metric: str, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Now, and then after every save of the metric, its cases or the promised tables; for ever."""
    seen: Seen | None = None
    while True:
        found = _look(metric)
        if found != seen:
            seen = found
            yield
        pause(LOOK_SECONDS)


def _look(metric: str) -> Seen:
    """An editor replaces a file by another or writes in it: time and size tell either."""
    paths = [home.SQL / "metrics" / f"{metric}.sql", cases.file_of(metric), *sorted((home.SQL / "core").glob("*.sql"))]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists()}
