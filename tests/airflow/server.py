"""A real local Airflow for a test: ``./weerklank airflow`` on a free port, ended with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks import home
from tasks.cli.airflow_api import Api

START_SECONDS, END_SECONDS = 300, 90


class Server:
    """A running ``./weerklank airflow``."""

    def __init__(self, process: subprocess.Popen[str], api: Api) -> None:
        self.process, self.api = process, api

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it as a person would, and wait until it has."""
        self.process.send_signal(number)
        self.process.communicate(timeout=END_SECONDS)


@contextmanager
def running(state: Path) -> Iterator[Server]:
    """Start Airflow on this state folder, log in, and end it afterwards if the test has not."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "WEERKLANK_HOME": str(state)}
    command = [sys.executable, "-m", "tasks.cli", "airflow", "--port", str(port)]
    with (state.parent / "airflow.err").open("w") as errors:
        process = subprocess.Popen(
            command, cwd=home.ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout
    server = Server(process, Api(port))
    try:
        printed: dict[str, str] = {}
        for line in process.stdout:  # ends when it is up, or when it gives up
            if line.startswith("Ctrl-C"):
                break
            key, _, value = line.partition(":")
            printed[key] = value.strip()
        assert printed["Airflow"] == f"http://127.0.0.1:{port}", (state.parent / "airflow.err").read_text()
        server.api.log_in(*printed["Log in"].split())
        yield server
    finally:
        if process.poll() is None:
            server.end()


def eventually(question: Callable[[], Any], seconds: float) -> Any:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.5)
    return answer
