"""What is wrong with a week's figures, found in one place: for who lets a report go, and for who looks after it.

A finding names sources and engines, never people or what they wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.settings import Institution, Kind

#: Below so many refused lines a share says nothing.
FEWEST_REFUSED = 20
#: A source that brought so many items a week, and now none at all although it was read, is probably not being read.
STEADY_PER_WEEK = 10
#: A source that hands in files is neither complete nor incomplete: nobody knows what it holds back.
GAPS = ("partial", "failed")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """``about`` is the id of a source, or the name of an engine, a metric or a list; ``values`` fill the sentence."""

    kind: Kind
    about: str
    values: tuple[tuple[str, str | int], ...] = ()


def found(institution: Institution, document: dict[str, Any]) -> tuple[Finding, ...]:
    """Everything that is wrong with a week, in a fixed order. ``document`` is an edition's metrics.json."""
    coverage: list[Row] = document["lists"].get("coverage") or []
    return (
        *_gaps(coverage),
        *_refused(coverage, institution.alerts.quarantine_pct),
        *_silent(document, coverage),
        *_replaced(document),
        *_tested(document),
        *(Finding("metric", name) for name in sorted(document.get("unavailable") or {})),
    )


def stand_in(document: dict[str, Any]) -> str | None:
    """The engine that judged the tone because the institution's own could not run; None when that one did."""
    tone: dict[str, Any] = document.get("tone") or {}
    rows: list[Row] = tone.get("judged") or []
    judged = {row["judged_by"] for row in rows} - {"rating", tone.get("asked")}
    # The word list also speaks where an engine reads nothing, so it alone is a replacement only without any other.
    other = next((one for one in ("student", "lexicon") if one in judged), None)
    return None if other is None or any(row["judged_by"] == tone["asked"] for row in rows) else other


def _gaps(coverage: list[Row]) -> Iterator[Finding]:
    for row in coverage:
        if row["status"] in GAPS:
            missing = max((row["planned_hours"] or 0) - (row["covered_hours"] or 0), 0)
            yield Finding("source", row["source"], (("hours", round(missing)),))


def _refused(coverage: list[Row], most_pct: float) -> Iterator[Finding]:
    for row in coverage:
        refused, items = row.get("quarantined") or 0, row.get("items") or 0
        if refused >= FEWEST_REFUSED and 100 * refused > most_pct * (refused + items):
            yield Finding("quarantine", row["source"], (("refused", refused), ("lines", refused + items)))


def _silent(document: dict[str, Any], coverage: list[Row]) -> Iterator[Finding]:
    """Read completely, and nothing came, where something always came."""
    volume: list[Row] = document["metrics"].get("mention_volume", {}).get("rows", [])
    counted = {(row["week"], row["group"]): row["n"] for row in volume if row["dimension"] == "source"}
    before = [week for week in document["weeks"] if week != document["week"]][-4:]
    for row in coverage:
        steady = [counted.get((week, row["source"]), 0) for week in before]
        if row["status"] == "complete" and not row["items"] and steady and min(steady) >= STEADY_PER_WEEK:
            yield Finding("silent", row["source"], (("before", round(sum(steady) / len(steady))),))


def _tested(document: dict[str, Any]) -> Iterator[Finding]:
    """What the data tests found, one by one."""
    tested: dict[str, Any] = document.get("checks") or {}
    corrected: dict[str, Any] = document.get("corrections") or {}
    if left := corrected.get("left"):
        yield Finding("correction", "corrections.toml", (("n", len(left)), ("places", ", ".join(map(str, left)))))
    for one in tested.get("found", []):
        yield Finding("check", one["name"], (("rows", one["rows"]),))


def _replaced(document: dict[str, Any]) -> Iterator[Finding]:
    if other := stand_in(document):
        yield Finding("engine", str(document["tone"]["asked"]), (("used", other),))
