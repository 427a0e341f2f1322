"""``./weerklank airflow``."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from tasks.errors import UsageError, WeerklankError

NAME = "airflow"
HELP = """Start a local Airflow, and look at the weekly reports in your browser.

Prints the address and how to log in. Trigger a report, or a backfill of many weeks, from there. Mail goes to a mail
server of its own and stays on this machine, in var/mail. Ctrl-C ends it all. For trying out: its database is SQLite,
and there is one administrator. Try PostgreSQL and roles, as in production, with --database and --users."""
PROGRAMS = {"api-server": [], "scheduler": ["--skip-serve-logs"], "dag-processor": []}
FIRST_PORT, LAST_PORT = 8080, 8179


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port --database --users"""
    parser.add_argument(
        "--port", type=int, help=f"the port of the web pages (default: the first free from {FIRST_PORT})"
    )
    parser.add_argument(
        "--database", metavar="URL", default="", help="Airflow's database: postgresql+psycopg2://… (default: SQLite)"
    )
    parser.add_argument(
        "--users", action="store_true", help="log in as users with roles (docs/roles.md), not as one administrator"
    )


def run(args: argparse.Namespace) -> int:
    """Run until somebody ends it; returns 0 then, and raises WeerklankError when Airflow cannot be kept alive."""
    from tasks import home
    from tasks.cli import airflow_home, airflow_users, processes
    from tasks.cli.airflow_watch import Watch
    from tasks.deliver import local_server

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    folder = airflow_home.folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    records = folder / "processes.json"
    with only_one(folder / "running"), local_server.running(home.mailbox()) as mail:
        if left := processes.sweep(records):
            _say(f"weerklank: ended {left} processes that an earlier start had left")
        port = free_port(args.port)
        environment = airflow_home.environment(port=port, smtp_port=mail.port, url=args.database, users=args.users)
        if args.database or args.users or airflow_home.needs_migration("airflow"):
            migrate(environment)
        if args.users:
            airflow_users.prepare(environment)
        programs = [
            processes.Program(
                name,
                [sys.executable, "-m", "airflow", name, *options],
                environment,
                folder / "logs" / f"{name}.log",
            )
            for name, options in PROGRAMS.items()
        ]
        try:
            _say("weerklank: starting Airflow …")
            watch = Watch(programs, port, records)
            if watch.until_healthy(stopping):
                print(f"Airflow:  http://127.0.0.1:{port}")
                print(f"Log in:   {airflow_home.USER}  {airflow_home.password()}")
                print(f"Mail:     {home.mailbox()}")
                print("Ctrl-C ends it.", flush=True)
                watch.until(stopping)
        finally:
            _say("weerklank: ending Airflow …")
            processes.stop(programs, records)
    return 0


def migrate(environment: Mapping[str, str]) -> None:
    """Bring Airflow's database up to date; raises WeerklankError when that fails."""
    from tasks.cli import airflow_home

    _say("weerklank: making Airflow's database …")
    log = airflow_home.folder() / "migrate.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        failed = subprocess.call(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    if failed:
        raise WeerklankError(f"Airflow's database cannot be brought up to date; {log} says why.")
    airflow_home.migrated("airflow")


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Two Airflows on one database would do each other's work."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"an Airflow is running on {lock.parent} already; end that one first.") from None
        yield


def free_port(wanted: int | None) -> int:
    """The wanted port if it is free, else the first free one of ours; raises UsageError when there is none."""
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind(("127.0.0.1", port))
                return port
    where = f"port {wanted} is" if wanted else f"ports {FIRST_PORT} to {LAST_PORT} are"
    raise UsageError(f"{where} in use or not allowed; choose another with --port.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
