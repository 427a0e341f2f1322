"""A school whose departments are told who waits; moments are in UTC like ``2026-09-08T10:00``, a Tuesday."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tasks import settings, steps
from tasks.digest import tell
from tasks.extract import files
from tests.deliver.servers import Mailbox
from tests.world import INSTITUTION, item, jsonl, settle

SLUG, WEEK = "school", "2026-W37"
EXAMS, WEBCARE = "exams@school.example", "webcare@school.example"
DIGEST = f"""
[digest]
enabled = true
contact = "{WEBCARE}"
"""


@dataclass
class Digests:
    """``now`` is the clock of the next look."""

    folder: Path
    mailbox: Mailbox
    handed: int = field(default=0)

    def hand(self, *rows: dict[str, Any], week: str = WEEK) -> None:
        """Land more items and stage."""
        self.handed += 1
        path = jsonl(self.folder / f"{self.handed}.jsonl", *rows)
        files.receive(settings.load(SLUG), path, fetched_at=datetime.now(UTC))
        steps.stage(SLUG, week)

    def tell(self, at: str) -> dict[str, str]:
        return tell.tell(settings.load(SLUG), moment(at), server=self.mailbox.server, clock=lambda: moment(at))

    def drafts(self, at: str) -> list[tuple[str, str]]:
        return tell.drafts(settings.load(SLUG), moment(at))

    @property
    def mails(self) -> list[tuple[str, EmailMessage]]:
        return [(who, parsed(content)) for who, content in self.mailbox.messages]

    def last(self, who: str = EXAMS) -> str:
        """The text of the last mail to somebody."""
        mail = [one for address, one in self.mails if address == who][-1]
        part = mail.get_body(("plain",))
        assert part
        return str(part.get_content())


def parsed(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def question(id: str, created_at: str, **more: Any) -> dict[str, Any]:  # noqa: A002 the format's own word
    return item(id, created_at, needs_reply=True, url=f"https://social.example/posts/{id}", **more)


def begin(folder: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox, more: str = DIGEST) -> Digests:
    text = INSTITUTION.replace(
        'keywords = ["tentamen", "exam"]', f'keywords = ["tentamen", "exam"]\ncontact = "{EXAMS}"'
    )
    settle(monkeypatch, folder, text + more, SLUG)
    return Digests(folder, mailbox)
