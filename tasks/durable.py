"""Write so that a reader, or a machine that lost power, sees the old bytes or the new ones, never half.

Temporary names begin with ``.tmp-``: no glob of ours matches them, and a sweep can find what a killed process left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".tmp-"
#: A disk is waited for by so many at once; it takes what comes at the same time in one go.
SYNCING = 4


def write_bytes(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace ``path`` by ``data``, atomically and durably."""
    with replacing(path) as aside:
        aside.write_bytes(data)
        aside.chmod(mode)


def create_once(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write ``path`` unless it is there; of two processes at once, the first one's bytes stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.parent / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        aside.write_bytes(data)
        aside.chmod(mode)
        _sync(aside)
        os.link(aside, path)
        _sync(path.parent)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)


def private_folder(path: Path, top: Path) -> None:
    """Make a folder, and all above it down from ``top``, that only this account may open (mode 700)."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (path, *path.parents):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)
        if folder == top:
            return


class Together:
    """Many files that become durable together, which takes a disk far less than one by one.

    They appear with ``commit`` and when the block ends, those written as ``last`` after all others, in the order in
    which they were written. An error in the block throws away what did not appear; a process that dies leaves temporary
    files.
    """

    def __init__(self) -> None:
        self._waiting: dict[Path, tuple[Path, bool]] = {}

    def __enter__(self) -> Together:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.commit()
        for aside, _last in self._waiting.values():
            aside.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, path: Path, data: bytes, mode: int = 0o644, *, last: bool = False) -> None:
        """Put ``data`` aside, to replace ``path`` with the others."""
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.parent / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}-{path.name}.part"
        aside.write_bytes(data)
        aside.chmod(mode)
        if path in self._waiting:
            self._waiting.pop(path)[0].unlink()
        self._waiting[path] = (aside, last)

    def commit(self) -> None:
        """Let them all appear."""
        with ThreadPoolExecutor(SYNCING) as many:
            list(many.map(_sync, [aside for aside, _ in self._waiting.values()]))
        for turn in (False, True):
            moved = {path: aside for path, (aside, last) in self._waiting.items() if last is turn}
            for path, aside in moved.items():
                os.replace(aside, path)
            for folder in {path.parent for path in moved}:
                _sync(folder)
        self._waiting.clear()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; on leaving, it replaces ``path``. On an error nothing changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.parent / f"{PREFIX}{os.getpid()}-{os.urandom(4).hex()}-{path.name}.part"
    try:
        yield aside
        _sync(aside)
        os.replace(aside, path)
        _sync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``path`` on leaving; raises FileExistsError when ``path`` is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=PREFIX, dir=path.parent))
    try:
        yield aside
        for entry in sorted(aside.rglob("*")):
            _sync(entry)
        aside.chmod(0o755)
        _sync(aside)
        try:
            os.rename(aside, path)
        except OSError as error:  # a folder with content: somebody else was first
            raise FileExistsError(path) from error
        _sync(path.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
