"""Reading the document that measure hands over: rows by week and heading, figures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tasks.errors import RenderError
from tasks.measure import contract as contracts
from tasks.period import Week
from tasks.render.formats import week_days
from tasks.render.trace import traced, traced_row, traced_tree
from tasks.render.verdict import Change, Reading
from tasks.settings import Institution

Row = dict[str, Any]
BASE = "base"


@dataclass(frozen=True, slots=True)
class Contract:
    """What the front matter of a metric promises; measure has put its columns on the institution's clock."""

    name: str
    title: dict[str, str]
    question: dict[str, str]
    caveat: dict[str, str]
    unit: str
    good: str
    headline: str
    low: str | None
    high: str | None
    target: float | None
    min_count: float


class Unavailable(Exception):
    """A metric or list that measure could not give: what rests on it must say so, as zero would be untrue."""

    def __init__(self, name: str, title: dict[str, str]) -> None:
        super().__init__(name)
        self.name = name
        self.title = title


class Facts:
    """The document, asked by week and heading. Missing rows are zero cases: a quiet week has no rows at all. Whoever
    asks for a metric that measure could not give gets Unavailable.

    Who does not name a heading gets the figures of ``department``, or of everybody without one.
    """

    def __init__(self, document: dict[str, Any], institution: Institution, department: str | None = None) -> None:
        self.document = document
        self.department = department
        self._own = ("all", "all") if department is None else ("department", department)
        self.clock = institution.respond.headline_clock
        self.week: str = document["week"]
        self._week = Week.parse(self.week, institution.zone)
        self.weeks: list[str] = list(document["weeks"])
        self.base: dict[str, str] = document.get("base") or {}
        self._rows: dict[str, dict[tuple[str, str, str], Row]] = {
            name: {(row["week"], row["dimension"], _text(row["group"])): row for row in metric["rows"]}
            for name, metric in document["metrics"].items()
        }
        self._asked: dict[tuple[str, str, str, str], Row] = {}
        self._missing: dict[str, dict[str, Any]] = document.get("unavailable", {})

    @property
    def missing(self) -> dict[str, dict[str, str]]:
        """The titles, by name, of metrics and lists that measure could not give."""
        return {name: one["title"] for name, one in self._missing.items()}

    @property
    def missed(self) -> dict[str, dict[str, str]]:
        """The same without those that only the appendix would have shown."""
        return {name: title for name, title in self.missing.items() if self._missing[name]["where"] != "appendix"}

    @property
    def tiles(self) -> list[str]:
        """The figures of page 1 beside the volume."""
        return contracts.tiles(self._where)

    def shown(self, where: str) -> list[str]:
        """The metrics that a part of the report shows, by name; those that are missing too."""
        return sorted(name for name, place in self._where.items() if place == where)

    @property
    def _where(self) -> dict[str, str]:
        known = {name: metric["contract"].get("where", "own") for name, metric in self.document["metrics"].items()}
        return known | {name: one["where"] for name, one in self._missing.items()}

    def need(self, name: str) -> None:
        """Raise Unavailable when measure could not give this metric or list (``lists.hours``)."""
        if name in self._missing:
            raise Unavailable(name, self._missing[name]["title"])

    @property
    def closed(self) -> list[date]:
        """The days of the week on which the desk was closed and usually is not."""
        return [date.fromisoformat(day) for day in self.document.get("closed", [])]

    @property
    def public(self) -> bool:
        """Whether anybody may read it: tasks/render/public.py left out what not everybody may."""
        return bool(self.document.get("public"))

    @property
    def interim(self) -> bool:
        """Whether the week could not be reported as a whole yet."""
        return self._week.is_interim(datetime.fromisoformat(self.document["as_of"]))

    def contract(self, metric: str) -> Contract:
        """The contract; raises RenderError when measure knows nothing of the metric."""
        self.need(metric)
        try:
            given = self.document["metrics"][metric]["contract"]
        except KeyError:
            raise RenderError(
                f"The report needs the metric {metric}, but sql/metrics/{metric}.sql gave nothing."
            ) from None
        return Contract(
            name=metric,
            title=given["title"],
            question=given["question"],
            caveat=given["caveat"],
            unit=given["unit"],
            good=given["good"],
            headline=given["headline"],
            low=given.get("low"),
            high=given.get("high"),
            target=None if given.get("target") is None else traced(given["target"], f"{metric} target"),
            min_count=traced(given.get("min_count") or 0, f"{metric} min_count"),
        )

    def has(self, metric: str) -> bool:
        """Whether the document holds this metric."""
        return metric in self.document["metrics"]

    def row(self, metric: str, week: str, dimension: str | None = None, group: str | None = None) -> Row:
        """One row, or an empty one; its numbers know where they come from."""
        self.need(metric)
        dimension, group = dimension or self._own[0], group or self._own[1]
        where = (metric, week, dimension, group)
        if where not in self._asked:  # a page asks for the same rows again and again
            row = self._rows.get(metric, {}).get((week, dimension, group), {})
            self._asked[where] = traced_row(row, metric, f" {week} {dimension} {group}")
        return self._asked[where]

    def rows(self, metric: str, **where: str) -> list[Row]:
        """All rows of a metric that has more than one per week and heading, with these values in their columns."""
        self.need(metric)
        return [
            traced_row(row, metric, f" {row['week']}")
            for row in self.document["metrics"].get(metric, {}).get("rows", [])
            if all(row[column] == value for column, value in where.items())
        ]

    def count(self, metric: str, column: str = "n", week: str | None = None, **heading: str) -> int:
        """A count; no row counts as zero."""
        week = week or self.week
        found: int = self.row(metric, week, **heading).get(column) or traced(0, f"{metric}.{column} {week}")
        return found

    def few(self, metric: str, dimension: str, group: str) -> bool:
        """Whether a group of this week is of so few people that nothing is said of it."""
        return bool(self.row(metric, self.week, dimension, group).get("few"))

    def reading(
        self, metric: str, week: str | None = None, dimension: str | None = None, group: str | None = None
    ) -> Reading:
        """The headline figure of a metric with its interval."""
        dimension, group = dimension or self._own[0], group or self._own[1]
        contract = self.contract(metric)
        row = self.row(metric, week or self.week, dimension, group)
        return Reading(
            value=row.get(contract.headline),
            low=row.get(contract.low) if contract.low else None,
            high=row.get(contract.high) if contract.high else None,
            n=row.get("n") or traced(0, f"{metric}.n {week or self.week} {dimension} {group}"),
            followed=row.get(f"followed_{self.clock}_seconds"),
            authors=row.get("authors"),
        )

    def earlier(self, metric: str) -> tuple[str, Reading | None] | None:
        """Since which week a metric is measured otherwise, and what its old definition says of the report's week (None
        when it cannot be told any more); None when nothing changed lately.
        """
        found = self.document["metrics"].get(metric, {}).get("earlier")
        if found is None or self.department:
            return None
        row = next((row for row in found["rows"] if row["week"] == self.week), None)
        if row is None:
            return found["since"], None
        known = traced_row(row, metric, f" {self.week} by the definition of before {found['since']}")
        return found["since"], Reading(known["value"], known["low"], known["high"], known["n"] or 0)

    def earlier_is_several(self, metric: str) -> bool:
        """Whether what changed is a curve: it has no one figure to be told by the old definition."""
        return bool(self.document["metrics"][metric]["earlier"].get("several"))

    def change(self, metric: str) -> Change:
        """What measure allows us to say of the change since the base; without a row there is too little to compare."""
        verdict: Change | None = self.row(metric, self.week).get("verdict")
        return verdict or "too_few"

    def series(self, metric: str) -> list[Reading]:
        """The headline figure of every week the document covers, oldest first."""
        return [self.reading(metric, week) for week in self.weeks]

    def groups(self, metric: str, dimension: str) -> list[str]:
        """The headings a metric has rows for in the report's week."""
        self.need(metric)
        return sorted(g for week, d, g in self._rows.get(metric, {}) if (week, d) == (self.week, dimension))

    def listing(self, name: str) -> list[Row]:
        """One of the lists, or a department's part of it; absent is empty."""
        self.need(f"lists.{name}")
        rows = self.document["lists"].get(name) or []
        mine = (row for row in rows if self.department in (None, row.get("department", self.department)))
        return [traced_row(row, f"lists.{name}") for row in mine]

    def part(self, name: str) -> dict[str, Any]:
        """One of the document's other tables (``quality``, ``restated``); absent is empty."""
        found: dict[str, Any] = traced_tree(self.document.get(name) or {}, name)
        return found

    @property
    def editorial(self) -> dict[str, Any]:
        """The editor's words, which are for the board."""
        found: dict[str, Any] = self.document.get("editorial") or {}
        return {} if self.department else found

    @property
    def base_weeks(self) -> int:
        """How many weeks the base pools."""
        if not self.base:
            return 0
        first, last = week_days(self.base["from"])[0], week_days(self.base["to"])[0]
        return (last - first).days // 7 + 1


def _text(group: object) -> str:
    return "" if group is None else str(group)
