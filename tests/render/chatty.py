"""A process that draws badly: the real worker, but what it draws is told by the document's week."""

from __future__ import annotations

import logging
import os
import sys
from unittest.mock import patch

from tasks.render import worker
from tasks.render.job import Job


def files(self: Job) -> dict[str, bytes]:
    week = self.document["week"]
    if week == "talks":
        print("to standard output", flush=True)
        os.write(2, b"(pango:1): Pango-WARNING **: a library's own words\n")
        logging.getLogger("weasyprint").warning("Ignored %s", "x")
    elif week == "fails":
        raise ZeroDivisionError("no such font size")
    elif week == "eats":
        eaten = "more"
        while True:
            eaten += eaten
    elif week == "aborts":
        os.write(2, b"GLib-ERROR **: failed to allocate 1073741824 bytes\n")
        os.abort()
    return {"secrets.txt": repr(sorted(os.environ)).encode()}


if __name__ == "__main__":
    with patch.object(Job, "files", files):
        worker.main(*(int(number) for number in sys.argv[1:]))
