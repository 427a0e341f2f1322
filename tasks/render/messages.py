"""How the process that draws and the one that asked for it talk: a line of JSON, then the bytes its ``sizes`` announce.

→ a packed job
← {"log": [logger, level, text]}, as many as there are
← {"cpu_seconds": …, "peak_mb": …, "names": ["report.nl.pdf"]} and the files, or {"refused": …}, or {"crashed": …}
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
