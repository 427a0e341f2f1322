"""How a confined process and the one that asked talk: a line of JSON, then the bytes its ``sizes`` announce.

→ {"call": "tasks.render.job:drawn", "given": {…}, "home": {…}}
← {"log": [logger, level, text]} and {"doing": what, "seconds": limit}, as many as there are
← {"told": …, "cpu_seconds": …, "peak_mb": …, "names": ["report.nl.pdf"]} and the files, or
  {"refused": message, "kind": "RenderError"}, or {"crashed": traceback}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any


def send(stream: IO[bytes], message: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message."""
    line = json.dumps({**message, "sizes": [len(blob) for blob in blobs]}, allow_nan=False)
    stream.write(line.encode() + b"\n")
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read one message; None when the other side is gone, were it in the middle of one."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    message = json.loads(line)
    sizes = message.pop("sizes")
    blobs = [stream.read(size) for size in sizes]
    return (message, blobs) if [len(blob) for blob in blobs] == sizes else None
