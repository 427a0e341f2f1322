"""Estimates made up for a test, and what the real SQL makes of them."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from tasks import warehouse
from tasks.measure import judge

ZONE = ZoneInfo("Europe/Amsterdam")
#: A side on so many cases that its interval is what it says, and Student's t the normal distribution.
MANY = 10**9


def side(value: float | None, low: float | None, high: float | None, n: int = MANY, **more: Any) -> dict[str, Any]:
    """This week or the base of one figure, with its 95 % interval."""
    return {"value": value, "low": low, "high": high, "n": n, **more}


def estimate(now: dict[str, Any], base: dict[str, Any], name: str = "m", **more: Any) -> dict[str, Any]:
    """A figure of one edition, for page 1 and with up as the good direction unless told."""
    told = {"edition": "e", "metric": name, "dimension": "all", "group": "all", "family": "page", "good": "up"}
    sides = {f"now_{key}": one for key, one in now.items()} | {f"base_{key}": one for key, one in base.items()}
    return {**told, "over": "cases", "min_count": 10, **sides, **more}


def moved(z: float, name: str, **more: Any) -> dict[str, Any]:
    """A figure that lies ``z`` standard errors above its base."""
    return estimate(side(z, z - 1.959963984540054, z + 1.959963984540054), side(0, 0, 0), name, **more)


@cache
def _database() -> warehouse.Connection:
    return warehouse.connect(ZONE)


def empty() -> warehouse.Connection:
    """A database with the macros and nothing else; the one before is gone."""
    db = _database()
    warehouse.reset(db)
    warehouse.core(db, "macros")
    return db


def judged(*estimates: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The verdict rows by metric."""
    told = judge.verdicts(empty(), pa.Table.from_pylist(list(estimates), judge.ESTIMATE)).to_pylist()
    return {row["metric"]: row for row in told}


def wilson(counts: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """The interval of hits out of n in per cent, by the macros the metrics use."""
    db = empty()
    warehouse.put(db, "core.counted", pa.table({"hits": [hit for hit, _ in counts], "n": [n for _, n in counts]}))
    return db.sql("SELECT core.wilson_low_pct(hits, n), core.wilson_high_pct(hits, n) FROM core.counted").fetchall()
