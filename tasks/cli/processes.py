"""Long-running programs of which none may be left over: each one in a session of its own, ended by session.

A scheduler's workers and tasks make process groups of their own, and live on when it is killed; what they cannot leave
by accident is its session. If we are killed ourselves, the kernel tells the programs to end (``setpriv --pdeathsig``);
whatever ignores that, the next start finds by the sessions written down here, and ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

from tasks import durable

PATIENCE_SECONDS = 20.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


#: We may have died before the wish was made known: then the kernel will not tell, and the parent is another one.
UNLESS_ORPHANED = 'test "$PPID" = "$0" && exec "$@"'


def tied(command: Sequence[str]) -> list[str]:
    """The command, made to end when we do, even when we are killed."""
    setpriv = which("setpriv")  # util-linux; every Debian and Ubuntu has it
    if not setpriv:
        return list(command)
    return [setpriv, "--pdeathsig", "TERM", "--", "/bin/sh", "-c", UNLESS_ORPHANED, str(os.getpid()), *command]


class Program:
    """A program that should be running; its output goes to a file."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._command, self._environment = list(command), dict(environment)
        self.restarts = -1
        self.started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, records: Path) -> None:
        """Start it (again), after ending whatever its former self left."""
        if self._process:
            end([self._process.pid])
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                tied(self._command),
                env=self._environment, cwd=self.log.parent, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self.restarts += 1
        self.started_at = time.monotonic()
        _remember(records, self._process.pid)

    @property
    def was_started(self) -> bool:
        """Whether it ever was."""
        return self._process is not None

    @property
    def session(self) -> int | None:
        """The session that all its processes belong to; None before the first start."""
        return self._process.pid if self._process else None

    def is_running(self) -> bool:
        """Whether its first process is there."""
        return self._process is not None and self._process.poll() is None


def stop(programs: Sequence[Program], records: Path) -> None:
    """End all of them, politely first, and wait until nothing of them is left."""
    end([program.session for program in programs if program.session])
    for program in programs:
        program.is_running()  # collects its exit status
    records.unlink(missing_ok=True)


def sweep(records: Path) -> int:
    """End what an earlier, killed start left behind; returns how many processes that were."""
    try:
        written = json.loads(records.read_text())
    except FileNotFoundError:
        return 0
    known = written["sessions"] if written["boot"] == _boot() else {}
    sessions = [int(session) for session, began in known.items() if _is_still(int(session), began)]
    left = len(members(sessions))
    end(sessions)
    records.unlink(missing_ok=True)
    return left


def end(sessions: Sequence[int]) -> None:
    """SIGTERM to the leaders, who tell their own; after a while SIGKILL to whatever is left."""
    for session in sessions:
        _send(session, signal.SIGTERM)
    patience = time.monotonic() + PATIENCE_SECONDS
    while members(sessions) and time.monotonic() < patience:
        if not any(_stat(session) for session in sessions):  # the leaders are gone: nobody will tell the others
            break
        time.sleep(0.1)
    while left := members(sessions):
        for process in left:
            _send(process, signal.SIGKILL)
        time.sleep(0.05)


def members(sessions: Sequence[int]) -> list[int]:
    """Every living process of these sessions."""
    wanted = set(sessions)
    found = ((int(entry.name), _stat(int(entry.name))) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [process for process, stat in found if stat and int(stat[3]) in wanted]


def _stat(process: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on; None when the process is gone, or dead and not yet collected."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields


def _send(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _is_still(session: int, began: str) -> bool:
    """False when the number belongs to somebody else by now."""
    leader = _stat(session)
    return leader is None or leader[19] == began


def _remember(records: Path, session: int) -> None:
    known = json.loads(records.read_text())["sessions"] if records.exists() else {}
    stat = _stat(session)
    known[str(session)] = stat[19] if stat else ""
    durable.write_bytes(records, json.dumps({"boot": _boot(), "sessions": known}).encode())


def _boot() -> str:
    return BOOT_ID.read_text().strip()
