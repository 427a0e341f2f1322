"""A folder that is watched: ``var/inbox/<institution>/<source>``. What people put there is taken in by the hourly run.

    export.csv                      waits; a file that still grows, or is called .part, is left alone
    done/<moment>-export.csv        was taken in; done/….txt says what became of it
    refused/<moment>-export.csv     could not be read; refused/….txt says why, and what to do

Both go after a while (`KEPT_DAYS`): what counts of a file was landed, and what nobody landed nobody needs.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tasks import durable, home
from tasks.errors import UsageError, WeerklankError
from tasks.extract.alone import alone
from tasks.extract.files import origin, receive
from tasks.extract.sources.table import Files
from tasks.imports import given, said
from tasks.imports.take import Taken
from tasks.settings import Institution

log = logging.getLogger(__name__)
#: How long files stay after they were looked at: less than the month in which a person can be erased.
KEPT_DAYS = {"done": 7, "refused": 28}
#: Names of files that somebody is still writing.
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
#: A file that was changed since is left alone until the next look.
QUIET_SECONDS = 120
SHOWN = 100


@dataclass(slots=True)
class Found:
    """What became of what lay there."""

    pages: int = 0
    items: int = 0
    set_aside: int = 0
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as a collection gives them."""
        told: dict[str, Any] = {
            "status": "partial" if self.refused else "complete",
            "pages": self.pages,
            "items": self.items,
            "refused": self.set_aside,
            "spent": {},
        }
        if self.refused:
            told["reason"] = f"{len(self.refused)} files could not be read; beside each in refused/ stands why"
        return told


def take_in(institution: Institution, source: Files, *, clock: datetime) -> Found:
    """Look at every file once; ``clock`` names what was done, and ends what was kept long enough."""
    folder = home.inbox(institution.slug, source.id)
    durable.private_folder(folder, home.state() / "inbox")
    found = Found()
    with alone(home.landing(institution.slug, source.id)):
        for path in _files(folder):
            if 0 <= clock.timestamp() - path.lstat().st_mtime < QUIET_SECONDS:
                found.waiting.append(origin(path))  # somebody may still be writing it
            else:
                _one(institution, source, path, found, clock)
        _tidy(folder, clock)
    return found


def _files(folder: Path) -> Iterator[Path]:
    """What lies there and is meant for us. A link is not followed: it may lead anywhere."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            log.warning("%s: a link is not followed; put the file itself there", origin(path))
        elif path.is_file() and not path.name.startswith((".", "~$")) and not path.name.lower().endswith(UNFINISHED):
            yield path


def _one(institution: Institution, source: Files, path: Path, found: Found, clock: datetime) -> None:
    try:
        told = _take(institution, source, path, found, clock)
        where = "done"
        found.done.append(origin(path))
    except WeerklankError as error:
        told, where = (
            f"Nothing of this file was taken in.\n\n{str(error).replace(str(path), origin(path))}\n",
            "refused",
        )
        found.refused.append(origin(path))
    aside = _free(path.parent / where, f"{clock:%Y%m%d-%H%M%S}-{origin(path).replace('/', '?')}")
    durable.private_folder(aside.parent, home.state() / "inbox")
    durable.write_bytes(aside.with_name(f"{aside.name}.txt"), told.encode("utf-8", "replace"), mode=0o600)
    shutil.move(path, aside)
    for one in (aside, aside.with_name(f"{aside.name}.txt")):
        os.utime(one, (clock.timestamp(), clock.timestamp()))


def _take(institution: Institution, source: Files, path: Path, found: Found, clock: datetime) -> str:
    """Take one file in; returns what to tell of it."""
    if not source.maps and not given.is_exchange(path):
        raise UsageError(
            f"{origin(path)}: [[source]] {source.id} names no maps, so only the exchange format is read here. "
            f'./weerklank import {institution.slug} FILE --preview writes a column map; then say maps = ["NAME"].'
        )
    if not source.maps:
        received = receive(institution, path, fetched_at=clock)
        found.pages += 1
        found.items += received.items
        found.set_aside += len(received.refused)
        return _told(received.items, len(received.refused), list(received.refused[:SHOWN]), "line", [])
    name = given.fitting(institution, path, source.maps)
    taken = given.take(institution, path, name, source.id, fetched_at=clock)
    found.pages += len(taken.pages)
    found.items += taken.items
    found.set_aside += taken.set_aside
    return _told_taken(name, taken)


def _told_taken(name: str, taken: Taken) -> str:
    if taken.known:
        return f"Was taken in before by the map {name}; nothing changed.\n"
    more = [f"Read by the column map {name}.", *said.clocks(taken)]
    return _told(taken.items, taken.set_aside, taken.refused[:SHOWN], "row", more)


def _told(items: int, aside: int, refused: list[tuple[int, str]], what: str, more: list[str]) -> str:
    lines = [f"{items:,} items loaded, {aside:,} {what}s set aside.", *more]
    lines += [f"{what} {number:,}: {reason}" for number, reason in refused]
    lines += [f"… and {aside - len(refused):,} more."] if aside > len(refused) else []
    return "\n".join(lines) + "\n"


def _free(folder: Path, name: str) -> Path:
    """A name that is not taken."""
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{number}-{name}", number + 1
    return path


def _tidy(folder: Path, clock: datetime) -> None:
    for where, days in KEPT_DAYS.items():
        before = (clock - timedelta(days=days)).timestamp()
        for path in (folder / where).glob("*"):
            if path.lstat().st_mtime < before:
                path.unlink()
