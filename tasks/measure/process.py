"""Measuring in a process of its own: a metric that never ends or eats the memory is left out, and the rest goes on."""

from __future__ import annotations

import logging
from typing import Any

from tasks import allowance
from tasks.confined.process import Ended, Limits, Process
from tasks.errors import MetricError

log = logging.getLogger(__name__)
#: All metrics together; what each may take is in ``tasks.allowance``.
CPU_SECONDS, WALL_SECONDS = 3600, 600
WEEK, DRAFT = "tasks.measure.week:measured", "tasks.measure.week:drafted"


def week(slug: str, week: str, as_of: str) -> dict[str, Any]:
    """Measure a week, and again without what brought the process down. Returns ``{"metrics": {name: rows},
    "unavailable": {name: message}}``; raises MetricError when it is no metric or list that did.
    """
    return _run(WEEK, slug, week, as_of)


def draft(slug: str, week: str, as_of: str) -> dict[str, Any]:
    """What a week would say by the files as they are now; nothing is kept: ``{"document", "unavailable"}``."""
    return _run(DRAFT, slug, week, as_of)


def _run(function: str, slug: str, week: str, as_of: str) -> dict[str, Any]:
    subject = f"{slug} {week} cannot be measured"
    stuck: dict[str, str] = {}
    environment = {
        "WEERKLANK_METRIC_SECONDS": str(allowance.query_seconds()),
        "WEERKLANK_METRIC_MB": str(allowance.query_mb()),
    }
    allowed = Limits(CPU_SECONDS, allowance.process_mb(), WALL_SECONDS)
    while True:
        given = {"slug": slug, "week": week, "as_of": as_of, "stuck": stuck}
        try:
            with Process(allowed, "measure", environment) as process:
                told: dict[str, Any] = process.call(function, given, subject).told
                return told
        except Ended as ended:
            if not ended.doing or ended.doing in stuck:
                raise MetricError(str(ended)) from None
            stuck[ended.doing] = f"{ended.doing}: {str(ended).removeprefix(f'{subject}: ')}"
            log.warning("%s The rest is measured again without it.", stuck[ended.doing])
