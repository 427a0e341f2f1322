"""``./weerklank demo``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from shutil import which
from typing import Any

from tasks import home
from tasks.errors import WeerklankError

NAME = "demo"
HELP = """Make the report on a week of a school that does not exist.

The real thing from end to end: Airflow runs the weekly report of “Hogeschool Overbrugge” for 2026-W47, and mails it to
a mail server that is started for the occasion; look for the messages in var/mail. Its weeks are made up, the same ones
every time. The last line printed is the path of the PDF. `./weerklank demo --institution larkmoor` does the same for a
university with other departments, another promise and a house style."""
#: Institutions whose weeks are made up; the first one is the demo, the others show what can be otherwise.
INSTITUTIONS = ("overbrugge", "larkmoor")
DATABASE = "demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which school, and a choice for those who work over a remote desktop."""
    parser.add_argument(
        "--institution",
        choices=INSTITUTIONS,
        default=INSTITUTIONS[0],
        help="larkmoor: a university with an English report in a house style of its own (default: overbrugge)",
    )
    parser.add_argument("--no-open", action="store_true", help="do not open the PDF on the desktop")


def run(args: argparse.Namespace) -> int:
    """Run the DAG with a mail server beside it; print the path of the PDF."""
    from tasks import settings
    from tasks.deliver import local_server

    slug = args.institution
    about = settings.load(slug).institution
    if about.clock is None:
        raise WeerklankError(f"config/institutions/{slug}.toml: [institution] clock is gone; the demo needs it.")
    with local_server.running(home.mailbox()) as server:
        edition = run_dag(f"weekly_report__{slug}", about.clock, server.port)
    pdf = edition / f"report.{about.languages[0]}.pdf"
    _say(f"  mail is in {home.mailbox()}")
    if not args.no_open:
        show(pdf)
    print(pdf)
    return 0


def run_dag(dag_id: str, moment: datetime, smtp_port: int) -> Path:
    """Run a DAG by hand at ``moment``; returns the edition's folder.

    Raises WeerklankError with the words of the task that failed.
    """
    from tasks.cli import airflow_home, processes

    environment = airflow_home.environment(database=DATABASE, smtp_port=smtp_port)
    options = ["--migrate"] if airflow_home.needs_migration(DATABASE) else []
    log = airflow_home.folder() / "demo.log"
    ours, theirs = os.pipe()
    command = [sys.executable, str(home.ROOT / "scripts" / "run_dag_once.py"), dag_id, moment.isoformat(), str(theirs)]
    began, watch = time.monotonic(), Watch()
    with log.open("w") as output, os.fdopen(ours) as events:
        child = subprocess.Popen(
            processes.tied([*command, *options]),
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=(theirs,),
        )  # fmt: skip
        os.close(theirs)
        try:
            for line in events:
                watch.hear(json.loads(line))
            failed = child.wait()
        finally:
            child.terminate()
            child.wait()
    _say(f"  in all   {time.monotonic() - began:5.1f} s")
    if failed or watch.edition is None:
        raise WeerklankError(f"{watch.cause or 'the run ended without a report.'}\nAll that Airflow said: {log}")
    return watch.edition


class Watch:
    """Tells how a run goes: one line per kind of task."""

    def __init__(self) -> None:
        self.edition: Path | None = None
        self.cause = ""
        self._task, self._since, self._times = "", time.monotonic(), 0
        _say("weerklank: starting Airflow …")

    def hear(self, event: dict[str, Any]) -> None:
        """One line of what scripts/run_dag_once.py tells."""
        kind, task = event["event"], event.get("task", "airflow")
        if kind == "migrated":
            from tasks.cli import airflow_home

            airflow_home.migrated(DATABASE)
        elif kind == "loaded":
            self._task, self._times = "airflow", 1
        elif kind == "begins":
            if task != self._task:
                self._close()
            self._task, self._times = task, self._times + 1
        elif kind == "ends" and task == "render":
            self.edition = Path(event["result"]["edition"])
        elif kind == "ends" and task == "deliver":
            self._close()
        elif kind == "failed":
            self._close()
            self.cause = self.cause or f"{task} failed: {event['error']}"

    def _close(self) -> None:
        now = time.monotonic()
        if self._task:
            times = f"  {self._times} times" if self._times > 1 else ""
            _say(f"  {self._task:<9}{now - self._since:5.1f} s{times}")
        self._task, self._since, self._times = "", now, 0


def show(pdf: Path) -> None:
    """On a desktop, open the PDF."""
    if "CI" in os.environ or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    if opener := which("xdg-open"):
        subprocess.Popen(
            [opener, str(pdf)],
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
