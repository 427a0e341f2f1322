"""One mail to one recipient: the same bytes every time it is built.

multipart/mixed
├── multipart/alternative
│   ├── text/plain
│   └── text/html
└── application/pdf        (and one for the reader's own department; none when too big: then a sentence says where)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from itertools import islice
from typing import Any
from urllib.parse import quote

from tasks import home
from tasks.deliver import body
from tasks.deliver.edition import Edition
from tasks.errors import ConfigError
from tasks.render.editor import Editor
from tasks.render.job import file_name
from tasks.render.summary import Summary, Tile
from tasks.settings import Institution, Recipient
from tasks.withdrawal import Withdrawal

#: What most mail servers take, counted after base64.
LIMIT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Previous:
    """The last mail about this week that this person got."""

    message_id: str
    revision: int
    #: Why that edition was withdrawn; empty when it was not.
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything one mail depends on."""

    institution: Institution
    edition: Edition
    recipient: Recipient
    send_number: int
    summary: Summary
    previous: Previous | None = None
    #: Set when the mail says that the edition is withdrawn, instead of bringing it.
    withdrawal: Withdrawal | None = None

    @property
    def language(self) -> str:
        return self.recipient.language

    @property
    def digest(self) -> str:
        """40 hexadecimal digits, different for every mail the ledger can have a row for."""
        parts = [
            self.institution.slug,
            self.edition.period,
            self.edition.revision,
            self.recipient.email.lower(),
            self.send_number,
            *(["withdrawn"] if self.withdrawal else []),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]

    @property
    def message_id(self) -> str:
        return f"<{self.digest}@{sender(self.institution).domain}>"

    @property
    def corrects(self) -> bool:
        return self.previous is not None and self.previous.revision < self.edition.revision


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


def build(letter: Letter) -> EmailMessage:
    """The mail, with CRLF line ends and no line over 998 bytes."""
    if letter.withdrawal:
        return _composed(letter, _withdrawn(letter, letter.withdrawal), {})
    pdfs = _pdfs(letter)
    total = sum(map(len, pdfs.values()))
    attach = sum(_base64_size(len(pdf)) for pdf in pdfs.values()) <= LIMIT_BYTES
    return _composed(letter, _context(letter, total, attach), pdfs if attach else {})


def _composed(letter: Letter, context: dict[str, Any], pdfs: dict[str, bytes]) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(body.text(context), cte="quoted-printable")
    message.add_alternative(body.html(context), subtype="html", cte="quoted-printable")
    message.make_mixed()
    for name, pdf in pdfs.items():
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    _add_headers(message, letter, context["subject"])  # last: what makes parts takes the Content- headers away
    # "=_" occurs in neither quoted-printable nor base64, so no text can pretend to be a boundary.
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{letter.digest}_{number}")
    return message


def _add_headers(message: EmailMessage, letter: Letter, subject: str) -> None:
    origin = sender(letter.institution)
    unsubscribe = quote(body.words(letter.language)("unsubscribe"))
    message["From"] = origin
    message["To"] = Address(addr_spec=letter.recipient.email)
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.edition.as_of)
    message["Message-ID"] = letter.message_id
    if letter.previous:
        message["In-Reply-To"] = letter.previous.message_id
        message["References"] = letter.previous.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{letter.institution.slug}.weerklank.{origin.domain}>"
    message["List-Unsubscribe"] = f"<mailto:{quote(origin.addr_spec, safe='@')}?subject={unsubscribe}>"
    message["Content-Language"] = letter.language


def _context(letter: Letter, pdf_bytes: int, attach: bool) -> dict[str, Any]:
    """What the templates may use: clean, bounded lines of text."""
    edition, institution, language = letter.edition, letter.institution, letter.language
    say, origin = body.words(language), sender(letter.institution)
    headline = body.one_line(letter.summary.headline, body.LINE_LENGTH)
    finding = headline.split(". ")[0].removesuffix(".")
    subject = "subject_correction" if letter.corrects else "subject_interim" if edition.interim else "subject"
    return {
        "language": language,
        "subject": body.one_line(say(subject, number=int(edition.week[6:]), headline=finding), body.SUBJECT_LENGTH),
        "name": body.one_line(institution.name, body.LINE_LENGTH),
        "period": body.one_line(letter.summary.period, body.LINE_LENGTH),
        "headline": headline,
        "notice": _notice(letter),
        "attention_title": letter.summary.attention_title,
        "attention": _lines(letter.summary.attention),
        "asked": _asked(letter.summary.editor),
        "note": body.one_line(f"{letter.summary.editor.note_title} {letter.summary.editor.note}", body.PARAGRAPH_LENGTH)
        if letter.summary.editor.note
        else "",
        "accent": institution.brand.accent.lower(),
        "letter": _lines(institution.brand.letter.paragraphs(letter.recipient.language)),
        "paragraphs": _lines(letter.summary.paragraphs),
        "warnings": _lines(letter.summary.warnings),
        "figures_title": say("figures"),
        "figures_note": _figures_note(letter),
        "tiles": [_tile(tile) for tile in letter.summary.tiles[: body.ROWS]],
        "where": _where(letter, pdf_bytes, attach),
        "reply": say("reply"),
        "leave": say("leave", word=say("unsubscribe"), address=origin.addr_spec),
        "edition": body.footer(edition, institution, language),
    }


