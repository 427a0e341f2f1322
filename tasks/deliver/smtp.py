"""One message to one person over SMTP, and what its outcome means.

We speak the few commands ourselves instead of calling ``sendmail``: only so can we tell an error before the body left
(nothing happened: try again) from one after it (it may have been taken: never by ourselves again).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from tasks.deliver.oauth import LOOPBACK, OAuth
from tasks.errors import UsageError

Security = Literal["plain", "starttls", "tls"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
REPLY_LENGTH = 200
USUAL_SECONDS, MOST_SECONDS = 30.0, 300
#: "Log in first" and its kin: about us, not about the recipient, and over once an admin has set it right.
NOT_LOGGED_IN = (530, 534, 535, 538)
#: What a server repeats of the person that it refuses.
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
_TROUBLE = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to hand in mail."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "plain"
    timeout_seconds: float = USUAL_SECONDS
    oauth: OAuth | None = None

    def __post_init__(self) -> None:
        if (self.password or self.oauth) and self.security == "plain" and not self.is_local:
            raise UsageError(
                f"The mail server {self.host} would get its password or token unencrypted. "
                "Use smtp+starttls:// or smtps:// (in an Airflow connection: switch TLS or SSL on)."
            )

    @property
    def is_local(self) -> bool:
        return self.host in LOOPBACK

    @classmethod
    def from_url(cls, url: str) -> Server:
        """Read ``smtp://``, ``smtp+starttls://`` or ``smtps://`` with optional ``user:password@`` and port."""
        try:
            parts = urlsplit(url)
            security, usual_port = SCHEMES[parts.scheme]
            host, port = parts.hostname, parts.port or usual_port
            if not host or parts.path.strip("/") or parts.query or parts.fragment:
                raise ValueError
        except (KeyError, ValueError):  # the address is not repeated: it may hold a password
            raise UsageError(
                "WEERKLANK_SMTP is not a mail server's address. Write smtp://127.0.0.1:25, "
                "smtp+starttls://user:password@host:587 or smtps://user:password@host:465."
            ) from None
        return cls(host, port, unquote(parts.username or ""), unquote(parts.password or ""), security)

    @classmethod
    def from_connection(
        cls, host: str | None, port: int | None, extra: Mapping[str, object], user: str = "", password: str = ""
    ) -> Server:
        """An Airflow SMTP connection; ``extra`` has the switches of Airflow's own form, with its defaults.

        Raises UsageError for a time-out that is none, and for OAuth2 that does not say where a token comes from.
        """
        off = {key: str(extra.get(key, "")).lower() == "true" for key in ("disable_ssl", "disable_tls")}
        security: Security = "tls" if not off["disable_ssl"] else "plain" if off["disable_tls"] else "starttls"
        usual = {"tls": 465, "starttls": 587, "plain": 25}[security]
        wait, oauth = _seconds(extra.get("timeout")), OAuth.from_extra(extra)
        return cls(host or "localhost", port or usual, user, password, security, wait, oauth)


def _seconds(timeout: object) -> float:
    """How long to wait for an answer, as Airflow's form has it; raises UsageError."""
    try:
        seconds = float(str(timeout if timeout not in (None, "") else USUAL_SECONDS))
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= MOST_SECONDS:
        raise UsageError(f"The mail server's connection has a timeout that is not 1 to {MOST_SECONDS} seconds.")
    return seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended, in the ledger's words and in the server's (one bounded line, no control characters)."""

    state: Literal["sent", "refused", "pending", "unknown"]
    reply: str


def attempt(server: Server, sender: str, recipient: str, message: bytes) -> Outcome:
    """Try once to hand in ``message`` (RFC 5322, 7 bit, CRLF). Whatever network and server do, there is an outcome."""
    body_left = False
    try:
        with _session(server) as session:
            code, reply = _envelope(session, sender, recipient, len(message))
            if code not in (250, 251):
                return _turned_down(code, reply)
            code, reply = session.docmd("DATA")
            if code != 354:
                return _turned_down(code, reply)
            body_left = True
            session.send(_dotted(message))
            code, reply = session.getreply()
            if 200 <= code < 300:
                return Outcome("sent", _said(code, reply))
            return _turned_down(code, reply) if 400 <= code < 600 else Outcome("unknown", _said(code, reply))
    except _TROUBLE as error:
        return Outcome("unknown" if body_left else "pending", _explained(error))


def reach(server: Server) -> str | None:
    """Greet the server and leave, mailing nobody; what stood in the way, or None."""
    try:
        with _session(server):
            return None
    except _TROUBLE as error:
        return _explained(error)


@contextmanager
def _session(server: Server) -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted and logged-in session. A failing farewell changes nothing about what went before."""
    context = ssl.create_default_context()
    name = "localhost" if server.is_local else None
    session: smtplib.SMTP
    if server.security == "tls":
        session = smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.timeout_seconds, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, name, timeout=server.timeout_seconds)
    try:
        session.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            session.starttls(context=context)
        if server.user:
            _log_in(session, server)
        session.ehlo_or_helo_if_needed()
        yield session
        with suppress(*_TROUBLE):
            session.quit()
    finally:
        session.close()


def _log_in(session: smtplib.SMTP, server: Server) -> None:
    """With a token or a password; raises SMTPException."""
    if not (oauth := server.oauth):
        session.login(server.user, server.password)
        return
    session.ehlo_or_helo_if_needed()
    answer = oauth.answer(server.user)
    # A server that refuses explains itself in a challenge; the mechanism wants an empty answer to it.
    session.auth("XOAUTH2", lambda challenge=None: answer if challenge is None else "")


def _envelope(session: smtplib.SMTP, sender: str, recipient: str, size: int) -> tuple[int, bytes]:
    """Say from whom and to whom; returns the first answer that is not yes, or the last."""
    code, reply = session.mail(sender, [f"size={size}"] if session.has_extn("size") else [])
    return session.rcpt(recipient) if code == 250 else (code, reply)


def _dotted(message: bytes) -> bytes:
    """A line that begins with a dot gets another; a dot alone ends the message."""
    return re.sub(rb"(?m)^\.", b"..", message.removesuffix(b"\r\n")) + b"\r\n.\r\n"


def _turned_down(code: int, reply: bytes) -> Outcome:
    """A clear answer other than yes: 5xx is for good, everything else for now. Nothing was accepted."""
    for_good = 500 <= code < 600 and code not in NOT_LOGGED_IN
    return Outcome("refused" if for_good else "pending", _said(code, reply))


def _said(code: int, reply: bytes | str) -> str:
    return _plain(f"{code} {reply.decode('utf-8', 'replace') if isinstance(reply, bytes) else reply}")


def _explained(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):  # a server might repeat what it was told
        return f"{error.smtp_code} the mail server refuses user name, password or token"
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return _plain(f"{type(error).__name__}: {error}")


def _plain(text: str) -> str:
    """One printable line of bounded length, without addresses: it goes into logs."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return ADDRESS.sub("[e-mail]", line)[:REPLY_LENGTH]
