"""A real local Airflow for a test: ``./weerklank airflow`` on a free port, ended with everything it started."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks import home
from tasks.cli.airflow_api import Api

START_SECONDS, END_SECONDS = 300, 90
#: How long a busy Airflow may think about one request: asking it twice would do some things twice.
PATIENCE_SECONDS = 120


class Server:
    """A running ``./weerklank airflow``."""

    def __init__(self, process: subprocess.Popen[str], api: Api) -> None:
        self.process, self.api, self.password = process, api, ""

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it as a person would, and wait until it has."""
        self.process.send_signal(number)
        self.process.communicate(timeout=END_SECONDS)


@contextmanager
def running(state: Path, checkout: Path = home.ROOT, *arguments: str, **variables: str) -> Iterator[Server]:
    """Start Airflow on this state folder, log in, and end it afterwards if the test has not."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "WEERKLANK_HOME": str(state), **variables}
    command = [sys.executable, "-m", "tasks.cli", "airflow", "--port", str(port), *arguments]
    with (state.parent / "airflow.err").open("w") as errors:
        process = subprocess.Popen(
            command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout
    server = Server(process, Api(port, PATIENCE_SECONDS))
    try:
        printed: dict[str, str] = {}
        for line in process.stdout:  # ends when it is up, or when it gives up
            if line.startswith("Ctrl-C"):
                break
            key, _, value = line.partition(":")
            printed[key] = value.strip()
        assert printed["Airflow"] == f"http://127.0.0.1:{port}", (state.parent / "airflow.err").read_text()
        server.password = printed["Log in"].split()[1]
        server.api.log_in("admin", server.password)
        yield server
    finally:
        if process.poll() is None:
            server.end()


def checkout_with(folder: Path, **added: str) -> Path:
    """A copy of this checkout whose institutions' files have more at their end."""
    for name in ("config", "dags", "plugins", "report_templates", "sql", "tasks"):
        shutil.copytree(home.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".airflowignore", "pyproject.toml", "requirements.txt"):
        shutil.copy(home.ROOT / name, folder / name)
    for slug, text in added.items():
        with (folder / "config" / "institutions" / f"{slug}.toml").open("a") as file:
            file.write(text)
    return folder


def descendants(process: int) -> dict[int, str]:
    """The process and everything that it, directly or not, has started and that lives: when each of them began."""
    found = {process: _stat(process)[19]}
    for one in (waiting := [process]):
        children = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        for child in children:
            stat = _stat(child)
            if stat[1] == str(one) and child not in found and child != os.getpid():
                found[child] = stat[19]
                waiting.append(child)
    return found


def alive(known: Mapping[int, str]) -> dict[int, str]:
    """Those of `descendants` that run, by command line: not the uncollected dead, nor who got a number afterwards."""
    there = {process: _stat(process) for process in known}
    return {one: command_of(one) for one, stat in there.items() if stat[19] == known[one] and stat[0] not in "ZX"}


def command_of(process: int) -> str:
    """Its command line; empty when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty texts when it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return [""] * 20


def eventually(question: Callable[[], Any], seconds: float) -> Any:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.5)
    return answer