def _withdrawn(letter: Letter, withdrawal: Withdrawal) -> dict[str, Any]:
    """The same page without a single figure: these are the ones that are not to be used."""
    say, number, revision = body.words(letter.language), int(letter.edition.week[6:]), letter.edition.revision
    told = {
        "subject": body.one_line(say("subject_withdrawn", number=number, revision=revision), body.SUBJECT_LENGTH),
        "headline": say("withdrawn", number=number),
        "notice": body.one_line(say("withdrawn_reason", reason=withdrawal.reason), body.PARAGRAPH_LENGTH),
        "paragraphs": [say("withdrawn_told", revision=revision)],
        "note": "",
        "where": "",
    }
    none: dict[str, Any] = {name: [] for name in ("attention", "asked", "letter", "warnings", "tiles")}
    return _context(letter, 0, False) | none | told


def _figures_note(letter: Letter) -> str:
    """What interval and comparison mean: the same in every row, so it is said once."""
    say, base = body.words(letter.language), letter.edition.document.get("base")
    if not base:
        return say("figures_alone")
    return say("figures_note", first=int(base["from"][6:]), last=int(base["to"][6:]))


def _asked(editor: Editor) -> list[dict[str, Any]]:
    """What the editor asks, and what became of what was asked before: each with a title and its lines."""
    lists = ((editor.asked_title, editor.decisions, " "), (editor.before_title, editor.before, " → "))
    return [
        {"title": title, "lines": _lines(f"{one.ask}{between}{one.small}" for one in listed)}
        for title, listed, between in lists
        if listed
    ]


def _lines(lines: Iterable[str]) -> list[str]:
    return [body.one_line(line, body.PARAGRAPH_LENGTH) for line in islice(lines, body.ROWS)]


def _tile(tile: Tile) -> dict[str, str]:
    """The tile's texts; ``movement`` is arrow and change."""
    names = ("label", "value", "target", "interval", "extra")
    texts = {name: body.one_line(getattr(tile, name), body.LINE_LENGTH) for name in names}
    return {**texts, "movement": body.one_line(f"{tile.arrow} {tile.change}", body.LINE_LENGTH), "tone": tile.tone}


def _notice(letter: Letter) -> str:
    """Why somebody gets a second mail about the same week."""
    if letter.previous is None:
        return letter.summary.interim
    say = body.words(letter.language)
    if letter.corrects and letter.previous.withdrawn:
        told = say(
            "corrects_withdrawn",
            revision=letter.edition.revision,
            before=letter.previous.revision,
            reason=letter.previous.withdrawn,
        )
        return body.one_line(told, body.PARAGRAPH_LENGTH)
    if letter.corrects:
        return say("corrects", revision=letter.edition.revision, before=letter.previous.revision)
    return say("once_more")


def _where(letter: Letter, pdf_bytes: int, attach: bool) -> str:
    say = body.words(letter.language)
    if attach:
        told = say("attached", name=_attachment_name(letter), size=-(-pdf_bytes // 1024))
        own = letter.recipient.department
        if own is None:
            return told
        named = {one.id: getattr(one.name, letter.language) for one in letter.institution.department}
        return f"{told} {say('attached_page', department=body.one_line(named[own], body.LINE_LENGTH))}"
    place = letter.edition.folder.resolve() / file_name(None, letter.language, "pdf")
    shown = place.relative_to(home.state()) if place.is_relative_to(home.state()) else place.name
    return say("too_big", size=-(-pdf_bytes // (1024 * 1024)), place=shown)


def _pdfs(letter: Letter) -> dict[str, bytes]:
    """What goes with the mail by name: the report, and the page on the reader's own department."""
    own, language = letter.recipient.department, letter.language
    pdfs = {_attachment_name(letter): letter.edition.pdf(language)}
    if own:
        pdfs[_attachment_name(letter, own)] = letter.edition.pdf(language, own)
    return pdfs


def _attachment_name(letter: Letter, department: str | None = None) -> str:
    """``weekrapport-overbrugge-2026-W47-r1.nl.pdf``: also readable a year later in a downloads folder."""
    kind = {"nl": "weekrapport", "en": "weekly-report"}[letter.language]
    edition, part = letter.edition, "" if department is None else f"-{department}"
    period = edition.period.replace("/", "-")
    return f"{kind}-{letter.institution.slug}{part}-{period}-r{edition.revision}.{letter.language}.pdf"


def _base64_size(count: int) -> int:
    """Bytes in 76-character lines with CRLF."""
    signs = -(-count // 3) * 4
    return signs + -(-signs // 76) * 2
