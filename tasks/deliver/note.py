"""A short mail without figures: a withdrawal, a report that waits for somebody, something that went wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from tasks.deliver import body
from tasks.deliver.mail import Envelope, compose, message_id
from tasks.settings import Institution


@dataclass(frozen=True, slots=True)
class Line:
    """One of a list: plain text, an http(s) address where there is one, and words of somebody else below it."""

    text: str
    link: str = ""
    quote: str = ""

    def cut(self) -> Line:
        """Every text a bounded, clean line."""
        return Line(
            body.one_line(self.text, body.PARAGRAPH_LENGTH), self.link, body.one_line(self.quote, body.LINE_LENGTH)
        )


@dataclass(frozen=True, slots=True)
class Note:
    """``identity`` makes it this mail and no other. All texts are plain; ``link`` is a URL of ours, or empty."""

    institution: Institution
    address: str
    language: str
    identity: tuple[str | int, ...]
    date: datetime
    period: str
    subject: str
    title: str
    foot: str
    notice: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[Line, ...] = ()
    link: str = ""
    link_text: str = ""
    answers: str = ""

    @property
    def digest(self) -> str:
        """40 hexadecimal digits."""
        return hashlib.sha256(json.dumps([self.institution.slug, *self.identity]).encode()).hexdigest()[:40]

    @property
    def message_id(self) -> str:
        return message_id(self.institution, self.digest)

    def build(self) -> EmailMessage:
        """The mail; every text is cut to a bounded, clean line."""
        context = self._context()
        envelope = Envelope(
            self.institution, self.address, self.language, context["subject"], self.date, self.digest, self.answers
        )
        return compose(envelope, self.text(), body.html("note.html.j2", context), {})

    def text(self) -> str:
        """Its plain text."""
        return body.text("note.txt.j2", self._context())

    def _context(self) -> dict[str, Any]:
        long = body.PARAGRAPH_LENGTH
        return {
            "language": self.language,
            "accent": self.institution.brand.accent.lower(),
            "name": body.one_line(self.institution.name, body.LINE_LENGTH),
            "period": body.one_line(self.period, body.LINE_LENGTH),
            "subject": body.one_line(self.subject, body.SUBJECT_LENGTH),
            "title": body.one_line(self.title, body.LINE_LENGTH),
            "notice": body.one_line(self.notice, long),
            "paragraphs": [body.one_line(line, long) for line in self.paragraphs],
            "items": [line.cut() for line in self.items],
            "link": self.link,
            "link_text": self.link_text,
            "foot": body.one_line(self.foot, body.LINE_LENGTH),
        }
