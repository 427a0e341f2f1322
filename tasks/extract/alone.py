"""One process at a time lands a source; the lock goes with its process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks import durable, home


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a landing folder; whoever comes later waits."""
    durable.private_folder(folder, home.landed())
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
