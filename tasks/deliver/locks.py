"""One process at a time mails an institution's editions; the lock dies with the process that holds it.

That is what tells a row left in ``sending`` by a killed process from one that is being sent at this moment. Should the
lock ever fail, the ledger's own rules still keep a second mail back.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from tasks.errors import DeliveryError

#: Many recipients times a slow server.
PATIENCE_SECONDS = 600.0
STEP_SECONDS = 0.1


@contextmanager
def exclusive(engine: Engine, institution: str, patience_seconds: float) -> Iterator[None]:
    """Hold the institution's lock; raises DeliveryError when another process keeps it for too long."""
    hold = _hold_row if engine.dialect.name == "postgresql" else _hold_file
    with hold(engine, institution) as try_lock:
        until = time.monotonic() + patience_seconds
        while not try_lock():
            if time.monotonic() >= until:
                raise DeliveryError(
                    f"{institution}: another process has been mailing for {patience_seconds:.0f} seconds. "
                    "Nothing was sent by this one. Try again when that one is done."
                )
            time.sleep(STEP_SECONDS)
        yield


@contextmanager
def _hold_file(engine: Engine, institution: str) -> Iterator[Callable[[], bool]]:
    """A lock file beside the SQLite ledger."""
    path = Path(f"{engine.url.database}.{institution}.lock")
    with path.open("ab") as handle:

        def try_lock() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield try_lock


@contextmanager
def _hold_row(engine: Engine, institution: str) -> Iterator[Callable[[], bool]]:
    """A PostgreSQL advisory lock, which belongs to a session."""
    key = int.from_bytes(hashlib.sha256(f"weerklank:{institution}".encode()).digest()[:8], signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:

        def try_lock() -> bool:
            return bool(session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one())

        yield try_lock
