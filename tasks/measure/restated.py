"""Last week, computed again: what it says now beside what it said when it was first measured, and what changed since.

The reasons are what changed in the data and the rules, never a guess at how much each of them moved a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks import warehouse
from tasks.measure import contract, first
from tasks.measure.first import Figure, Known
from tasks.period import Week
from tasks.settings import Institution

#: Reasons that count items, in the order in which they are told.
COUNTED = ("late", "edited", "deleted", "removed", "later_facts")
#: Tables whose rows are of the week itself; what reads another may rest on the weeks before as well.
OF_THE_WEEK = {
    f"core.{name}"
    for name in ("asked", "waited", "waiting_times", "kaplan_meier", "acknowledged", "heard", "issue", "fetched")
}


def since(institution: Institution, week: Week, as_of: datetime, measured: first.Measured) -> dict[str, Any]:
    """What the report of ``week`` says of the week before it: ``{"week", "rows": [...], "counts": {reason: n}}``.

    A row is a metric whose figure or ``n`` moved: ``{"metric", "first", "now", "reasons"}``, both figures as
    ``{"value", "n", "followed"}``. Empty when nothing moved or nobody knows what was said at first.
    """
    before = week.shift(-1)
    nothing: dict[str, Any] = {"week": str(before), "rows": [], "counts": {}}
    then = first.read(institution.slug, str(before))
    if then is None or as_of < before.cutoff:
        return nothing
    figures = first.figures(institution, before, measured)
    moved = [name for name in sorted(figures) if name in then.figures and _differs(then.figures[name], figures[name])]
    if not moved:
        return nothing
    now = first.known(institution, before, figures)
    counts = _counts(institution, then, now)
    rows = [
        {"metric": name, "first": _shown(then.figures[name]), "now": _shown(figures[name])}
        | {"reasons": list(_reasons(name, then, now, counts))}
        for name in moved
    ]
    return nothing | {"rows": rows, "counts": {reason: n for reason, n in counts.items() if n}}


def _differs(then: Figure, now: Figure) -> bool:
    return (then.value, then.n) != (now.value, now.n)


def _shown(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "n": figure.n, "followed": figure.followed}


def _counts(institution: Institution, then: Known, now: Known) -> dict[str, int]:
    """How many items of the week came, went or changed."""
    with warehouse.connect(institution.zone, threads=1) as db:
        warehouse.put(db, "first_known", then.items)
        warehouse.put(db, "now_known", now.items)
        warehouse.put(db, "rules", pa.table({"same": [then.rules == now.rules]}))
        (found,) = first.query(db, "change").to_pylist()
    return {reason: int(found[reason]) for reason in COUNTED}


def _reasons(name: str, then: Known, now: Known, counts: dict[str, int]) -> Iterator[str]:
    """What changed that this metric may rest on."""
    own = [reason for reason in COUNTED if counts[reason]]
    if then.rules != now.rules or then.figures[name].definition != now.figures[name].definition:
        own.append("definition")
    yield from own
    if then.earlier != now.earlier and (not own or not OF_THE_WEEK.issuperset(contract.load(name).contract.reads)):
        yield "earlier"
