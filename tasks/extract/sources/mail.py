"""A mailbox over IMAP: what people write to us, our answers in the folder of sent mail, and what came back.

docs/sources/mail.md tells how to get access.
"""

from __future__ import annotations

import base64
import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from tasks.extract import html, quoted
from tasks.extract.asking import Ask, Item, Reached
from tasks.extract.fields import FIRST_YEAR, LAST_YEAR, BadLine
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]
Folder = Annotated[str, Field(pattern=r'^[^"\\\x00-\x1f\x7f]{1,200}$')]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
#: Who writes by himself, by RFC 3834 and by what programs did before it.
AUTO_PRECEDENCE = frozenset({"auto_reply", "bulk", "junk"})
AUTO_SUBJECT = re.compile(
    r"^(?:automatisch antwoord|automatic reply|out of office|afwezig(?:heid)?(?:sbericht)?)\b", re.IGNORECASE
)
REPLY_MARK = re.compile(r"^(?:(?:re|antw|aw|fw|fwd|doorst)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
LONGEST_BODY = 100_000


class Table(Listened):
    """``type = "mail"``."""

    HISTORY: ClassVar[bool] = True

    type: Literal["mail"]
    connection: Identifier
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    folders: Annotated[tuple[Folder, ...], Field(min_length=1)] = ("INBOX",)
    #: Where our answers are; whoever is their sender speaks for us.
    sent: tuple[Folder, ...] = ()
    #: Domains of our own people: what they send to this mailbox is no question of the public.
    colleagues: tuple[Domain, ...] = ()


def handle(account: str, source: Any) -> str:
    return account.strip().lower()


def weekly_cost(source: Any) -> str:
    return "nothing"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Folder after folder, upwards from the last message that was read, a batch at a time."""
    from tasks.extract.sources import mail_fetch

    yield from mail_fetch.Fetch(ask, client).run()


def parse(answer: Envelope) -> Iterator[Item]:
    """An item for each message; a report of mail that could not be delivered is none (`deliveries`)."""
    about = answer.about
    for one, message in _messages(answer):
        if message is None:
            yield BadLine("a message has another shape than a mail server promises")
        elif not _is_report(message):
            yield _item(message, one, about)


def deliveries(answer: Envelope) -> Iterator[tuple[str, str]]:
    """(Message-ID, status code) of our own mails that did not reach their reader, by what came back."""
    for _, message in _messages(answer):
        if message is not None and _is_report(message):
            yield from _returned(message)


def _messages(answer: Envelope) -> Iterator[tuple[dict[str, Any], EmailMessage | None]]:
    for one in answer.json()["messages"]:
        try:
            found = email.message_from_bytes(base64.b64decode(one["raw"]), policy=policy.default)
            yield one, found if isinstance(found, EmailMessage) else None
        except (ValueError, LookupError, RecursionError):
            yield one, None


def _item(message: EmailMessage, one: dict[str, Any], about: Any) -> Item:
    received = datetime.fromisoformat(one["received"])
    parents = MESSAGE_ID.findall(_header(message, "References") + " " + _header(message, "In-Reply-To"))
    answers = MESSAGE_ID.findall(_header(message, "In-Reply-To")) or parents[-1:]
    author = _author(message)
    item = {
        "id": _native(message, one, about),
        "kind": "mail",
        "in_reply_to": answers[0] if answers else None,
        "thread_id": parents[0] if parents else None,
        "author": author,
        "author_kind": _who(message, author, about),
        "visibility": "private",
        "created_at": (_written(message) or received).isoformat(),
        "indexed_at": received.isoformat(),
        "title": None if answers else REPLY_MARK.sub("", _header(message, "Subject")).strip() or None,
        "text": _text(message),
    }
    return {key: value for key, value in item.items() if value is not None}


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, IndexError, AttributeError):  # the parser of the standard library meets anything
        return ""


def _native(message: EmailMessage, one: dict[str, Any], about: Any) -> str:
    found = MESSAGE_ID.search(_header(message, "Message-ID"))
    return found[0] if found else f"{about['folder']}:{about['validity']}:{one['uid']}"


def _author(message: EmailMessage) -> str | None:
    addresses = [address for _, address in getaddresses([_header(message, "From")]) if "@" in address]
    return addresses[0].strip().lower() if addresses else None


def _who(message: EmailMessage, author: str | None, about: Any) -> str:
    if _writes_itself(message):
        return "auto"
    if about.get("sent"):
        return "own"
    domain = (author or "").rpartition("@")[2]
    return "staff" if domain in about.get("colleagues", ()) else "public"


def _writes_itself(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _header(message, "Precedence").lower() in AUTO_PRECEDENCE
        or bool(_header(message, "X-Autoreply") or _header(message, "X-Autorespond"))
        or AUTO_SUBJECT.match(_header(message, "Subject")) is not None
    )


def _written(message: EmailMessage) -> datetime | None:
    """When the writer's program says it was written, if that can be; its zone is UTC where it knows none (RFC 5322)."""
    try:
        found = parsedate_to_datetime(_header(message, "Date"))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None


def _text(message: EmailMessage) -> str | None:
    try:
        part = message.get_body(("plain", "html"))
        content = part.get_content() if isinstance(part, EmailMessage) else ""
    except (LookupError, ValueError, AttributeError, KeyError):  # an unknown charset, a part that is none
        return None
    if not isinstance(content, str):
        return None
    plain = part is not None and part.get_content_subtype() == "plain"
    words = content[:LONGEST_BODY] if plain else html.text(content[:LONGEST_BODY]) or ""
    return quoted.new_words(words) or None


def _is_report(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/report" and "delivery-status" in _header(message, "Content-Type")


def _returned(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Of the mail that is in the report, whole or its headers; nothing of one that only says that it is late."""
    status, native = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            told = "\n".join(str(each) for each in part.iter_parts()) if part.is_multipart() else str(part)
            if re.search(r"^Action:\s*failed", told, re.IGNORECASE | re.MULTILINE):
                found = STATUS.search(told)
                status = found[0] if found else "5.0.0"
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            found = re.search(r"^Message-ID:\s*(<[^<>\s]{3,250}>)", str(part), re.IGNORECASE | re.MULTILINE)
            native = found[1] if found else native
    if status and native:
        yield native, status
