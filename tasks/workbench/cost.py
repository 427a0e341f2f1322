"""What a metric costs: how its query joins, and what it does with a thousand messages."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tasks import allowance, complaint
from tasks.errors import MetricError
from tasks.measure import query
from tasks.measure.contract import Metric
from tasks.pointing import pointed
from tasks.workbench import trial
from tasks.workbench.cases import Case

#: A made-up week: posts that ask for an answer and get none, which every metric of ours has some work with.
MESSAGES = 1000
WEEK = {
    "name": "a thousand messages",
    "given": "item_id | created_at",
    "daily": "from | until | mon | tue | wed | thu | fri | sat | sun | eligibility\n"
    "2026-09-07 | 2026-09-13 | 200 | 200 | 200 | 200 | 200 | 0 | 0 | eligible",
    "expect": "n",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds the query took, planning included, and the rows that its steps hand on to each other: those are the same
    every time, as the seconds are not.
    """

    seconds: float
    rows: int


def measured(metric: Metric) -> Cost:
    """The query on a week of a thousand messages; raises MetricError when it takes too much there already."""
    head = "EXPLAIN (ANALYZE, FORMAT json) "
    with trial.prepared(Case(metric.name, str(WEEK["name"]), WEEK, metric.file)) as db:
        query.checked(db, metric.file, metric.query)
        try:
            with query.limited(db, f"{metric.file}, on {MESSAGES:,} messages", allowance.CASE_SECONDS):
                told = json.loads(db.execute(head + metric.query).fetchall()[0][1])
        except duckdb.Error as error:
            raise MetricError(pointed(metric.file, metric.query, complaint.fault(error, len(head)))) from None
    return Cost(float(told["query"]["total_time"]), int(told["query"]["total_intermediate_rows"]))


def joins(metric: Metric) -> tuple[int, int] | None:
    """How many joins its own query has, and how many of those let every row meet every other; None when sqlglot cannot
    read it. Joining with a lookup of one row, or with the parts of a list, is no such join.
    """
    try:
        read = sqlglot.parse_one(metric.sql, dialect="duckdb")
    except SqlglotError:
        return None
    found = list(read.find_all(exp.Join))
    return len(found), sum(_every_with_every(one) for one in found)


def _every_with_every(join: exp.Join) -> bool:
    keyed = join.args.get("on") is not None or join.args.get("using") or join.args.get("method")
    return not keyed and isinstance(join.this, exp.Table)
