"""What the catalogue says of a metric: its file, its cases, its columns with their lineage, and its last weeks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tasks import warehouse
from tasks.catalogue.lineage import Column, Origins
from tasks.errors import CheckFailed, MetricError
from tasks.measure import contract, run
from tasks.measure.contract import Metric
from tasks.render.formats import Formats
from tasks.settings import Institution
from tasks.workbench import cases
from tasks.workbench.lines import Line, lines

#: The unit that the end of a column's name tells.
UNITS = {"pct": "percent, 0 to 100", "score": "score, -100 to 100", "seconds": "seconds", "hours": "hours",
         "days": "days", "at": "moment", "day": "date"}  # fmt: skip
WHERE = {
    "tile": "page 1, at the top",
    "chart": "“Also followed”, as a chart",
    "table": "“Also followed”, as a row",
    "appendix": "appendix of the screen edition, attached files",
    "nowhere": "nowhere; in the lake alone",
    "own": "in a place of its own",
}


ENGLISH = Formats("en", ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the result. ``sources`` are the columns of promised tables behind it, None when nobody can tell;
    ``staged`` the staged ones behind those, ``given`` what the configuration gives.
    """

    name: str
    kind: str
    unit: str
    sources: list[Column] | None
    staged: list[Column]
    given: list[Column]


@dataclass(slots=True)
class Entry:
    """One metric; ``wrong`` is what keeps it from being read or run."""

    name: str
    metric: Metric | None = None
    wrong: str = ""
    columns: list[Shown] = field(default_factory=list)
    weeks: list[dict[str, Any]] = field(default_factory=list)
    chart: Markup | None = None
    cases: list[dict[str, str]] = field(default_factory=list)

    @property
    def where(self) -> str:
        return WHERE[self.metric.contract.show.where] if self.metric else ""

    @property
    def newest(self) -> str:
        """The figure of the newest week in words; empty without one."""
        value = self.weeks[-1]["value"] if self.weeks else None
        if value is None or self.metric is None:
            return ""
        unit = self.metric.contract.show.unit
        return ENGLISH.duration(value) if unit == "seconds" else ENGLISH.value(value, unit)


def entry(db: warehouse.Connection, origins: Origins, institution: Institution, name: str) -> Entry:
    """Read and run one metric; a fault in it is told in its own entry."""
    found = Entry(name)
    try:
        found.metric = metric = contract.load(name)
        table = run.run(db, metric)
        rows = run.records(table, metric.file)
    except (MetricError, CheckFailed) as error:
        found.wrong = str(error)
    else:
        kinds = dict(db.execute("SELECT column_name, column_type FROM (DESCRIBE result)").fetchall())
        found.columns = [_column(origins, metric, column, kinds[column]) for column in table.column_names]
        found.weeks = _weeks(institution, metric, rows)
        found.chart = _chart(metric, found.weeks)
    found.cases = _cases(found)
    return found


def _column(origins: Origins, metric: Metric, name: str, kind: str) -> Shown:
    sources = origins.of_query(metric.sql, name)
    staged, given = origins.staged(metric.sql, name)
    listed = None if sources is None else sorted(sources)
    kind = "ENUM" if kind.startswith("ENUM(") else kind
    return Shown(name, kind, _unit(name), listed, sorted(staged), sorted(given))


def _unit(name: str) -> str:
    return UNITS.get(re.split("_", name)[-1], "")


def _weeks(institution: Institution, metric: Metric, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The headline with its interval and count, a week each; nothing of a metric with more rows a week."""
    if metric.contract.grain != contract.GRAIN:
        return []
    show = metric.contract.show.on_clock(institution.respond.headline_clock)
    return [
        {
            "week": row["week"],
            "n": row["n"],
            "value": row[show.headline],
            "low": row[show.low] if show.low else None,
            "high": row[show.high] if show.high else None,
        }
        for row in rows
        if row["dimension"] == "all"
    ]


def _chart(metric: Metric, weeks: Sequence[dict[str, Any]]) -> Markup | None:
    if not weeks:
        return None
    columns = {name: [week[name] for week in weeks] for name in ("value", "low", "high")}
    title = f"{metric.contract.show.headline} from {weeks[0]['week']} to {weeks[-1]['week']}, with its interval"
    drawn = Line("", columns["value"], low=columns["low"], high=columns["high"])
    return lines([week["week"] for week in weeks], [drawn], title)


def _cases(found: Entry) -> list[dict[str, str]]:
    """Name, what is given and what is expected, as their file has them."""
    try:
        listed = cases.load(found.name)
    except MetricError as error:
        found.wrong = "\n".join(filter(None, (found.wrong, str(error))))
        return []
    return [
        {"name": case.name, "given": case.said["given"].strip(), "expect": case.said["expect"].strip()}
        for case in listed
    ]
