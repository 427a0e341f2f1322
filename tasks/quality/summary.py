"""What may be said of the machine's judgement of tone in a week: one plain row, ready for a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from tasks import warehouse
from tasks.period import Week
from tasks.quality import agreement, estimate, labels, sample
from tasks.quality.estimate import CLASSES, Estimate, Stratum
from tasks.quality.labels import Label
from tasks.settings import Institution

#: Below this no figure is given: so many labelled items, and of each class of the machine so many, or all there are.
LEAST_LABELLED, LEAST_OF_A_CLASS = 30, 5
#: Two people are compared over so many items that both read.
LEAST_IN_COMMON = 20
#: A week is compared with those before it, as far back as this.
DRIFT_WEEKS = 12
#: Three figures are compared at once; beyond this many standard errors one of them moved (Bonferroni, 5 % in all).
MOVED = 2.3939797998185104
LABEL = pa.schema(
    [
        *((name, pa.string()) for name in ("labeller", "item_id", "text_key", "label", "stratum")),
        ("stratum_size", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a week: rows of sql/quality/week.sql and judged.sql, and all answers ever given."""

    week: str
    sizes: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    answers: list[Label]

    @property
    def clear(self) -> list[dict[str, Any]]:
        return [row for row in self.judged if not row["unclear"]]

    @property
    def strata(self) -> list[Stratum]:
        return estimate.strata(self.sizes, self.clear)


def of(institution: Institution, week: Week, as_of: datetime | None = None) -> dict[str, Any]:
    """The row of a staged week.

    ``status`` is ``none`` (nobody labelled anything), ``too_few`` (``labelled`` of ``wanted``) or ``measured``. Then:
    ``net`` and ``shares`` with the machine's own value (``machine``) beside the corrected ``value``, ``low``, ``high``;
    ``classes.<class>.precision`` and ``.recall``; ``agreement.machine`` and ``.people`` (kappa); ``drift``. Shares are
    percentages, the net score runs from −100 to 100; every figure has ``low``, ``high`` (95 %) and ``n``, or is null.
    """
    now = _read(institution, week, as_of)
    if not now.answers:
        return {"week": str(week), "status": "none"}
    parts, clear = now.strata, now.clear
    items = {one.item_id for one in now.answers}
    row: dict[str, Any] = {
        "week": str(week),
        "status": "measured" if _enough(parts, clear) else "too_few",
        "wanted": min(sample.SIZE, sum(size["readable"] for size in now.sizes)),
        "labelled": len(clear),
        "unclear": len(now.judged) - len(clear),
        "outdated": len(items) - len(now.judged),
        "labellers": len({one.labeller for one in now.answers}),
        "confusion": _confusion(clear),
    }
    if row["status"] == "too_few":
        return row
    masses = {part.machine: part.mass for part in parts}
    people = agreement.between_people(now.answers)
    return row | {
        "net": {"machine": _rounded(estimate.machine_net(parts))} | _shown(estimate.net(parts)),
        "shares": {
            name: {"machine": _rounded(masses.get(name, 0.0))} | _shown(estimate.share(parts, name)) for name in CLASSES
        },
        "classes": {
            name: {
                "precision": _maybe(estimate.precision(parts, name)),
                "recall": _maybe(estimate.recall(parts, name)),
            }
            for name in CLASSES
        },
        "agreement": {
            "machine": _maybe(agreement.with_machine(parts), 1),
            "people": _maybe(people, 1) if people and people.n >= LEAST_IN_COMMON else None,
        },
        "drift": _drift(institution, week, parts),
    }


def _read(institution: Institution, week: Week, as_of: datetime | None = None) -> Read:
    answers = labels.read(institution.slug, str(week))
    if not answers:
        return Read(str(week), [], [], [])
    with sample.readable(institution, week, as_of) as db:
        rows = [{name: getattr(one, name) for name in LABEL.names} for one in answers]
        warehouse.put(db, "label", pa.Table.from_pylist(rows, LABEL))
        return Read(str(week), sample.query(db, "week").to_pylist(), sample.query(db, "judged").to_pylist(), answers)


def _enough(parts: Sequence[Stratum], clear: Sequence[Any]) -> bool:
    """Whether a figure may be given; a small week that was read completely is enough as well."""
    if not parts or any(part.labelled < LEAST_OF_A_CLASS and part.sampled < 1 for part in parts):
        return False
    return len(clear) >= LEAST_LABELLED or all(part.sampled >= 1 for part in parts)


def _confusion(clear: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """How many labelled items by the machine's class and the people's; half an item where two people differ."""
    return {
        machine: {
            truth: round(math.fsum(row[truth] for row in clear if row["machine"] == machine), 4) for truth in CLASSES
        }
        for machine in CLASSES
    }


def _drift(institution: Institution, week: Week, parts: Sequence[Stratum]) -> dict[str, Any] | None:
    """This week beside the weeks before it, pooled. A figure ``moved`` only when their difference is beyond what both
    samples make likely by chance, three figures being compared. None when the weeks before have too few labels."""
    past = [str(one) for one in week.shift(-DRIFT_WEEKS).until(week.shift(-1))]
    known = set(labels.weeks(institution.slug))
    earlier = [_read(institution, Week.parse(name, institution.zone)) for name in past if name in known]
    rows = [row for one in earlier for row in one.clear]
    before = estimate.strata((size for one in earlier for size in one.sizes), rows)
    if not _enough(before, rows):
        return None
    figures = {
        "precision_negative": (estimate.precision(parts, "negative"), estimate.precision(before, "negative")),
        "recall_negative": (estimate.recall(parts, "negative"), estimate.recall(before, "negative")),
        "net_error": (_net_error(parts), _net_error(before)),
    }
    return {
        "since": min(one.week for one in earlier),
        "labelled": len(rows),
        "figures": {
            name: {"before": _shown(then), "now": _shown(now), "moved": _moved(now, then)}
            for name, (now, then) in figures.items()
            if now and then
        },
    }


def _net_error(parts: Sequence[Stratum]) -> Estimate:
    """The machine's net score minus the corrected one."""
    true, machine = estimate.net(parts), estimate.machine_net(parts)
    return Estimate(machine - true.value, machine - true.high, machine - true.low, true.n)


def _moved(now: Estimate, then: Estimate) -> bool:
    """Whether two figures differ beyond chance; of each the side of its interval that faces the other counts."""
    up = now.value > then.value
    own = now.value - now.low if up else now.high - now.value
    other = then.high - then.value if up else then.value - then.low
    return abs(now.value - then.value) > MOVED * math.hypot(own, other) / estimate.Z


def _maybe(figure: Estimate | None, scale: int = 100) -> dict[str, Any] | None:
    return _shown(figure, scale) if figure else None


def _shown(figure: Estimate, scale: int = 100) -> dict[str, Any]:
    value, low, high = (_rounded(one, scale) for one in (figure.value, figure.low, figure.high))
    return {"value": value, "low": low, "high": high, "n": figure.n}


def _rounded(value: float, scale: int = 100) -> float:
    return round(scale * value, 4) + 0.0
