"""Who was told of what: in the ledger's database, written before the mail goes, so that nobody is told twice.

A row for each item and reader; rows of one mail share a ``digest``, which is the ledger's name for that mail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, String, Table, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tasks.deliver.schema import UtcTime, connect, delivery, metadata

#: Nobody is told of what is older; after so long a row has done its work.
KEPT = timedelta(days=60)
#: A mail that could not be sent for so long is written anew, about those who still wait.
FRESH = timedelta(days=3)

told_item = Table(
    "told_item",
    metadata,
    Column("institution", String(40), primary_key=True),
    Column("kind", String(10), primary_key=True),  # waiting, urgent, spike
    Column("item_id", String(80), primary_key=True),
    Column("recipient", String(254), primary_key=True),
    Column("digest", String(60), nullable=False, index=True),
    Column("told_at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail: what to whom; ``at`` is when it was first to go."""

    kind: str
    recipient: str
    digest: str
    at: datetime
    items: tuple[str, ...]


class Book:
    """Of every institution."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url)

    def plan(self, slug: str, kind: str, recipient: str, items: Collection[str], at: datetime) -> Planned | None:
        """Write down a mail about those of ``items`` that this reader was not told of yet; None when there are none."""
        try:
            with self._engine.begin() as connection:
                if planned := _untold(connection, slug, kind, recipient, items, at):
                    rows = [_whose(slug, kind, recipient) | {"item_id": one} for one in planned.items]
                    connection.execute(insert(told_item).values(digest=planned.digest, told_at=at), rows)
                return planned
        except IntegrityError:  # another process tells of some of them right now; the rest comes with the next look
            return None

    def draft(self, slug: str, kind: str, recipient: str, items: Collection[str], at: datetime) -> Planned | None:
        """The same mail, not written down."""
        with self._engine.begin() as connection:
            return _untold(connection, slug, kind, recipient, items, at)

    def unsent(self, slug: str) -> list[Planned]:
        """Mails that were written down and that no server has heard of, or that it asked to be sent again; one that was
        dropped (`forget`) and is written down once more is such a mail too.
        """
        mails = and_(delivery.c.institution == told_item.c.institution, delivery.c.week == told_item.c.digest)
        waits = or_(delivery.c.state.is_(None), delivery.c.state.in_(("pending", "skipped")))
        asked = (
            select(told_item)
            .select_from(told_item.outerjoin(delivery, mails))
            .where(told_item.c.institution == slug, waits)
            .order_by(told_item.c.told_at, told_item.c.digest, told_item.c.item_id)
        )
        found: dict[str, list[dict[str, str]]] = {}
        with self._engine.begin() as connection:
            for row in connection.execute(asked).mappings():
                found.setdefault(row["digest"], []).append(dict(row))
        return [_planned(rows) for rows in found.values()]

    def forget(self, slug: str, digest: str) -> None:
        """A mail that never went: nobody was told."""
        mine = and_(told_item.c.institution == slug, told_item.c.digest == digest)
        with self._engine.begin() as connection:
            connection.execute(delete(told_item).where(mine))

    def rename(self, slug: str, names: Mapping[str, str]) -> None:
        """Let rows speak of items by their new names: after an erasure, or with another key. Twice is once."""
        with self._engine.begin() as connection:
            for old, new in names.items():
                mine = and_(told_item.c.institution == slug, told_item.c.item_id == old)
                connection.execute(update(told_item).where(mine).values(item_id=new))

    def items(self, slug: str) -> list[str]:
        """All that anybody was told of."""
        here = and_(told_item.c.institution == slug, told_item.c.kind != "spike")  # whose “item” is a day
        asked = select(told_item.c.item_id).where(here).distinct()
        with self._engine.begin() as connection:
            return sorted(connection.execute(asked).scalars())

    def readers(self, slug: str, items: Collection[str]) -> list[str]:
        """Who was told of any of these items: their copies are theirs."""
        here = and_(told_item.c.institution == slug, told_item.c.kind != "spike")
        asked = select(told_item.c.recipient, told_item.c.item_id).where(here)
        wanted = set(items)
        with self._engine.begin() as connection:
            return sorted({row.recipient for row in connection.execute(asked) if row.item_id in wanted})

    def tidy(self, slug: str, at: datetime) -> None:
        """Forget what nobody would be told of again."""
        old = and_(told_item.c.institution == slug, told_item.c.told_at < at - KEPT)
        with self._engine.begin() as connection:
            connection.execute(delete(told_item).where(old))


def _untold(
    connection: Connection, slug: str, kind: str, recipient: str, items: Collection[str], at: datetime
) -> Planned | None:
    mine = and_(*(told_item.c[key] == value for key, value in _whose(slug, kind, recipient).items()))
    known = set(connection.execute(select(told_item.c.item_id).where(mine)).scalars())
    new = tuple(sorted(set(items) - known))
    return Planned(kind, recipient, _name(kind, recipient, new), at, new) if new else None


def _whose(slug: str, kind: str, recipient: str) -> dict[str, str]:
    return {"institution": slug, "kind": kind, "recipient": recipient.lower()}


def _name(kind: str, recipient: str, items: Iterable[str]) -> str:
    told = json.dumps([kind, recipient.lower(), *items])
    return f"digest/{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _planned(rows: list[dict[str, str]]) -> Planned:
    first = rows[0]
    at: datetime = first["told_at"]  # type: ignore[assignment]
    return Planned(first["kind"], first["recipient"], first["digest"], at, tuple(row["item_id"] for row in rows))
