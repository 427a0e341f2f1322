"""Asking and settling: the two moments of a review."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.deliver import body, smtp
from tasks.deliver import edition as editions
from tasks.deliver.edition import Edition
from tasks.deliver.note import Note
from tasks.deliver.rounds import Given, notes, tell
from tasks.errors import DeliveryError
from tasks.render.summary import summary
from tasks.review import gate
from tasks.review import note as notices
from tasks.review.request import Request, request
from tasks.settings import Institution, Reviewer

Clock = Callable[[], datetime]


def why_not(institution: Institution, folder: Path) -> str:
    """Why nobody needs to look at this edition; empty when somebody must."""
    edition = editions.read(folder, institution)
    return "" if gate.is_asked(institution, edition) else "Nothing is wrong with it that somebody should look at first."


def ask(institution: Institution, folder: Path, *, folder_url: str, clock: Clock) -> Request:
    """Note that somebody is asked about an edition; returns what they see, in the first reviewer's language."""
    edition = editions.read(folder, institution)
    gate.book(institution, edition, clock).ask(edition.fingerprint, edition.revision)
    return request(institution, edition, institution.approval.reviewers[0].language, folder_url)


def mail(institution: Institution, folder: Path, *, url: str, server: smtp.Server, clock: Clock) -> dict[str, str]:
    """Mail reviewers and deputies where to answer, once for each edition; returns the ledger's state per person."""
    edition = editions.read(folder, institution)
    period = f"{edition.period}/review-{edition.fingerprint[:12]}"
    mails = {one.email: _mail(institution, edition, one, url) for one in institution.approval.people}
    about, given = (edition.revision, edition.fingerprint), Given(server, "review", clock, leave_others=True)
    what = f"Not everybody was told that {institution.slug} {edition.period} r{edition.revision} waits for approval."
    return tell(what, notes(institution, period, about, mails, given))


def settle(
    institution: Institution,
    folder: Path,
    *,
    fingerprint: str,
    approved: bool,
    by: str,
    given: Mapping[str, object],
    render: Callable[[], Path],
    clock: Clock,
) -> dict[str, Any]:
    """Write the answer down, with the note's own edition when there is a note; ``by`` is empty when nobody answered.

    Raises UsageError for a note that cannot be printed, and DeliveryError when the data changed since it was asked:
    nothing goes out then, and the task is to ask again.
    """
    edition = editions.read(folder, institution)
    if edition.fingerprint != fingerprint:
        raise DeliveryError(
            f"{folder} is not the edition that was asked about. Clear the task review to be asked again."
        )
    book, texts = gate.book(institution, edition, clock), notices.checked(institution, given)
    told = {"edition": str(folder), "revision": edition.revision, "by": by}
    if not approved:
        book.answer(fingerprint, "rejected" if by else "unanswered", by, None)
        return told | {"approved": False}
    if texts:
        with notices.kept(institution, edition.period, texts):
            edition = _with_note(institution, edition, render())
    book.answer(fingerprint, "approved" if by else "unanswered", by, edition.fingerprint)
    return told | {"approved": True, "edition": str(edition.folder), "revision": edition.revision}


def _with_note(institution: Institution, asked: Edition, folder: Path) -> Edition:
    """The edition that the note made; raises DeliveryError when more than the note is new in it."""
    made = editions.read(folder, institution)
    before, after = _inputs(asked), _inputs(made)
    others = sorted(part for part in before if part != "editor" and before[part] != after.get(part))
    if others:
        raise DeliveryError(
            f"{institution.slug} {made.period}: since it was asked about, {', '.join(others)} changed; "
            f"r{made.revision} is not what was approved. Nothing was mailed; the task asks again."
        )
    return made


def _inputs(edition: Edition) -> dict[str, str]:
    inputs: dict[str, str] = json.loads((edition.folder / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    return inputs


def _mail(institution: Institution, edition: Edition, person: Reviewer, url: str) -> Note:
    say, deputy = body.words(person.language, "review"), person in institution.approval.deputies
    first = institution.approval.reviewers[0].email
    told = summary(edition.document, institution, person.language)
    number, hours = int(edition.week[6:]), f"{institution.approval.wait_hours:g}"
    return Note(
        institution=institution,
        address=person.email,
        language=person.language,
        identity=("review", edition.period, edition.fingerprint, person.email.lower()),
        date=edition.as_of,
        period=told.period,
        subject=say("mail_subject", number=number, revision=edition.revision),
        title=say("mail_title", number=number),
        foot=body.footer(edition, institution, person.language),
        notice=say("mail_deputy", reviewer=first) if deputy else "",
        paragraphs=(say("mail_told"), say(f"time_{institution.approval.then}", hours=hours)),
        link=url,
        link_text=say("mail_link"),
    )
