"""Real SMTP servers with bad manners."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tasks.deliver.smtp import Server


class Mailbox:
    """What a server accepted. ``answers`` says what to say to whom, at ``rcpt`` or ``data``; at ``data`` also ``drop``
    (take it, and hang up) or ``silence`` (take it, and say nothing for a minute).
    """

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.answers: dict[tuple[str, str], str] = {}
        self.delay_seconds = 0.0
        self.after_accepting: Callable[[], None] = lambda: None
        self.server = Server("127.0.0.1", 0)

    @property
    def count(self) -> Counter[str]:
        """Accepted messages per recipient."""
        return Counter(recipient for recipient, _ in self.messages)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if answer := self.answers.get(("rcpt", address)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        answer = self.answers.get(("data", recipient), "")
        if answer not in ("", "drop", "silence"):
            return answer
        self.messages.append((recipient, envelope.original_content))
        if answer == "drop":
            server.transport.abort()
        if answer == "silence":
            await asyncio.sleep(60)
        self.after_accepting()
        time.sleep(self.delay_seconds)
        return "250 taken"


@contextmanager
def serving() -> Iterator[Mailbox]:
    """A mailbox behind aiosmtpd on a free loopback port."""

    class FreePort(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    box = Mailbox()
    controller = FreePort(box, hostname="127.0.0.1", port=0, ready_timeout=30)
    controller.start()
    box.server = Server("127.0.0.1", controller.port, timeout_seconds=20)
    try:
        yield box
    finally:
        controller.stop()


class Scripted:
    """A server that follows a script: per line the client sends an answer; None hangs up, ``...`` says nothing more."""

    def __init__(
        self, answers: list[bytes | None], after_body: bytes | None = b"250 ok\r\n", greeting: bytes = b"220 hi\r\n"
    ):
        self._answers, self._after_body, self._greeting = answers, after_body, greeting
        self.bodies: list[bytes] = []
        self._stop = threading.Event()

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            if not self._say(connection, self._greeting):
                return
            answer: bytes | None = b""
            for answer in self._answers:
                lines.readline()
                if not self._say(connection, answer):
                    return
            if not (answer or b"").startswith(b"354"):
                lines.readline()  # QUIT, which gets no answer
                return
            body = b""
            for line in lines:
                if line == b".\r\n":
                    break
                body += line
            self.bodies.append(body)
            if self._say(connection, self._after_body):
                lines.readline()

    def _say(self, connection: socket.socket, answer: bytes | None) -> bool:
        if answer == b"...":
            self._stop.wait(20)
            return False
        if answer is None:
            return False
        connection.sendall(answer)
        return True

    @contextmanager
    def running(self, timeout_seconds: float = 5.0) -> Iterator[Server]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=lambda: self.talk(listener.accept()[0]))
            thread.start()
            try:
                yield Server("127.0.0.1", listener.getsockname()[1], timeout_seconds=timeout_seconds)
            finally:
                self._stop.set()
                thread.join()


@contextmanager
def dead() -> Iterator[Server]:
    """A port at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield Server("127.0.0.1", held.getsockname()[1], timeout_seconds=5)
