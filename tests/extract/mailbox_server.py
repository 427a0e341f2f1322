"""A real IMAP server (Dovecot) with one mailbox, on a free port of 127.0.0.1."""

from __future__ import annotations

import contextlib
import getpass
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.extract import certificates

USER, PASSWORD = "info@school.example", "a-password-of-the-mailbox"
CONFIG = """
base_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/both.pem
ssl_key = <{home}/both.pem
auth_mechanisms = plain login
mail_location = maildir:{home}/mail
default_internal_user = {inner}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class MailServer:
    port: int

    def put(self, raw: bytes | str, received: datetime, folder: str = "INBOX") -> None:
        """Lay a message in a folder, as if it came at a moment."""
        content = raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode()
        with self._logged_in() as server:
            server.create(folder)
            server.append(folder, None, imaplib.Time2Internaldate(received), content)

    def seen(self, folder: str = "INBOX") -> list[bytes]:
        """The messages that somebody read."""
        with self._logged_in() as server:
            server.select(folder, readonly=True)
            return list(server.search(None, "SEEN")[1][0].split())

    def rebuild(self) -> None:
        """The mailbox is made anew: its messages get other numbers."""
        with self._logged_in() as server:
            server.select("INBOX", readonly=True)
            _, told = server.fetch("1:*", "(INTERNALDATE BODY.PEEK[])")
            kept = [part for part in told if isinstance(part, tuple)]
            server.close()
            server.rename("INBOX", f"Before-{time.monotonic_ns()}")
            for head, raw in kept:
                moment = imaplib.Internaldate2tuple(head)
                server.append("INBOX", None, imaplib.Time2Internaldate(moment), raw)

    def empty(self) -> None:
        """Nothing is left of earlier tests."""
        with self._logged_in() as server:
            for line in server.list()[1]:
                name = line.rpartition(b" ")[2].strip(b'"').decode()
                if name != "INBOX":
                    server.delete(name)
            if int(server.select("INBOX")[1][0] or 0):
                server.store("1:*", "+FLAGS", "\\Deleted")
                server.expunge()
            server.create("Sent")

    @contextlib.contextmanager
    def _logged_in(self) -> Iterator[imaplib.IMAP4_SSL]:
        context = ssl.create_default_context(cadata=certificates.authority())
        with imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context, timeout=60) as server:
            server.login(USER, PASSWORD)
            yield server


def _accounts(folder: Path) -> dict[str, object]:
    """Whom it works as: ourselves, or as root the accounts that its package brings, and one that owns the mail."""
    if os.getuid():
        name = getpass.getuser()
        return {"inner": name, "login": name, "group": name, "uid": os.getuid(), "gid": os.getgid()}
    owner = pwd.getpwnam("mail")
    folder.chmod(0o755)
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    return {"inner": "dovecot", "login": "dovenull", "group": "dovecot", "uid": owner.pw_uid, "gid": owner.pw_gid}


@contextlib.contextmanager
def running() -> Iterator[MailServer]:
    """The server; it ends with the block, in a process group of its own."""
    folder = Path(tempfile.mkdtemp(prefix="wk-imap-", dir="/tmp"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "both.pem").write_text(certificates.both())
    (folder / "mail").mkdir()
    (folder / "dovecot.conf").write_text(CONFIG.format(home=folder, port=port, password=PASSWORD, **_accounts(folder)))
    server = subprocess.Popen(
        ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    told = server.stderr.read().decode() if server.poll() is not None and server.stderr else ""
                    log = (folder / "log").read_text() if (folder / "log").exists() else ""
                    raise AssertionError(f"Dovecot did not start: {told}{log}") from None
                time.sleep(0.05)
        yield MailServer(port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)
