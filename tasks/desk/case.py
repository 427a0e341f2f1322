"""What a case is after each statement, and the rows that staging reads of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import pyarrow as pa

from tasks.desk.book import Entry, Item
from tasks.stage.rows import LANDED


@dataclass(frozen=True, slots=True)
class Case:
    """``status`` is one of staging's words; ``needs_reply``: what somebody here said of it, None when nobody did."""

    item: Item
    department: str | None = None
    cause: str | None = None
    action: str | None = None
    status: str | None = None
    assigned_at: datetime | None = None
    contacted_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    needs_reply: bool | None = None
    #: What was said last of the two: solved, or opened again.
    is_solved: bool = False
    #: Who spoke last, and when; not for the lake.
    by: str = ""
    at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Solved and not opened again, or in no need of an answer."""
        return self.is_solved or self.needs_reply is False

    def after(self, entry: Entry) -> Case:
        """The case after one more statement."""
        told = replace(self, by=entry.by, at=entry.written_at)
        at = entry.happened_at
        match entry.kind:
            case "taken":
                return replace(told, assigned_at=self.assigned_at or at, status=self.status or "assigned")
            case "owner":
                status = self.status or "assigned"
                return replace(told, department=entry.department, assigned_at=self.assigned_at or at, status=status)
            case "contacted":
                return replace(told, contacted_at=at, status="contacted")
            case "cause":
                return replace(told, cause=entry.text)
            case "action":
                return replace(told, action=entry.text)
            case "solved":
                return replace(told, resolved_at=at, status="solved", is_solved=True)
            case "reopened":
                return replace(told, reopened_at=at, status="reopened", is_solved=False)
            case _:
                return replace(told, needs_reply=entry.kind == "answer")


def cases(entries: Iterable[Entry]) -> dict[str, Case]:
    """Every case as it is by now, by item."""
    found: dict[str, Case] = {}
    for entry in entries:
        found[entry.item.item_id] = found.get(entry.item.item_id, Case(entry.item)).after(entry)
    return found


def rows(entries: Iterable[Entry], page: str) -> pa.Table:
    """A row (schema LANDED) for each statement: the case after it, as one more version of the item. Its words and its
    kind are those of the version that a source gave; the newest statement comes first, and all come after that version.
    """
    listed = sorted(entries, key=lambda one: one.item.item_id)  # stable: statements stay in their order
    made: list[dict[str, Any]] = []
    for _, mine in groupby(listed, key=lambda one: one.item.item_id):
        made += [_row(case, page) for case in _versions(mine)]
    # Lines below nought are the desk's: where a row has its words from is never one of these.
    for number, row in enumerate(made, -len(made)):
        row["line"] = number
    return pa.Table.from_pylist(made, LANDED)


def _versions(entries: Iterable[Entry]) -> Iterator[Case]:
    after: list[Case] = []
    for entry in entries:
        after.append((after[-1] if after else Case(entry.item)).after(entry))
    yield from reversed(after)


def _row(case: Case, page: str) -> dict[str, Any]:
    """Without a name of anybody: who said it stays in the ledger."""
    item = case.item
    is_case = case.status is not None or case.cause is not None or case.action is not None
    return {
        "item_id": item.item_id,
        "source": item.source,
        "created_at": item.asked_at,
        "deleted": False,
        "needs_reply": case.needs_reply,
        "case_id": (item.case_id or item.item_id) if is_case else None,
        "case_department": case.department,
        "case_cause": case.cause,
        "case_action": case.action,
        "case_status": case.status,
        "assigned_at": case.assigned_at,
        "contacted_at": case.contacted_at,
        "resolved_at": case.resolved_at,
        "reopened_at": case.reopened_at,
        "page": page,
    }
