"""``python -m tasks.render.worker PARENT MEGABYTES SECONDS``: draws one edition after another until its input ends.

Started by ``process.py``; a job comes in on standard input, what came of it goes out on standard output.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from typing import IO

from tasks.errors import WeerklankError
from tasks.render import confined
from tasks.render.messages import receive, send

#: New objects before the garbage collector looks again: ten times the usual. A layout makes hundreds of thousands that
#: stay, and going through them took a sixth of the time; a hundred times the usual saved no more, and cost 50 MB.
COLLECT_AFTER = 7_000
#: The exit code that says: out of memory.
NO_MEMORY = 77


class Passed(logging.Handler):
    """Passes what is logged here on to whoever asked for the drawing."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(logging.WARNING)
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """One line; a warning of Python's comes as ``py.warnings``."""
        send(self._out, {"log": [record.name, record.levelno, record.getMessage()]})


def main(parent: int, megabytes: int, seconds: int) -> None:
    """Give up what a drawing does not need, then draw."""
    confined.end_with(parent)
    confined.without_network()
    confined.limit_memory(megabytes)
    # What a library prints must not end up between our messages.
    jobs, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.getLogger().addHandler(Passed(out))
    logging.captureWarnings(True)
    try:
        serve(jobs, out, seconds)
    except MemoryError:
        os._exit(NO_MEMORY)  # there is none left to say more


def serve(jobs: IO[bytes], out: IO[bytes], seconds: int) -> None:
    """Answer every job; each may take so many seconds of processor."""
    gc.set_threshold(COLLECT_AFTER)
    confined.limit_time(seconds)  # importing counts as part of the first
    from tasks.render.job import Job

    while received := receive(jobs):
        try:
            made = Job.unpacked(received[0]).files()
        except WeerklankError as error:
            send(out, {"refused": str(error)})
        except MemoryError:
            raise
        except Exception:
            send(out, {"crashed": traceback.format_exc()})
        else:
            send(out, {"names": list(made), **confined.used()}, list(made.values()))
            del made
        del received
        confined.limit_time(seconds)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
