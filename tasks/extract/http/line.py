"""One request on the line, and its answer read within the caps.

An `httpx.Request` goes straight to the pool of connections: no cookies, no proxies, nobody who logs its address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpcore
import httpx

from tasks.extract.http import address, body
from tasks.extract.http.answer import Answer

AGENT = "Weerklank/0.1 (reputation report of one school; asks rarely)"


class Line:
    """Connections of one client."""

    def __init__(self, guard: address.Guard, caps: body.Caps, agent: str, monotonic: Callable[[], float]) -> None:
        self._pool = address.pool(guard)
        self._caps = caps
        self._agent = agent
        self._monotonic = monotonic

    def close(self) -> None:
        self._pool.close()

    def send(self, request: httpx.Request, answer: Answer, begun: float) -> Answer:
        """``answer`` with what came; raises what httpcore does, BodyFault when it ended too soon, BadAnswer."""
        caps = self._caps
        given = {"Accept": "application/json", **request.headers}
        own = {"User-Agent": self._agent, "Accept-Encoding": "gzip"}
        headers = {name.title(): value for name, value in (given | own).items()}
        url = request.url
        with self._pool.stream(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=list(headers.items()),
            content=request.read() or None,
            extensions={
                "timeout": {"connect": caps.connect_seconds, "read": caps.read_seconds, "write": 30.0, "pool": 30.0}
            },
        ) as response:
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            answer = replace(answer, status=response.status, headers=found)
            packed = found.get("content-encoding", "").strip().lower()
            try:
                data = body.read(response.iter_stream(), packed, caps, begun, monotonic=self._monotonic)
            except body.BodyFault as error:
                if error.short:
                    raise
                raise answer.bad(str(error)) from None
        return replace(answer, body=data)
