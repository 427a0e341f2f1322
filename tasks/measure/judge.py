"""Which changes may be claimed: every figure of the report's week beside its base, all of them judged together.

The statistics are in sql/core/difference.sql and sql/core/verdict.sql. Here the rows of the metrics become one table of
estimates, and the critical values of the two corrections are looked up in the normal distribution.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from statistics import NormalDist
from typing import Any

import pyarrow as pa

from tasks import warehouse
from tasks.measure import contract, run
from tasks.measure.contract import Metric
from tasks.settings import Clock

PAGE, TABLES = "page", "tables"
#: Two-sided; both families together keep a quiet edition free of false claims nineteen times in twenty.
FAMILY_ALPHA = 0.025
HEADING = ("dimension", "group")
ALL = ("all", "all")
OUTCOME = ("change", "change_low", "change_high", "verdict")
NUMBERS = ("n", "people", "value", "low", "high", "followed")
ESTIMATE = pa.schema(
    [
        *((name, pa.string()) for name in ("edition", "metric", *HEADING, "family", "good", "over")),
        ("min_count", pa.int64()),
        *(
            (f"{side}_{name}", pa.int64() if name in ("n", "people") else pa.float64())
            for side in ("now", "base")
            for name in NUMBERS
        ),
    ]
)
CRITICAL = pa.schema([("family", pa.string()), ("place", pa.int64()), ("comparisons", pa.int64()), ("z", pa.float64())])
Row = dict[str, Any]


def judge(
    db: warehouse.Connection,
    clock: Clock,
    week: str,
    base: str,
    metrics: Collection[Metric],
    measured: Mapping[str, Row],
) -> None:
    """Put ``change``, ``change_low``, ``change_high`` and ``verdict`` on the rows of ``week``, in place.

    By department and source only the figures of page 1 are compared: every comparison more makes the others weaker.
    ``measured`` holds the document's metrics by name, their contracts on ``clock``. Counts have no interval and get
    none of the four.
    """
    tiles = contract.tiles({metric.name: metric.contract.show.where for metric in metrics})
    judged = [metric.name for metric in metrics if _compared(metric)]
    now = {name: _by_heading(measured[name]["rows"], week) for name in judged}
    before = {name: _by_heading(measured[name]["rows"], base) for name in judged}
    estimates = [
        _identity(week, name, heading, measured[name]["contract"], PAGE if name in tiles and heading == ALL else TABLES)
        | _numbers("now", row, measured[name]["contract"], clock)
        | _numbers("base", before[name].get(heading, {}), measured[name]["contract"], clock)
        for name in judged
        for heading, row in now[name].items()
        if name in tiles or heading == ALL
    ]
    for told in run.records(verdicts(db, pa.Table.from_pylist(estimates, ESTIMATE))):
        row = now[told["metric"]][told["dimension"], told["group"]]
        row |= {name: told[name] for name in OUTCOME}


def verdicts(db: warehouse.Connection, estimates: pa.Table) -> pa.Table:
    """The verdict on every estimate (columns ``ESTIMATE``); each edition is corrected on its own."""
    warehouse.put(db, "core.estimate", estimates)
    warehouse.core(db, "difference")
    warehouse.put(db, "core.critical", _critical(db))
    warehouse.core(db, "verdict")
    return db.table("core.verdict").to_arrow_table()


def critical_z(family: str, place: int, comparisons: int) -> float:
    """How far from nought, in standard errors, a difference must lie that is the ``place``-th strongest of so many."""
    share = 1 / (comparisons - place + 1) if family == PAGE else place / comparisons
    return -NormalDist().inv_cdf(FAMILY_ALPHA * share / 2)


def _critical(db: warehouse.Connection) -> pa.Table:
    """A row for every rank that occurs."""
    ranks = db.table("core.difference").filter("z IS NOT NULL").select("family, place, comparisons").distinct()
    rows = [dict(zip(CRITICAL.names, (*rank, critical_z(*rank)), strict=True)) for rank in sorted(ranks.fetchall())]
    return pa.Table.from_pylist(rows, CRITICAL)


def _compared(metric: Metric) -> bool:
    """Whether a metric has one row per heading, with an interval, for the report's week and for the base."""
    show = metric.contract.show
    return bool(show.low and show.high) and {"report", "base"} <= {*show.only} and len(metric.contract.grain) == 3


def _by_heading(rows: Iterable[Row], week: str) -> dict[tuple[str, str], Row]:
    return {(row["dimension"], row["group"]): row for row in rows if row["week"] == week}


def _identity(week: str, name: str, heading: tuple[str, str], contract: Row, family: str) -> Row:
    rules = {rule: contract[rule] for rule in ("good", "over", "min_count")}
    return {"edition": week, "metric": name, **dict(zip(HEADING, heading, strict=True)), "family": family, **rules}


def _numbers(side: str, row: Row, contract: Row, clock: Clock) -> Row:
    """One side of an estimate; no row is a week without cases."""
    duration = contract["unit"] == "seconds"
    numbers = {
        "n": row.get("n") or 0,
        "people": row.get("authors"),
        "value": row.get(contract["headline"]),
        "low": row.get(contract["low"]),
        "high": row.get(contract["high"]),
        "followed": row.get(f"followed_{clock}_seconds") if duration else None,
    }
    return {f"{side}_{name}": number for name, number in numbers.items()}
