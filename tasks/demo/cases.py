"""A case: what an editor did with a message that was not settled by a quick answer."""

from __future__ import annotations

from tasks.demo.chance import Chance
from tasks.demo.dealer import Chosen, Dealer
from tasks.demo.item import Item, Row, stamp
from tasks.demo.opening import Opening
from tasks.demo.place import Place
from tasks.demo.texts import Line

#: Median open seconds of each step.
ASSIGN, CONTACT, RESOLVE, REOPEN = 3000, 9000, 20_000, 36_000


class CaseBook:
    """Opens cases and lets them run their course through open hours only."""

    def __init__(self, chance: Chance, dealer: Dealer, opening: Opening, place: Place) -> None:
        self._chance, self._dealer, self._opening, self._place = chance, dealer, opening, place
        self._number = 0

    def next_id(self) -> str:
        """A case number, like ``Z26-00042``."""
        self._number += 1
        return f"Z26-{self._number:05d}"

    def open(self, item: Item, line: Line, chosen: Chosen, answered_at: int | None, slowness_pct: int) -> int | None:
        """Attach a case to the message; returns when the person was told how it ended, if that was."""
        assigned_at = self._later(item.at, ASSIGN, slowness_pct)
        case: Row = {"id": self.next_id(), "department": self._place.department(line.department), "status": "assigned"}
        case["assigned_at"] = stamp(assigned_at)
        item.settled = True
        record(item, assigned_at, case)
        if answered_at is None or self._chance.yes(9):
            return None  # stays with its owner
        cause, action = (self._dealer.filled(text, chosen) for text in self._place.case_of(line) or ("", ""))
        known_at = self._later(max(assigned_at, answered_at), CONTACT, slowness_pct)
        told = self._chance.yes(91)
        if self._chance.yes(95):
            case = case | {"cause": cause, "status": "contacted"}
        if told:
            case = case | {"contacted_at": stamp(known_at)}
        record(item, known_at, case)
        if self._chance.yes(7):
            return known_at if told else None
        resolved_at = self._later(known_at, RESOLVE, slowness_pct)
        if self._chance.yes(94):
            case = case | {"action": action}
        case = case | {"status": "resolved", "resolved_at": stamp(resolved_at)}
        record(item, resolved_at, case)
        if self._chance.yes(5):
            reopened_at = self._later(resolved_at, REOPEN, 100)
            record(item, reopened_at, case | {"status": "reopened", "reopened_at": stamp(reopened_at)})
        return known_at if told else None

    def _later(self, moment: int, median_seconds: int, slowness_pct: int) -> int:
        wait = self._chance.skewed(median_seconds) * slowness_pct // 100
        return self._opening.after(moment, wait + 60)


def record(item: Item, at: int, case: Row) -> None:
    """From ``at`` on the platform shows this case with the message; nothing happens when nothing is new."""
    change: Row = {"case": dict(case)}
    if not item.changes or item.changes[-1][1] != change:
        item.changes.append((at, change))
