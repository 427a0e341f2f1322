"""Write so that a reader, or a machine that lost power, sees the old bytes or the new ones, never half.

Temporary names begin with ``.tmp-``: no glob of ours matches them, and a sweep can find what a killed process left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".tmp-"


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
