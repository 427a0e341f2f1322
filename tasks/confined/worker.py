"""``python -m tasks.confined.worker PARENT MEGABYTES SECONDS``: does one job after another until its input ends.

Started by ``process.py``; a job comes in on standard input, what came of it goes out on standard output.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
import traceback
from typing import IO, Any

from tasks import home
from tasks.confined import limits, progress
from tasks.confined.messages import receive, send
from tasks.errors import WeerklankError

#: New objects before the garbage collector looks again: ten times the usual. A layout makes hundreds of thousands that
#: stay, and going through them took a sixth of the time; a hundred times the usual saved no more, and cost 50 MB.
COLLECT_AFTER = 7_000
#: The exit code that says: out of memory.
NO_MEMORY = 77
#: What a job gives: something that JSON knows, and files by name.
Made = tuple[Any, dict[str, bytes]]


class Passed(logging.Handler):
    """Passes what is logged here on to whoever asked for the work."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(logging.WARNING)
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """One line; a warning of Python's comes as ``py.warnings``."""
        send(self._out, {"log": [record.name, record.levelno, record.getMessage()]})


def main(parent: int, megabytes: int, seconds: int) -> None:
    """Give up what the work does not need, then work."""
    limits.end_with(parent)
    limits.without_network()
    limits.limit_memory(megabytes)
    limits.limit_files()
    # What a library prints must not end up between our messages.
    jobs, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.getLogger().addHandler(Passed(out))
    logging.captureWarnings(True)
    progress.to(lambda what, at_most: send(out, {"doing": what, "seconds": at_most}))
    try:
        serve(jobs, out, seconds)
    except MemoryError:
        os._exit(NO_MEMORY)  # there is none left to say more


def serve(jobs: IO[bytes], out: IO[bytes], seconds: int) -> None:
    """Answer every job; each may take so many seconds of processor."""
    gc.set_threshold(COLLECT_AFTER)
    limits.limit_time(seconds)  # importing counts as part of the first
    while received := receive(jobs):
        try:
            told, files = _made(received[0])
        except WeerklankError as error:
            send(out, {"refused": str(error), "kind": type(error).__name__})
        except MemoryError:
            raise
        except Exception:
            send(out, {"crashed": traceback.format_exc()})
        else:
            send(out, {"told": told, "names": list(files), **limits.used()}, list(files.values()))
            del told, files
        del received
        limits.limit_time(seconds)


def _made(job: dict[str, Any]) -> Made:
    home.be(job["home"])
    module, _, name = job["call"].partition(":")
    made: Made = getattr(importlib.import_module(module), name)(job["given"])
    return made


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
