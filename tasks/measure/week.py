"""One week measured and kept: what the process of ``tasks.measure.process`` does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks import settings
from tasks.errors import CheckFailed
from tasks.measure import data_test, document, first
from tasks.period import Week


def drafted(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The document alone, with nothing kept of it: what a week would say by the files as they are now."""
    institution = settings.load(given["slug"])
    week, moment = Week.parse(given["week"], institution.zone), datetime.fromisoformat(given["as_of"])
    made, _, unavailable = document.measured(institution, week, moment, given["stuck"], keep=False)
    return {"document": made, "unavailable": unavailable}, {}


def measured(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Run every metric and list; what a report may say goes to the lake, and what a week said first is kept."""
    institution = settings.load(given["slug"])
    week, moment = Week.parse(given["week"], institution.zone), datetime.fromisoformat(given["as_of"])
    made, quoted, unavailable = document.measured(institution, week, moment, given["stuck"])
    if stopped := list(data_test.stopped(made["checks"]["found"])):
        raise CheckFailed("\n".join(stopped))
    document.store(made, quoted)
    first.keep(institution, week, moment, made["metrics"])
    rows = {name: len(metric["rows"]) for name, metric in made["metrics"].items()}
    return {"metrics": rows, "unavailable": unavailable}, {}
