"""Everything a report says, as one JSON document: metric tables, lists, and the periods they were made for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks import durable, home, lake, warehouse
from tasks.errors import MetricError, UsageError
from tasks.measure import calendar, contract, judge, model, query, restated, run
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.quality import summary
from tasks.settings import Institution
from tasks.topics import taxonomy, urgency

TREND_WEEKS = 12
BASE_WEEKS = 4
BASE = "base"
#: The rows a report shows beside its metrics, each a file in sql/lists.
LISTS = ("coverage", "department_topics", "funnel", "hours", "open_items", "solved_cases")
#: Lists show texts and counts of what is no message, and number their rows: more than a metric may.
LISTS_MAY = frozenset({"staging.mention", "staging.fetch_windows", "staging.quarantine", "printf"})
#: What analysts look at, and no report shows.
ANALYST_LISTS = ("unmatched_negatives", "rising_words")
Document = dict[str, Any]


def build(institution: Institution, week: Week, as_of: datetime) -> Document:
    """The document of one report; the metric tables go to the lake as well. Reads the staged lake only."""
    trend, base = _trend(week), (week.shift(-BASE_WEEKS), week.shift(-1))
    periods = _periods(week, as_of)
    metrics = [contract.load(name) for name in contract.names()]
    with model.tables(institution, trend[0], week, periods) as db:
        measured = {metric.name: _measured(db, institution, metric, week) for metric in metrics}
        judge.judge(db, institution.respond.headline_clock, str(week), BASE, metrics, measured)
        lists = {name: _rows(db, home.SQL / "lists" / f"{name}.sql") for name in LISTS}
        judged = _rows(db, home.SQL / "lists" / "tone.sql")
    urgent = urgency.posts(institution, [str(week)], as_of)
    return {
        "institution": institution.slug,
        "week": str(week),
        "as_of": as_of.astimezone(institution.zone).isoformat(),
        "weeks": [str(one) for one in trend],
        "base": {"from": str(base[0]), "to": str(base[1])},
        "closed": [day.isoformat() for day in calendar.missed_days(institution, week)],
        "metrics": measured,
        "lists": lists,
        "restated": restated.since(institution, week, as_of, measured),
        "tone": {"asked": institution.sentiment.engine, "judged": judged},
        "quality": summary.of(institution, week, as_of),
        "topics": {topic.key: topic.name.model_dump() for topic in taxonomy.load(institution.slug)},
    } | ({} if urgent is None else {"urgent": urgent})


def again(institution: Institution, week: Week, as_of: datetime, metric: Metric) -> list[dict[str, Any]]:
    """The rows that a metric's file of today gives from today's lake, for the report of a week; nothing is stored."""
    with model.tables(institution, _trend(week)[0], week, _periods(week, as_of)) as db:
        return run.records(run.run(db, metric))


def _trend(week: Week) -> list[Week]:
    return list(week.shift(1 - TREND_WEEKS).until(week))


def _periods(week: Week, as_of: datetime) -> list[model.Period]:
    base = (week.shift(-BASE_WEEKS), week.shift(-1))
    return [
        *(model.Period.of(str(one), "trend", one, one, min(as_of, one.cutoff)) for one in _trend(week)[:-1]),
        model.Period.of(str(week), "report", week, week, as_of),
        *(model.Period.of(BASE, "base", one, one, min(as_of, one.cutoff)) for one in base[0].until(base[1])),
    ]


def for_analysts(institution: Institution, week: Week) -> dict[str, list[dict[str, Any]]]:
    """What no topic explains in a week, from the staged lake: lists for those who keep the taxonomy."""
    period = model.Period.of(str(week), "report", week, week)
    with model.tables(institution, week, week, [period]) as db:
        return {name: _rows(db, home.SQL / "lists" / f"{name}.sql") for name in ANALYST_LISTS}


def store(document: Document) -> None:
    """Keep the document in the lake, where ``render`` reads it."""
    data = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
    durable.write_bytes(_path(document["institution"], document["week"], document["as_of"]), data)


def stored(slug: str, week: str, as_of: str) -> Document:
    """The document that ``measure`` left for this week; raises UsageError when it is not there."""
    try:
        document: Document = json.loads(_path(slug, week, as_of).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise UsageError(f"{slug} {week} was not measured as of {as_of}: clear the task measure.") from None
    return document


def _path(slug: str, week: str, as_of: str) -> Path:
    """A file for each cut-off, so that somebody's what-if never becomes the week's report."""
    moment = datetime.fromisoformat(as_of).astimezone(UTC)
    return lake.partition("document", slug, week).with_name(f"as-of-{moment:%Y%m%dT%H%M%SZ}.json")


def sql_files() -> dict[str, bytes]:
    """Every SQL file and word list that a document depends on, by path under sql/: an edition keeps them."""
    return {str(path.relative_to(home.SQL)): path.read_bytes() for path in sorted(home.SQL.glob("*/*.*"))}


def _measured(db: warehouse.Connection, institution: Institution, metric: Metric, week: Week) -> dict[str, Any]:
    table = run.run(db, metric)
    kept = [row for row in run.records(table) if _wanted(metric, row["week"], str(week))]
    lake.replace(f"measured_{metric.name}", institution.slug, str(week), table, metric.fingerprint)
    show = metric.contract.show.on_clock(institution.respond.headline_clock).model_dump(exclude={"only"})
    show["target"] = institution.targets.get(metric.name, metric.contract.show.target)
    words = metric.contract.model_dump(include={"title", "question", "caveat"})
    return {"contract": words | show, "fingerprint": metric.fingerprint, "rows": kept}


def _wanted(metric: Metric, period: str, week: str) -> bool:
    kind = "report" if period == week else "base" if period == BASE else "trend"
    return kind in metric.contract.show.only


def _rows(db: warehouse.Connection, path: Path) -> list[dict[str, Any]]:
    file = f"sql/lists/{path.name}"
    try:
        return run.records(query.select(db, file, path.read_text(encoding="utf-8"), LISTS_MAY))
    except (OSError, UnicodeDecodeError) as error:
        raise MetricError(f"{file}: cannot be read as UTF-8 text ({error}).") from None


def for_range(institution: Institution, metric: Metric, first: Week, last: Week, by: str) -> Iterator[dict[str, Any]]:
    """Rows of one metric, a week each, and one with week = "all" that pools the range; ``by`` is a heading."""
    (found,) = ranged(institution, [metric], first, last, by)
    yield from found


def ranged(
    institution: Institution, metrics: Sequence[Metric], first: Week, last: Week, by: str
) -> list[list[dict[str, Any]]]:
    """The same of several metrics on the same tables, in their order."""
    if by not in model.HEADINGS:
        raise MetricError(f"A metric can be split by {', '.join(model.HEADINGS)}, not by “{by}”.")
    periods = [model.Period.of(str(one), "trend", one, one) for one in first.until(last)]
    periods.append(model.Period.of("all", "pooled", first, last))
    with model.tables(institution, first, last, periods, headings=[by]) as db:
        found = [run.records(run.run(db, metric)) for metric in metrics]
    return [[row for row in rows if row["dimension"] == by] for rows in found]
