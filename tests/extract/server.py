"""A server of faults on loopback that speaks the real protocols: each path has a script, one step a request.

    with server.running() as faults:
        faults.script("/feed", status(503), status(503), answer(b"…"))
        client.get(faults.url("/feed"))
        assert faults.asked["/feed"] == 3

The last step of a script is repeated. A step is a function of the handler; the ones below are those that tests need.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Step = Callable[["Handler"], None]
MEGABYTE = 1 << 20


class Handler(BaseHTTPRequestHandler):
    """One request; ``query`` has its parameters."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    faults: Faults

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.form = parse_qs(self.body)
        self._do()

    def _do(self) -> None:
        parts = urlsplit(self.path)
        self.query = parse_qs(parts.query, keep_blank_values=True)
        step = self.faults.next_step(parts.path, dict(self.headers), self.query)
        try:
            step(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass

    def send_json(self, found: Any, code: int = 200, **headers: str) -> None:
        self.send(json.dumps(found).encode(), code, **headers)

    def send(self, body: bytes, code: int = 200, **headers: str) -> None:
        self.send_response(code)
        given = {"content_type": "application/json; charset=utf-8"} | headers
        for name, value in given.items():
            self.send_header(name.replace("_", "-"), value)
        if "transfer_encoding" not in given and "content_length" not in given:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Faults:
    """The server's scripts, and what was asked of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: Counter[str] = Counter()
        self.seen: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []
        self._scripts: dict[str, list[Step]] = {}
        self._otherwise: Step = status(404)
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def script(self, path: str, *steps: Step) -> None:
        self._scripts[path] = list(steps)

    def otherwise(self, step: Step) -> None:
        """What is done on a path without a script."""
        self._otherwise = step

    def next_step(self, path: str, headers: dict[str, str], query: dict[str, list[str]]) -> Step:
        with self._lock:
            self.asked[path] += 1
            self.seen.append((path, {name.lower(): value for name, value in headers.items()}, query))
            steps = self._scripts.get(path) or [self._otherwise]
            return steps.pop(0) if len(steps) > 1 else steps[0]


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Faults]:
    """A server on a free port of 127.0.0.1; it ends with the block. With ``tls`` it speaks https."""

    class Mine(Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # lines that break are the point
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Mine.faults = faults = Faults(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        server.shutdown()
        server.server_close()


def answer(body: bytes | dict[str, Any] | list[Any] | str, code: int = 200, **headers: str) -> Step:
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return lambda handler: handler.send(data, code, **headers)


def status(code: int, **headers: str) -> Step:
    return answer(b'{"error": "as scripted"}', code, **headers)


def too_many(**headers: str) -> Step:
    return status(429, **headers)


def html() -> Step:
    return answer(b"<html><body>We are down for maintenance</body></html>", content_type="text/html; charset=utf-8")


def reset(handler: Handler) -> None:
    """The line breaks before a byte of an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def cut_off(handler: Handler) -> None:
    """The line breaks in the middle of the body that was promised."""
    handler.send(b'[{"id": "1"', content_length="4000")
    handler.close_connection = True


def huge(megabytes: int) -> Step:
    def step(handler: Handler) -> None:
        handler.send(b"", content_length=str(megabytes * MEGABYTE))
        for _ in range(megabytes):
            handler.wfile.write(b" " * MEGABYTE)

    return step


def bomb(megabytes: int) -> Step:
    """A small gzip that unpacks to many megabytes."""

    def step(handler: Handler) -> None:
        squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
        parts = [squeeze.compress(b"0" * MEGABYTE) for _ in range(megabytes)]
        handler.send(b"".join([*parts, squeeze.flush()]), content_encoding="gzip")

    return step


def slow(seconds_between: float, chunks: int = 1000) -> Step:
    """A body that comes byte by byte."""

    def step(handler: Handler) -> None:
        handler.send(b"", content_length=str(chunks))
        for _ in range(chunks):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(seconds_between)

    return step


def redirect(to: str, code: int = 302) -> Step:
    return answer(b"", code, location=to)
