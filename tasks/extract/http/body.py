"""Reading an answer's body with caps: bytes on the line, bytes after unpacking, seconds in all."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MEGABYTE = 1 << 20


class BodyFault(ValueError):
    """Why a body is not used. ``short``: it ended too soon, which another try may mend."""

    def __init__(self, why: str, *, short: bool = False) -> None:
        super().__init__(why)
        self.short = short


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one answer may be. ``head_bytes``: how much of a refused one is kept for a person to look at."""

    wire_bytes: int = 16 * MEGABYTE
    body_bytes: int = 32 * MEGABYTE
    total_seconds: float = 120.0
    read_seconds: float = 30.0
    connect_seconds: float = 10.0
    head_bytes: int = 65_536


def read(
    chunks: Iterable[bytes], encoding: str, caps: Caps, begun: float, *, monotonic: Callable[[], float] = time.monotonic
) -> bytes:
    """The body, unpacked; raises BodyFault, with the reason, at the first byte too many."""
    unpacker = Unpacker(encoding)
    parts: list[bytes] = []
    wire = size = 0
    for chunk in chunks:
        if monotonic() - begun > caps.total_seconds:
            raise BodyFault(f"it took more than {caps.total_seconds:g} seconds")
        wire += len(chunk)
        if wire > caps.wire_bytes:
            raise BodyFault(f"it is bigger than {caps.wire_bytes:,} bytes")
        for part in unpacker.unpack(chunk):
            size += len(part)
            if size > caps.body_bytes:
                raise BodyFault(f"it unpacks to more than {caps.body_bytes:,} bytes")
            parts.append(part)
    unpacker.close()
    return b"".join(parts)


class Unpacker:
    """Pieces of at most a megabyte, so that a bomb is noticed before it is in memory."""

    def __init__(self, encoding: str) -> None:
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise BodyFault(f"it is packed as “{encoding[:20]}”, which was not asked for")
        self._inflate = zlib.decompressobj(wbits=31) if encoding.endswith("gzip") else None
        self._begun = False

    def unpack(self, chunk: bytes) -> Iterable[bytes]:
        if self._inflate is None:
            yield chunk
            return
        self._begun = self._begun or bool(chunk)
        try:
            while chunk and not self._inflate.eof:
                yield self._inflate.decompress(chunk, MEGABYTE)
                chunk = self._inflate.unconsumed_tail
        except zlib.error:
            raise BodyFault("it is no gzip, though it says so") from None

    def close(self) -> None:
        if self._inflate is not None and self._begun and not self._inflate.eof:
            raise BodyFault("ended in the middle", short=True)
