"""How far each source was read: in the ledger's database, committed after the load, moved forwards only.

A backfill is never given one of these. ``moved_at`` is the moment up to which a source was asked for everything;
``position`` is what the source itself goes on from, and may be further in some of its streams.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, Text, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tasks.deliver.schema import UtcTime, connect, metadata

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("institution", String(40), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("position", Text, nullable=False),
    Column("moved_at", UtcTime),
    Column("closed_until", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """``closed_until``: the source lets nobody in before that. ``asked_at``: when it was last asked."""

    position: dict[str, Any] = field(default_factory=dict)
    moved_at: datetime | None = None
    closed_until: datetime | None = None
    asked_at: datetime | None = None


class Cursors:
    """Those of every institution. ``clock`` only dates rows."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._engine = connect(url)
        self._clock = clock

    def read(self, institution: str, source: str) -> Cursor:
        """The cursor of a source; an empty one before its first collection."""
        here = self._is(institution, source)
        with self._engine.begin() as connection:
            row = connection.execute(select(source_cursor).where(here)).one_or_none()
        if row is None:
            return Cursor()
        return Cursor(json.loads(row.position), row.moved_at, row.closed_until, row.updated_at)

    def move(self, institution: str, source: str, to: Cursor) -> bool:
        """Commit a cursor, unless somebody else is further already; says whether it was committed."""
        values = {
            "position": json.dumps(to.position, sort_keys=True),
            "moved_at": to.moved_at,
            "closed_until": to.closed_until,
            "updated_at": self._clock(),
        }
        here = self._is(institution, source)
        behind: ColumnElement[bool] = source_cursor.c.moved_at.is_(None)
        if to.moved_at is not None:
            behind = or_(behind, source_cursor.c.moved_at <= to.moved_at)
        try:
            with self._engine.begin() as connection:
                if connection.execute(update(source_cursor).where(and_(here, behind)).values(values)).rowcount:
                    return True
                if connection.execute(select(source_cursor.c.source).where(here)).one_or_none():
                    return False
                connection.execute(insert(source_cursor).values(institution=institution, source=source, **values))
                return True
        except IntegrityError:  # another process was first
            return False

    def forget_position(self, institution: str, source: str) -> None:
        """Forget what a source itself goes on from, which names posts; the next collection asks from ``moved_at``."""
        with self._engine.begin() as connection:
            connection.execute(update(source_cursor).where(self._is(institution, source)).values(position="{}"))

    @staticmethod
    def _is(institution: str, source: str) -> Any:
        return and_(source_cursor.c.institution == institution, source_cursor.c.source == source)
