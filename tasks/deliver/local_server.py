"""The demonstration's own mail server: on this machine only, and every message it takes becomes a file to look at."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tasks import durable
from tasks.deliver.smtp import Server

HOST = "127.0.0.1"


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A mail server on a free loopback port that keeps messages in ``folder`` as ``.eml``, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = _FreePort(_Keep(folder), hostname=HOST, port=0, ready_timeout=30.0)
    controller.start()
    try:
        yield Server(HOST, controller.port)
    finally:
        controller.stop()


class _FreePort(Controller):
    """Asks the system for a port, so that two demonstrations never want the same one."""

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types here


class _Keep:
    """Files each message under its Message-ID; the same id again gets a number, so that nobody can miss a duplicate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.original_content or b""
        message_id = str(BytesHeaderParser().parsebytes(content).get("Message-ID", ""))
        name = re.fullmatch(r"<([0-9a-f]{40})@[^<>]+>", message_id.strip())
        stem = name[1] if name else hashlib.sha256(content).hexdigest()[:40]
        _keep(self._folder, stem, content)
        return "250 kept"


def _keep(folder: Path, stem: str, content: bytes) -> None:
    """Write aside, then take the first free name: a link never replaces what is there."""
    aside = folder / f"{durable.PREFIX}{os.getpid()}-{threading.get_ident()}-{stem}"
    durable.write_bytes(aside, content)
    try:
        for number in itertools.count(1):
            try:
                os.link(aside, folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml"))
            except FileExistsError:
                continue
            break
    finally:
        aside.unlink()
