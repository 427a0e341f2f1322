"""One edition to one recipient, as a mail: the same bytes every time it is built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import islice
from typing import Any

from tasks import home
from tasks.deliver import body
from tasks.deliver.edition import Edition
from tasks.deliver.mail import Envelope, compose, message_id, sender
from tasks.render.editor import Editor
from tasks.render.job import file_name
from tasks.render.summary import Summary, Tile
from tasks.settings import Institution, Recipient

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
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]

    @property
    def message_id(self) -> str:
        return message_id(self.institution, self.digest)

    @property
    def address(self) -> str:
        return self.recipient.email

    def build(self) -> EmailMessage:
        """See `build`."""
        return build(self)

    @property
    def corrects(self) -> bool:
        return self.previous is not None and self.previous.revision < self.edition.revision


def build(letter: Letter) -> EmailMessage:
    """The mail, with CRLF line ends and no line over 998 bytes."""
    pdfs = _pdfs(letter)
    total = sum(map(len, pdfs.values()))
    attach = sum(_base64_size(len(pdf)) for pdf in pdfs.values()) <= LIMIT_BYTES
    context = _context(letter, total, attach)
    envelope = Envelope(
        institution=letter.institution,
        recipient=letter.recipient.email,
        language=letter.language,
        subject=context["subject"],
        date=letter.edition.as_of,
        digest=letter.digest,
        answers=letter.previous.message_id if letter.previous else "",
    )
    text, html = body.text("mail.txt.j2", context), body.html("mail.html.j2", context)
    return compose(envelope, text, html, pdfs if attach else {})


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
    if url := letter.institution.deliver.archive_url:
        edition, dag = letter.edition, f"weekly_report__{letter.institution.slug}"
        address = f"{url.rstrip('/')}/reports-page/{dag}/{edition.period}/r{edition.revision}/"
        return say("too_big", size=-(-pdf_bytes // (1024 * 1024)), place=address)
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
