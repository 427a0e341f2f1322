"""A process with limits that does one job after another for us, and the words for how it may end.

It gets a job over a pipe and an environment without secrets, has no network where the kernel allows that, and dies with
us. Under what it must hold is up to who starts it: drawing (``tasks.render.process``), measuring
(``tasks.measure.process``).
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from tasks import errors, home
from tasks.confined.messages import receive, send
from tasks.confined.worker import NO_MEMORY
from tasks.errors import UsageError, WeerklankError

log = logging.getLogger(__name__)
WORKER = "tasks.confined.worker"
#: All it gets of our environment as it is; libraries outside the usual places are found by it.
KEPT = ("LD_LIBRARY_PATH",)
#: How C libraries say that there is no memory, before they abort.
MEMORY_WORDS = ("failed to allocate", "cannot allocate memory", "bad_alloc", "out of memory", "memoryerror")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may take. The clock on the wall ends a process that waits for something that never comes."""

    cpu_seconds: int
    memory_mb: int
    wall_seconds: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a job gave, its files by name, and what the process has taken by now: seconds of processor and the most
    memory at once."""

    told: Any
    files: dict[str, bytes]
    cpu_seconds: float
    peak_mb: float


class Ended(WeerklankError):
    """The process is gone, and its job is not done. ``doing`` is what it was busy with last, as far as it said so."""

    def __init__(
        self, why: Literal["late", "time", "memory", "killed", "code", "crashed"], message: str, doing: str | None
    ) -> None:
        super().__init__(message)
        self.why = why
        self.doing = doing


class Process:
    """A process that works, started with the first job. Leaving the context ends it, whatever it was doing."""

    def __init__(self, limits: Limits, name: str, environment: Mapping[str, str] | None = None) -> None:
        self._limits = limits
        self._name = name
        self._environment = dict(environment or {})
        self._running: _Running | None = None

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def pid(self) -> int | None:
        """Its number, which is also that of its session; None when none runs."""
        return self._running.pid if self._running else None

    def call(self, function: str, given: Any, subject: str) -> Done:
        """Do ``module:function`` of ours with what is given (JSON). Raises what the function did of WeerklankError, or
        Ended; a message begins with ``subject``.
        """
        self._running = self._running or _Running(self._limits, self._name, self._environment)
        try:
            answer, blobs = self._running.ask({"call": function, "given": given, "home": home.where()}, subject)
        except BaseException:  # also an interrupt: what comes next on the pipe is nobody's answer
            self.end()
            raise
        if "refused" in answer:
            kind: type[WeerklankError] = getattr(errors, answer["kind"])
            raise kind(answer["refused"])
        if "crashed" in answer:
            log.error("%s", answer["crashed"])
            last = answer["crashed"].strip().splitlines()[-1]
            fault = f"{subject}: {last}. This is a fault of the program; the log has more."
            raise Ended("crashed", fault, self._running.doing)
        files = dict(zip(answer["names"], blobs, strict=True))
        return Done(answer["told"], files, answer["cpu_seconds"], answer["peak_mb"])

    def end(self) -> None:
        """End it now; the next job gets a new one."""
        if self._running:
            self._running.end()
            self._running = None


class _Running:
    """One started process, in a session and a temporary folder of its own."""

    def __init__(self, limits: Limits, name: str, environment: Mapping[str, str]) -> None:
        self._limits = limits
        self._late_after: int | None = None
        self.doing: str | None = None
        self._folder = tempfile.TemporaryDirectory(prefix=f"weerklank-{name}-")
        printed = Path(self._folder.name) / "printed"
        numbers = (os.getpid(), limits.memory_mb, limits.cpu_seconds)
        with printed.open("ab") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", WORKER, *map(str, numbers)],
                cwd=home.ROOT, env={**_environment(self._folder.name), **environment}, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told,
            )  # fmt: skip
        self._printed = printed.open("rb")  # a place of its own in the file

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, job: dict[str, Any], subject: str) -> tuple[dict[str, Any], list[bytes]]:
        """The answer to a job; raises Ended when the process is gone instead."""
        self.doing = None
        answer = self._conversation(job)
        printed = self._print()
        if answer is None:
            raise self._ended(subject, printed)
        return answer

    def end(self) -> None:
        """Whatever it does, it and all its children end now; nothing of it is left."""
        self._kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._printed):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()
        self._folder.cleanup()

    def _conversation(self, job: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]] | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        watch = self._watch(self._limits.wall_seconds)
        try:
            with suppress(BrokenPipeError):
                send(stdin, job)
            while answer := receive(stdout):
                if "doing" in answer[0]:
                    watch.cancel()
                    self.doing = answer[0]["doing"]
                    watch = self._watch(answer[0]["seconds"])
                elif "log" in answer[0]:
                    name, level, text = answer[0]["log"]
                    logging.getLogger(name).log(level, "%s", text)
                else:
                    return answer
            return None
        finally:
            watch.cancel()

    def _watch(self, seconds: int) -> threading.Timer:
        """Ends the process after so long."""
        watch = threading.Timer(seconds, self._stop_late, [seconds])
        watch.daemon = True
        watch.start()
        return watch

    def _print(self) -> str:
        """What libraries wrote to standard error since the last time: to our log."""
        text = self._printed.read().decode("utf-8", "replace").strip()
        if text:
            log.warning("%s", text)
        return text

    def _ended(self, subject: str, printed: str) -> Ended:
        """How it ended."""
        code, limits = self._process.wait(), self._limits
        if self._late_after is not None:
            return Ended("late", f"{subject}: nothing came for {self._late_after} s.", self.doing)
        if code == -signal.SIGXCPU:
            most = f"{limits.cpu_seconds} s of processor"
            return Ended("time", f"{subject}: it takes more than {most}.", self.doing)
        if code == NO_MEMORY or any(word in printed.lower() for word in MEMORY_WORDS):
            return Ended("memory", f"{subject}: it takes more than {limits.memory_mb} MB of memory.", self.doing)
        if code == -signal.SIGKILL:
            killed = f"{subject}: its process was killed, most likely as the machine ran out of memory."
            return Ended("killed", f"{killed} Try again with less running.", self.doing)
        return Ended("code", f"{subject}: its process ended with code {code}. The log has what it printed.", self.doing)

    def _stop_late(self, seconds: int) -> None:
        self._late_after = seconds
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def whole_number(name: str, default: int) -> int:
    """A limit that the environment may set; raises UsageError."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not int(text):
        raise UsageError(f"{name} is “{text}”; it must be a whole number of at least one.")
    return int(text)


def _environment(folder: str) -> dict[str, str]:
    """No password or address of ours: where state, fonts and temporary files are, and nothing else."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": folder,
        "HOME": folder,
        "WEERKLANK_CACHE": str(home.cache()),
        "WEERKLANK_HOME": str(home.state()),
    }
