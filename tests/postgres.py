"""A PostgreSQL of our own: not run by root, reached over a socket in its own folder."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

PROGRAMS = Path("/usr/lib/postgresql")


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of its database ``postgres``. Skips the test on a machine without PostgreSQL."""
    programs = sorted(PROGRAMS.glob("*/bin/initdb"))
    if not programs:
        pytest.skip(f"no PostgreSQL under {PROGRAMS}: this was tested on SQLite only (apt-get install postgresql)")
    binaries, user = programs[-1].parent, pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
    folder = Path(tempfile.mkdtemp(prefix="wk-pg-", dir="/tmp"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data, url = folder / "data", f"postgresql+psycopg2://{user.pw_name}@/postgres?host={folder}"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-A", "trust", "-N", "-E", "UTF8"], check=True, **identity, **quiet
    )
    options = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", folder]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, *options], start_new_session=True, **identity, **quiet
    )
    try:
        _wait_for(binaries / "pg_isready", folder, server)
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it
        server.wait(30)
        shutil.rmtree(folder)


def database(base: str, name: str) -> str:
    """The URL of a new empty database of this name in the cluster."""
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return base.replace("/postgres?", f"/{name}?")


def _wait_for(isready: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if subprocess.run([isready, "-q", "-h", folder], check=False).returncode == 0:
            return
        assert server.poll() is None, "PostgreSQL ended at once"
        time.sleep(0.1)
    raise AssertionError("PostgreSQL did not start within 30 seconds")
