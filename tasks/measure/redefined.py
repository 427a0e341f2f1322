"""A metric whose definition changed: what its old file says of the same weeks, for four reports after the change.

The old file comes from the record of a week that was measured by it (``first``). All weeks of a report are measured by
today's files, so a line never breaks; what breaks is the comparison with what was printed before, and this mends that.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tasks import warehouse
from tasks.errors import CheckFailed, MetricError
from tasks.measure import contract, definition, first, run
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.settings import Institution

#: So many reports show both.
REPORTS = 4
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """The first week that was measured by today's definition, and the file of before."""

    since: Week
    before: Metric


def changes(institution: Institution, week: Week, metrics: Iterable[Metric]) -> Iterator[tuple[Metric, Change]]:
    """The metrics whose definition is not what it was in one of the weeks before; the nearest such week counts."""
    earlier = [(one, first.sources(institution.slug, str(one))) for one in map(week.shift, range(-1, -1 - REPORTS, -1))]
    for metric in metrics:
        now = definition.of_metric(metric)
        known = ((one, *kept[metric.name]) for one, kept in earlier if metric.name in kept)
        found = next(((one, text) for one, then, text in known if then != now), None)
        if found:
            yield metric, Change(found[0].shift(1), contract.parse(metric.name, found[1].encode()))


def untold(change: Change) -> dict[str, Any]:
    """The same when the old file does not run any more."""
    return {"since": str(change.since), "rows": []}


def told(db: warehouse.Connection, institution: Institution, change: Change) -> dict[str, Any]:
    """``{"since", "rows": [{"week", "n", "value", "low", "high"}]}`` by the old file, everything together; no rows when
    it does not run on today's tables, or (``several``) has many a week: two curves cannot be told in a sentence.
    """
    if change.before.contract.grain != contract.GRAIN:
        return untold(change) | {"several": True}
    show = change.before.contract.show.on_clock(institution.respond.headline_clock)
    try:
        rows = run.records(run.run(db, change.before), change.before.file)
    except (MetricError, CheckFailed) as error:
        log.warning("%s as it was before %s does not run any more:\n%s", change.before.file, change.since, error)
        return untold(change)
    columns = {"n": "n", "value": show.headline, "low": show.low, "high": show.high}
    kept = (row for row in rows if row["dimension"] == "all")
    return {
        "since": str(change.since),
        "rows": [
            {"week": row["week"]} | {name: row.get(column or "") for name, column in columns.items()} for row in kept
        ],
    }
