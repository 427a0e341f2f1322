"""Draws badly, in a real confined process: what it does is told by the document's week."""

from __future__ import annotations

import logging
import os
from typing import Any


def drawn(packed: dict[str, Any]) -> tuple[None, dict[str, bytes]]:
    """As ``tasks.render.job:drawn``."""
    week = packed["document"]["week"]
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
    return None, {"secrets.txt": repr(sorted(os.environ)).encode()}
