"""What people said at the case desk: a row a statement, in the ledger's database, removed by retention only.

What a case is by now follows from its statements (tasks/desk/case.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table, and_, delete, insert, select, update

from tasks.deliver.schema import UtcTime, connect, metadata

#: What can be said of somebody who waits.
KINDS = ("taken", "owner", "contacted", "cause", "action", "solved", "reopened", "no_answer", "answer")
LONGEST = 500

desk_entry = Table(
    "desk_entry",
    metadata,
    Column("entry_no", Integer, primary_key=True, autoincrement=True),
    Column("institution", String(40), nullable=False, index=True),
    Column("week", String(8), nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("source", String(40), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("case_id", String(80)),
    Column("kind", String(10), nullable=False),
    Column("department", String(40)),
    Column("text", String(LONGEST)),
    Column("happened_at", UtcTime, nullable=False),
    Column("by", String(120), nullable=False),
    Column("written_at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Item:
    """What a statement is about; ``case_id`` is the helpdesk's, where the item has a case there already."""

    week: str
    item_id: str
    source: str
    asked_at: datetime
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement; ``text`` is a cause, an action, or why no answer is needed."""

    item: Item
    kind: str
    department: str | None
    text: str | None
    happened_at: datetime
    by: str
    written_at: datetime


class Book:
    """Of every institution."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url)

    def write(self, slug: str, entries: Iterable[Entry]) -> None:
        """All of them or none."""
        rows = []
        for one in entries:
            told = asdict(one)
            rows.append({"institution": slug, **told.pop("item"), **told})
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(desk_entry), rows)

    def entries(self, slug: str) -> list[Entry]:
        """Every statement about an institution's items, the oldest first."""
        asked = select(desk_entry).where(desk_entry.c.institution == slug).order_by(desk_entry.c.entry_no)
        with self._engine.begin() as connection:
            return [_entry(dict(row)) for row in connection.execute(asked).mappings()]

    def names(self, slug: str) -> list[str]:
        """The pseudonyms in them, of items and cases."""
        return sorted({name for one in self.entries(slug) for name in (one.item.item_id, one.item.case_id) if name})

    def rename(self, slug: str, names: Mapping[str, str]) -> None:
        """Let statements speak of items and cases by their new names: after an erasure, or with another key."""
        with self._engine.begin() as connection:
            for old, new in names.items():
                for column in (desk_entry.c.item_id, desk_entry.c.case_id):
                    mine = and_(desk_entry.c.institution == slug, column == old)
                    connection.execute(update(desk_entry).where(mine).values({column.name: new}))

    def reword(self, slug: str, masked: Mapping[str, str]) -> int:
        """Put other words in the place of these; returns how many statements had them."""
        count = 0
        with self._engine.begin() as connection:
            for old, new in masked.items():
                mine = and_(desk_entry.c.institution == slug, desk_entry.c.text == old)
                count += connection.execute(update(desk_entry).where(mine).values(text=new)).rowcount
        return count

    def drop_before(self, slug: str, week: str, *, really: bool) -> int:
        """Statements about items of the weeks before are over; returns how many there are."""
        old = and_(desk_entry.c.institution == slug, desk_entry.c.week < week)
        with self._engine.begin() as connection:
            count = len(connection.execute(select(desk_entry.c.entry_no).where(old)).all())
            if really:
                connection.execute(delete(desk_entry).where(old))
        return count


def _entry(values: dict[str, Any]) -> Entry:
    for name in ("entry_no", "institution"):
        values.pop(name)
    item = Item(*(values.pop(name) for name in ("week", "item_id", "source", "asked_at", "case_id")))
    return Entry(item=item, **values)
