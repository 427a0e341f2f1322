"""Whether an edition may be mailed: the one place that decides it, asked by everything that mails an edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks import checks, home
from tasks.checks import Finding
from tasks.deliver.edition import Edition
from tasks.review.book import Book
from tasks.settings import Institution


@dataclass(frozen=True, slots=True)
class Gate:
    """``why`` is a sentence for the log when it is not open; ``for_good`` when a person said no."""

    is_open: bool
    why: str = ""
    for_good: bool = False


def book(institution: Institution, edition: Edition, clock: Callable[[], datetime]) -> Book:
    """The approvals of this edition's week."""
    return Book(home.ledger_url(), institution.slug, edition.period, clock)


def reasons(institution: Institution, edition: Edition) -> tuple[Finding, ...]:
    """What the institution wants to be asked about, in this edition."""
    wanted = institution.approval.hold_if
    return tuple(one for one in checks.found(institution, edition.document) if one.kind in wanted)


def is_asked(institution: Institution, edition: Edition) -> bool:
    """Whether somebody must let this edition go."""
    return institution.approval.always or bool(reasons(institution, edition))


def gate(institution: Institution, edition: Edition, clock: Callable[[], datetime]) -> Gate:
    """Whether this very edition may be mailed now."""
    if not is_asked(institution, edition):
        return Gate(True)
    found = book(institution, edition, clock).about(edition.fingerprint)
    name = f"{institution.slug} {edition.period} r{edition.revision}"
    if found is None or found.answer is None:
        return Gate(False, f"{name} waits for approval: nobody has let it go yet. Run the week's task review again.")
    if found.allowed == edition.fingerprint:
        return Gate(True)
    if found.answer == "rejected":
        return Gate(False, f"{found.by or 'Somebody'} did not approve of {name}.", for_good=True)
    if found.answer == "unanswered":
        return Gate(False, f"Nobody approved of {name} in time.", for_good=True)
    return Gate(False, f"{name} is not the edition that was approved. Run the week's task review again.")
