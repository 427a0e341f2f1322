"""One figure of an edition with its metric, row, SQL, inputs, calendar and version, and whether it still comes out."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tasks import home, lake
from tasks.errors import UsageError, WeerklankError
from tasks.explain import printed
from tasks.extract import landing
from tasks.measure import calendar, contract, document
from tasks.period import Week
from tasks.render import fingerprint as prints
from tasks.render.edition import revisions
from tasks.settings import Institution

WANTED = re.compile(r"(?P<metric>[a-z_]+)(?:\.(?P<column>[a-z0-9_]+))?")
#: As printed.py and trace.py write it.
ORIGIN = re.compile(r"(?P<metric>[a-z_]+)\.(?P<column>[a-z0-9_]+) (?P<week>\S+) (?P<dimension>[a-z]+) (?P<group>\S+)")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """Which one: a metric's column in a row."""

    metric: str
    column: str
    week: str
    dimension: str = "all"
    group: str = "all"


@dataclass(frozen=True)
class Opened:
    """An edition as an auditor opens it."""

    institution: Institution
    folder: Path
    manifest: dict[str, Any]
    document: dict[str, Any]

    @property
    def week(self) -> Week:
        return Week.parse(self.document["week"], self.institution.zone)


def opened(institution: Institution, folder: Path) -> Opened:
    """Read an edition; raises UsageError when its manifest or document cannot be read."""
    try:
        manifest, told = (json.loads((folder / name).read_bytes()) for name in ("manifest.json", "metrics.json"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be read as an edition ({error}).") from None
    return Opened(institution, folder, manifest, told)


def headlines(edition: Opened) -> list[tuple[Figure, Any]]:
    """The headline of every metric of the week, with its value."""
    found = []
    for name, metric in sorted(edition.document["metrics"].items()):
        figure = Figure(name, metric["contract"]["headline"], edition.document["week"])
        row = _row(edition.document, figure)
        if row is not None and name != "answer_curve":
            found.append((figure, row.get(figure.column)))
    return found


def named(edition: Opened, wanted: str, by: str | None) -> list[Figure]:
    """The figures somebody means: ``sla_attainment``, ``sla_attainment.n``, or a text as it is printed on a page."""
    metrics = edition.document["metrics"]
    asked = WANTED.fullmatch(wanted)
    if asked and asked["metric"] in metrics:
        dimension, _, group = (by or "all=all").partition("=")
        column = asked["column"] or metrics[asked["metric"]]["contract"]["headline"]
        figure = Figure(asked["metric"], column, edition.document["week"], dimension, group)
        row = _row(edition.document, figure)
        if row is None or column not in row:
            raise UsageError(_no_such(edition, figure, row))
        return [figure]
    found = _on_a_page(edition, wanted)
    if not found:
        close = difflib.get_close_matches(wanted, metrics, 1)
        hint = f"Did you mean {close[0]}?" if close else "Without a figure, this command lists them."
        raise UsageError(f"“{wanted}” is no metric of this edition, and stands on none of its pages. {hint}")
    return found


def explained(edition: Opened, figure: Figure) -> dict[str, Any]:
    """Everything about one figure, as plain values."""
    metric = edition.document["metrics"][figure.metric]
    row = _row(edition.document, figure)
    told = metric["contract"]
    its_unit = figure.column == told["headline"]  # what a contract says of unit and target is about the headline
    return {
        "figure": f"{figure.metric}.{figure.column}",
        "about": {"week": figure.week, "dimension": figure.dimension, "group": figure.group},
        "title": told["title"],
        "question": told["question"],
        "caveat": told["caveat"],
        "unit": told["unit"] if its_unit else None,
        "target": told.get("target") if its_unit else None,
        "value": None if row is None else row.get(figure.column),
        "row": row,
        "sql": _sql(edition, figure.metric),
        "today": _today(edition, figure, row),
        "parts": _parts(edition, figure),
        "calendar": _calendar(edition),
        "data": _data(edition),
        "edition": _edition(edition),
    }


def _row(told: dict[str, Any], figure: Figure) -> Row | None:
    rows = told["metrics"][figure.metric]["rows"]
    wanted = (figure.week, figure.dimension, figure.group)
    return next((row for row in rows if (row["week"], row.get("dimension"), row.get("group")) == wanted), None)


def _no_such(edition: Opened, figure: Figure, row: Row | None) -> str:
    if row is not None:
        return f"{figure.metric} has no column {figure.column}; it has {', '.join(sorted(row))}."
    rows = edition.document["metrics"][figure.metric]["rows"]
    groups = sorted({f"{one['dimension']}={one['group']}" for one in rows if one["week"] == figure.week})
    return f"{figure.metric} has no row for {figure.dimension}={figure.group}; there is {', '.join(groups) or 'none'}."


def _on_a_page(edition: Opened, text: str) -> list[Figure]:
    found: dict[Figure, None] = {}
    for pdf in sorted(edition.folder.glob("*.pdf")):
        for shown, sources in printed.origins(pdf).items():
            if printed.plain(shown) == printed.plain(text):
                matches = (ORIGIN.fullmatch(one) for one in sources)
                found |= dict.fromkeys(Figure(**one.groupdict()) for one in matches if one)
    return [one for one in found if one.metric in edition.document["metrics"]]


def _sql(edition: Opened, metric: str) -> dict[str, Any]:
    name = f"sql/metrics/{metric}.sql"
    stored = edition.folder / name
    kept, today = (_digest(path) for path in (stored, home.ROOT / name))
    return {"file": name, "stored": str(stored), "sha256": kept, "same_today": kept == today and bool(kept)}


def _today(edition: Opened, figure: Figure, row: Row | None) -> dict[str, Any]:
    """What the lake and the SQL of today give for the same week and moment."""
    from datetime import datetime

    if row is not None and row.get("few"):
        return {"value": None, "same": False, "why": "fewer than five people: not told"}
    try:
        as_of = datetime.fromisoformat(edition.document["as_of"])
        metric = contract.load(figure.metric)
        rows = document.again(edition.institution, edition.week, as_of, metric)
    except WeerklankError as error:
        return {"value": None, "same": False, "why": str(error)}
    found = _row({"metrics": {figure.metric: {"rows": rows}}}, figure)
    value = None if found is None else found.get(figure.column)
    return {"value": value, "same": row is not None and value == row.get(figure.column), "why": ""}


def _parts(edition: Opened, figure: Figure) -> list[Row]:
    """The rows of the same week that split this one: by department and by source."""
    if figure.dimension != "all":
        return []
    rows = edition.document["metrics"][figure.metric]["rows"]
    keys = ("dimension", "group", "n", figure.column)
    split = (one for one in rows if one["week"] == figure.week and one.get("dimension") in ("department", "source"))
    return [{key: one.get(key) for key in keys} for one in split]


def _calendar(edition: Opened) -> dict[str, Any]:
    week, institution = edition.week, edition.institution
    days = [week.monday + timedelta(days=at) for at in range(7)]
    closed = calendar.closed_days(institution, {day.year for day in days})
    return {
        "timezone": institution.institution.timezone,
        "from": week.start.isoformat(),
        "until": week.end.isoformat(),
        "as_of": edition.document["as_of"],
        "closed": [day.isoformat() for day in days if day in closed],
        "hours": [_hours(one.model_dump(mode="json")) for one in institution.hours],
        "sha256": edition.manifest["inputs"]["calendar"],
    }


def _hours(table: dict[str, Any]) -> str:
    whom = ", ".join([*table["departments"], *table["sources"]]) or "all"
    since = "" if table["valid_from"] == date.min.isoformat() else f" from {table['valid_from']}"
    until = "" if table["valid_to"] == date.max.isoformat() else f" to {table['valid_to']}"
    return f"{whom}: {' '.join(table['days'])} {table['opens']}-{table['closes']}{since}{until}"


def _data(edition: Opened) -> dict[str, Any]:
    """The week's own partition and pages as they are now."""
    slug, week = edition.institution.slug, edition.week
    pages = [page for page in landing.pages(slug) if page.overlaps(week.start, week.end)]
    return {
        "sha256": edition.manifest["inputs"]["data"],
        "partition": str(lake.partition("mentions", slug, str(week))),
        "mentions": lake.count("mentions", slug, str(week)),
        "made_from": lake.inputs("mentions", slug, str(week)),
        "pages": [
            {"source": page.source, "sha256": page.sha256, "origin": page.origin, "raw": page.raw_name is not None}
            for page in pages
        ],
    }


def _edition(edition: Opened) -> dict[str, Any]:
    files = edition.manifest["files"]
    damaged = sorted(name for name, digest in files.items() if _digest(edition.folder / name) != digest)
    return {
        "folder": str(edition.folder),
        "revision": edition.manifest["revision"],
        "revisions": revisions(edition.folder.parent),
        "fingerprint": edition.manifest["fingerprint"],
        "changed": edition.manifest["changed"],
        "code": edition.manifest["code"],
        "same_code_today": edition.manifest["code"] == prints.code(),
        "lock": edition.manifest["lock"],
        "same_lock_today": edition.manifest["lock"] == prints.lock(),
        "files": len(files),
        "damaged": damaged,
    }


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
