"""Editions are drawn in a process of their own, with limits: a monstrous week must not take the machine along.

The process gets the job over a pipe and an environment without secrets, has no network where the kernel allows that,
and dies with us. One process draws all languages of an edition, and may draw more editions after it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tasks import home
from tasks.errors import RenderError, UsageError
from tasks.render.job import Job
from tasks.render.messages import receive, send
from tasks.render.worker import NO_MEMORY

log = logging.getLogger(__name__)
ENORMOUS = "A text or table of that week is far larger than a report can hold: look in its metrics first."
#: A process is replaced after so many editions: whatever a library keeps or leaks goes with it.
EDITIONS_EACH = 50
WORKER = "tasks.render.worker"
#: All it gets of our environment; libraries outside the usual places are found by the first.
KEPT = ("LD_LIBRARY_PATH",)
#: How C libraries say that there is no memory, before they abort.
MEMORY_WORDS = ("failed to allocate", "cannot allocate memory", "bad_alloc", "out of memory", "memoryerror")


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing one edition may take; an ordinary one takes a twentieth of the time and a third of the memory.

    The clock on the wall only ends a process that waits for something that never comes.
    """

    cpu_seconds: int = 60
    memory_mb: int = 512
    wall_seconds: int = 600

    @classmethod
    def set_here(cls) -> Limits:
        """The defaults, or ``WEERKLANK_RENDER_SECONDS`` and ``WEERKLANK_RENDER_MB``, for a machine that is slow."""
        default = cls()
        seconds = _whole("WEERKLANK_RENDER_SECONDS", default.cpu_seconds)
        return cls(seconds, _whole("WEERKLANK_RENDER_MB", default.memory_mb), max(default.wall_seconds, 10 * seconds))


@dataclass(frozen=True, slots=True)
class Drawn:
    """The files by name, and what the process has taken by now: seconds of processor and the most memory at once."""

    files: dict[str, bytes]
    cpu_seconds: float
    peak_mb: float


def draw(job: Job) -> dict[str, bytes]:
    """The files of one edition, drawn in a process of its own; raises RenderError when it cannot be made."""
    with Process() as process:
        return process.draw(job).files


class Process:
    """A process that draws, started with the first job. Leaving the context ends it, whatever it was doing."""

    def __init__(self, limits: Limits | None = None, module: str = WORKER) -> None:
        self._limits = limits or Limits.set_here()
        self._module = module
        self._running: _Running | None = None

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def pid(self) -> int | None:
        """Its number, which is also that of its session; None when none runs."""
        return self._running.pid if self._running else None

    def draw(self, job: Job) -> Drawn:
        """Draw one edition; raises RenderError that says what happened and what to do."""
        if self._running and self._running.drawn >= EDITIONS_EACH:
            self._end()
        self._running = self._running or _Running(self._limits, self._module)
        try:
            answer, blobs = self._running.ask(job)
        except BaseException:  # also an interrupt: what comes next on the pipe is nobody's answer
            self._end()
            raise
        if "refused" in answer:
            raise RenderError(answer["refused"])
        if "crashed" in answer:
            log.error("%s", answer["crashed"])
            last = answer["crashed"].strip().splitlines()[-1]
            raise RenderError(f"{job.name} cannot be drawn: {last}. This is a fault of the program; the log has more.")
        return Drawn(dict(zip(answer["names"], blobs, strict=True)), answer["cpu_seconds"], answer["peak_mb"])

    def _end(self) -> None:
        if self._running:
            self._running.end()
            self._running = None


class _Running:
    """One started process, in a session and a temporary folder of its own."""

    def __init__(self, limits: Limits, module: str) -> None:
        self.drawn = 0
        self._limits = limits
        self._late = False
        self._folder = tempfile.TemporaryDirectory(prefix="weerklank-render-")
        printed = Path(self._folder.name) / "printed"
        numbers = (os.getpid(), limits.memory_mb, limits.cpu_seconds)
        with printed.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *map(str, numbers)],
                cwd=home.ROOT, env=_environment(self._folder.name), start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        self._printed = printed.open("rb")  # a place of its own in the file

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, job: Job) -> tuple[dict[str, Any], list[bytes]]:
        """The answer to a job; raises RenderError when the process is gone instead."""
        self.drawn += 1
        watch = threading.Timer(self._limits.wall_seconds, self._stop_late)
        watch.daemon = True
        watch.start()
        try:
            answer = self._conversation(job)
        finally:
            watch.cancel()
        printed = self._print()
        if answer is None:
            raise RenderError(f"{job.name} cannot be drawn: {self._why(printed)}")
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

    def _conversation(self, job: Job) -> tuple[dict[str, Any], list[bytes]] | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        with suppress(BrokenPipeError):
            send(stdin, job.packed())
        while answer := receive(stdout):
            if "log" not in answer[0]:
                return answer
            name, level, text = answer[0]["log"]
            logging.getLogger(name).log(level, "%s", text)
        return None

    def _print(self) -> str:
        """What libraries wrote to standard error since the last time: to our log."""
        text = self._printed.read().decode("utf-8", "replace").strip()
        if text:
            log.warning("%s", text)
        return text

    def _why(self, printed: str) -> str:
        """How it ended, and what a person can do."""
        code, limits = self._process.wait(), self._limits
        if self._late:
            return f"nothing came for {limits.wall_seconds} s. Try again when the machine is less busy."
        if code == -signal.SIGXCPU:
            most = f"{limits.cpu_seconds} s of processor"
            return f"it takes more than {most}. {ENORMOUS} WEERKLANK_RENDER_SECONDS allows more."
        if code == NO_MEMORY or any(word in printed.lower() for word in MEMORY_WORDS):
            return f"it takes more than {limits.memory_mb} MB of memory. {ENORMOUS} WEERKLANK_RENDER_MB allows more."
        if code == -signal.SIGKILL:
            return "its process was killed, most likely as the machine ran out of memory. Try again with less running."
        return f"its process ended with code {code}. The log has what it printed."

    def _stop_late(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _environment(folder: str) -> dict[str, str]:
    """No password or address of ours: where fonts and temporary files are, and nothing else."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": folder,
        "HOME": folder,
        "WEERKLANK_CACHE": str(home.cache()),
    }


def _whole(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not int(text):
        raise UsageError(f"{name} is “{text}”; it must be a whole number of at least one.")
    return int(text)
