"""Who may touch an institution's raw pages: many at a time add and read, one at a time takes away or rewrites.

The lock is a file under ``var/locks``; it goes with the process that holds it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tasks import home

#: Whom this process has alone: what it does for them meanwhile needs no lock, and would wait for itself.
_ALONE: set[str] = set()


@contextmanager
def shared(slug: str) -> Iterator[None]:
    """Land, stage, measure or render beside others who do; whoever erases waits until all are done."""
    if slug in _ALONE:
        yield
        return
    with _held(slug, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(slug: str) -> Iterator[None]:
    """Erase, retain or rotate keys: nobody lands, stages, measures, renders or does the same meanwhile."""
    with _held(slug, fcntl.LOCK_EX):
        _ALONE.add(slug)
        try:
            yield
        finally:
            _ALONE.discard(slug)


@contextmanager
def _held(slug: str, how: int) -> Iterator[None]:
    path = home.state() / "locks" / f"landing.{slug}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as lock:
        fcntl.flock(lock, how)
        yield
