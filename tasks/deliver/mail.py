"""What every mail of ours shares: headers, tree and boundaries; the same bytes every time it is built.

multipart/mixed
├── multipart/alternative
│   ├── text/plain
│   └── text/html
└── application/pdf        (any number)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Protocol
from urllib.parse import quote

from tasks.deliver import body
from tasks.errors import ConfigError
from tasks.settings import Institution


class Mail(Protocol):
    """What can be sent: it names itself before it is built."""

    @property
    def message_id(self) -> str: ...

    @property
    def address(self) -> str: ...

    def build(self) -> EmailMessage: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the headers; ``digest`` names this mail among all, ``answers`` is the Message-ID of one before."""

    institution: Institution
    recipient: str
    language: str
    subject: str
    date: datetime
    digest: str
    answers: str = ""


def message_id(institution: Institution, digest: str) -> str:
    """``<0123…@overbrugge.example>``."""
    return f"<{digest}@{sender(institution).domain}>"


def sender(institution: Institution) -> Address:
    """``[deliver] sender`` as name and address; raises ConfigError when it is not one address."""
    try:
        ((name, address),) = getaddresses([institution.deliver.sender])
        found = Address(body.one_line(name, 120), addr_spec=address)
        if not (address.isascii() and found.username and "." in found.domain):
            raise ValueError
    except (ValueError, IndexError, MessageError):  # which one, depends on the Python version
        raise ConfigError(
            f"config/institutions/{institution.slug}.toml: [deliver] sender is not an address. "
            'Write it like "Weekly report <report@school.example>".'
        ) from None
    return found


def compose(envelope: Envelope, text: str, html: str, pdfs: dict[str, bytes]) -> EmailMessage:
    """The mail, with CRLF line ends and no line over 998 bytes; ``pdfs`` by file name."""
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.make_mixed()
    for name, pdf in pdfs.items():
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    _add_headers(message, envelope)  # last: what makes parts takes the Content- headers away
    # "=_" occurs in neither quoted-printable nor base64, so no text can pretend to be a boundary.
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{envelope.digest}_{number}")
    return message


def _add_headers(message: EmailMessage, envelope: Envelope) -> None:
    origin = sender(envelope.institution)
    unsubscribe = quote(body.words(envelope.language)("unsubscribe"))
    message["From"] = origin
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = message_id(envelope.institution, envelope.digest)
    if envelope.answers:
        message["In-Reply-To"] = envelope.answers
        message["References"] = envelope.answers
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{envelope.institution.slug}.weerklank.{origin.domain}>"
    message["List-Unsubscribe"] = f"<mailto:{quote(origin.addr_spec, safe='@')}?subject={unsubscribe}>"
    message["Content-Language"] = envelope.language
