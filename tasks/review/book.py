"""Who was asked to let which edition go, and what they answered: beside the deliveries, in the ledger's database.

A row for each edition by its fingerprint. An approval holds for that fingerprint, or for the one that its note made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from tasks.deliver.schema import UtcTime, connect, metadata

ANSWERS = ("approved", "rejected", "unanswered")

review = Table(
    "review",
    metadata,
    Column("institution", String(40), primary_key=True),
    Column("period", String(60), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("answer", String(10)),
    Column("by", String(120)),
    Column("answered_at", UtcTime),
    #: The edition that may go: the one that was asked about, or the one that the approver's note made of it.
    Column("allowed", String(64)),
    CheckConstraint("answer IS NULL OR answer IN ('approved', 'rejected', 'unanswered')", name="review_answer"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """``answer`` is None while nobody answered; ``by`` is empty when nobody did in time."""

    answer: str | None
    by: str
    allowed: str | None


class Book:
    """The approvals of one institution's report on one week, or of an interim one."""

    def __init__(self, url: str, institution: str, period: str, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = connect(url), clock
        self._mine = (review.c.institution == institution, review.c.period == period)
        self._key = {"institution": institution, "period": period}

    def ask(self, fingerprint: str, revision: int) -> None:
        """Note that somebody is asked; an earlier answer about the same edition is forgotten: they are asked again."""
        row = {**self._key, "fingerprint": fingerprint, "revision": revision, "asked_at": self._clock()}
        forgotten = {"answer": None, "by": None, "answered_at": None, "allowed": None}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(review).values(**row))
        except IntegrityError:
            with self._engine.begin() as connection:
                mine = (*self._mine, review.c.fingerprint == fingerprint)
                connection.execute(update(review).where(*mine).values(asked_at=self._clock(), **forgotten))

    def answer(self, fingerprint: str, answer: str, by: str, allowed: str | None) -> None:
        """Write an answer down; ``allowed`` is the fingerprint of the edition that may go."""
        told = {"answer": answer, "by": by[:120], "answered_at": self._clock(), "allowed": allowed}
        with self._engine.begin() as connection:
            connection.execute(update(review).where(*self._mine, review.c.fingerprint == fingerprint).values(**told))

    def about(self, fingerprint: str) -> Answer | None:
        """What was answered about an edition, or about the one it was made of; None when nobody was asked."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(review)
                .where(*self._mine, (review.c.fingerprint == fingerprint) | (review.c.allowed == fingerprint))
                .order_by(review.c.asked_at.desc(), review.c.revision.desc())
            ).all()
        if not rows:
            return None
        # Who was asked about this very edition has the word, also where a note made it of one approved before.
        told = next((row for row in rows if row.fingerprint == fingerprint), rows[0])
        return Answer(told.answer, told.by or "", told.allowed)
