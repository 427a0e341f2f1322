"""Temporary files that a killed process left: nobody writes one for longer than a task may take."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from tasks import durable, home
from tasks.maintenance.found import Damage, Round

#: Tasks end after an hour.
OLD = timedelta(hours=24)


def sweep(found: Round, moment: datetime, *, really: bool) -> None:
    """Remove what is older than a day by the clock of the file system. Airflow's own folder is Airflow's."""
    before = (moment - OLD).timestamp()
    for top in sorted(home.state().iterdir() if home.state().exists() else ()):
        if top.name == "airflow":
            continue
        mine = [top] if top.name.startswith(durable.PREFIX) else sorted(top.rglob(f"{durable.PREFIX}*"))
        for path in mine:
            _remove(found, path, before, really)


def _remove(found: Round, path: Path, before: float, really: bool) -> None:
    try:
        if path.lstat().st_mtime >= before:
            return
        size = sum(one.lstat().st_size for one in (path, *path.rglob("*")) if not one.is_dir())
        if really:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except FileNotFoundError:  # its process was only slow, and is done
        return
    except OSError as error:
        remedy = f"remove it as the account it belongs to ({error.strerror})"
        found.damaged.append(Damage(str(path), remedy, "not removed"))
        return
    found.removed.append(str(path.relative_to(home.state())))
    found.removed_bytes += size
