"""Who is on the desk at a moment: those who wait for an answer, and cases that are not settled; oldest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasks import home, lake
from tasks.desk.book import Book, Item
from tasks.desk.case import Case, cases
from tasks.digest import found
from tasks.digest.links import links
from tasks.period import Week
from tasks.settings import Institution

#: What was settled so lately can be opened again.
LATELY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Open:
    """One of them; ``words`` are masked, and None where they are gone or urgent."""

    item: Item
    case: Case | None
    department: str | None
    due_at: datetime | None
    overdue: bool
    visibility: str
    language: str | None
    words: str | None
    topics: tuple[str, ...]
    link: str

    @property
    def owner(self) -> str | None:
        """The department that has it: as somebody here said, or else as it was routed."""
        return (self.case.department if self.case else None) or self.department


def listed(institution: Institution, moment: datetime) -> tuple[list[Open], list[Open]]:
    """Those that are open, and those that were settled lately, newest first."""
    said = cases(Book(home.ledger_url()).entries(institution.slug))
    waiting = {one.item_id: one for one in found.look(institution, moment).waiting}
    rows = _rows(institution, [one for name, one in said.items() if name not in waiting])
    places = [(one.page, one.line) for one in waiting.values()] + [(row["page"], row["line"]) for row in rows.values()]
    addresses = links(institution, places)
    there = [_waiting(institution, one, said.get(name), addresses) for name, one in waiting.items()]
    there += [_told(said[name], row, addresses) for name, row in rows.items()]
    unsettled = [one for one in there if not (one.case and one.case.is_settled)]
    settled = [one for one in there if one.case and one.case.is_settled and _at(one) > moment - LATELY]
    return sorted(unsettled, key=_due), sorted(settled, key=_at, reverse=True)


def _due(one: Open) -> tuple[datetime, str]:
    return one.due_at or one.item.asked_at, one.item.item_id


def _at(one: Open) -> datetime:
    return (one.case.at if one.case else None) or one.item.asked_at


def _rows(institution: Institution, told: list[Case]) -> dict[str, dict[str, Any]]:
    """What the lake has of items that wait no more; who was erased or is over is not there."""
    wanted: dict[str, set[str]] = {}
    for one in told:
        wanted.setdefault(one.item.week, set()).add(one.item.item_id)
    found_rows: dict[str, dict[str, Any]] = {}
    for week, items in sorted(wanted.items()):
        table = lake.read("mentions", institution.slug, week)
        for row in [] if table is None else table.to_pylist():
            if row["item_id"] in items and not row["deleted"]:
                found_rows[row["item_id"]] = row
    return found_rows


def _waiting(
    institution: Institution, one: found.Waiting, case: Case | None, addresses: dict[tuple[str, int], str]
) -> Open:
    week = str(Week.containing(one.asked_at, institution.zone))
    return Open(
        item=case.item if case else Item(week, one.item_id, one.source, one.asked_at, one.case_id),
        case=case,
        department=one.department,
        due_at=one.due_at,
        overdue=one.overdue,
        visibility=one.visibility,
        language=one.language,
        words=one.words,
        topics=tuple(one.topics),
        link=addresses.get((one.page, one.line), ""),
    )


def _told(case: Case, row: dict[str, Any], addresses: dict[tuple[str, int], str]) -> Open:
    return Open(
        item=case.item,
        case=case,
        department=row["department"],
        due_at=None,
        overdue=False,
        visibility=row["visibility"],
        language=row["language"],
        words=row["title"] or row["text"],
        topics=tuple(one["topic"] for one in row["topics"] or ()),
        link=addresses.get((row["page"], row["line"]), ""),
    )
