"""Everything a report says, as one JSON document: metric tables, lists, and the periods they were made for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tasks import allowance, durable, home, lake, quoted, warehouse
from tasks.confined import progress
from tasks.errors import CheckFailed, MetricError, UsageError
from tasks.measure import calendar, contract, data_test, few, judge, model, query, quotes, redefined, restated, run
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.quality import summary
from tasks.quoted import Quoted
from tasks.settings import Institution
from tasks.stage import corrections
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
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """Metrics and lists (``lists.hours``) that could not be had, with why; some are known before they are tried."""

    stuck: Mapping[str, str]
    why: dict[str, str] = field(default_factory=dict)

    def unless(self, name: str, make: Callable[[], T]) -> T | None:
        """What ``make`` gives; None when it cannot be had, which is said in the log."""
        try:
            if name in self.stuck:
                raise MetricError(self.stuck[name])
            progress.doing(name, allowance.hard_seconds(allowance.query_seconds()))
            return make()
        except (MetricError, CheckFailed) as error:
            self.why[name] = str(error)
            log.warning("%s is not available:\n%s", name, error)
            return None


def build(institution: Institution, week: Week, as_of: datetime) -> Document:
    """The document of one report; the metric tables go to the lake as well. Reads the staged lake only."""
    return measured(institution, week, as_of, {})[0]


def measured(
    institution: Institution, week: Week, as_of: datetime, stuck: Mapping[str, str], *, keep: bool = True
) -> tuple[Document, Quoted, dict[str, str]]:
    """The same without what is ``stuck`` (why, by name); which items its lists quote; and why each metric or list is
    missing that could not be had. Unless it is to ``keep`` them, the lake stays as it is.

    The document names those without saying why: an error may quote what people wrote.
    """
    missing = Missing(stuck)
    metrics = _known(missing)
    progress.doing("", allowance.OURS_SECONDS)  # making the tables is no metric's fault
    trend, base = _trend(week), (week.shift(-BASE_WEEKS), week.shift(-1))
    with model.tables(institution, trend[0], week, _periods(week, as_of)) as db:
        figures = _figures(db, institution, metrics.values(), week, missing, keep=keep)
        hidden = [name for name in metrics if metrics[name].contract.show.where == "nowhere"]
        figures = {name: measured for name, measured in figures.items() if name not in hidden}
        _redefined(db, institution, week, [metrics[name] for name in figures], figures, stuck)
        lists = quotes.cleaned(institution, _lists(db, LISTS, missing))
        judged = _lists(db, ["tone"], missing).get("tone", [])
        tested = _tested(db, missing)
        if missing.why:
            model.intact(institution, trend[0], week)
        progress.doing("", allowance.OURS_SECONDS)
        clock = institution.respond.headline_clock
        judge.judge(db, clock, str(week), BASE, [metrics[name] for name in figures], figures)
    few.hidden(figures, metrics)
    items = quoted.taken(lists)
    gone = {name: _known_of(name, metrics.get(name)) for name in missing.why if name not in hidden}
    urgent = urgency.posts(institution, [str(week)], as_of)
    made = {
        "institution": institution.slug,
        "week": str(week),
        "as_of": as_of.astimezone(institution.zone).isoformat(),
        "weeks": [str(one) for one in trend],
        "base": {"from": str(base[0]), "to": str(base[1])},
        "closed": [day.isoformat() for day in calendar.missed_days(institution, week)],
        "metrics": figures,
        "lists": lists,
        "restated": restated.since(institution, week, as_of, figures),
        "tone": {"asked": institution.sentiment.engine, "judged": judged},
        "quality": summary.of(institution, week, as_of),
        "checks": tested,
        "corrections": corrections.told(institution.slug, str(week)),
        "topics": {topic.key: topic.name.model_dump() for topic in taxonomy.load(institution.slug)},
    } | ({} if urgent is None else {"urgent": urgent})
    return made | ({"unavailable": gone} if gone else {}), items, missing.why


def _known(missing: Missing) -> dict[str, Metric]:
    """The metrics whose files can be read, by name."""
    found = ((name, missing.unless(name, partial(contract.load, name))) for name in contract.names())
    return {name: metric for name, metric in found if metric is not None}


def _figures(
    db: warehouse.Connection,
    institution: Institution,
    metrics: Iterable[Metric],
    week: Week,
    missing: Missing,
    *,
    keep: bool,
) -> dict[str, dict[str, Any]]:
    """What each metric gives; of one that fails no earlier figures stay in the lake."""
    found = {}
    for metric in metrics:
        figures = missing.unless(metric.name, partial(_measured, db, institution, metric, week, keep=keep))
        if figures is not None:
            found[metric.name] = figures
        elif keep:
            lake.remove(f"measured_{metric.name}", institution.slug, str(week))
    return found


def _tested(db: warehouse.Connection, missing: Missing) -> dict[str, Any]:
    """How many data tests there are, and what those found that found something."""
    listed = data_test.names()
    found = []
    for name in listed:
        one = missing.unless(f"checks.{name}", partial(_test, db, name))
        found += [one] if one else []
    return {"run": len(listed), "found": found}


def _test(db: warehouse.Connection, name: str) -> dict[str, Any]:
    return data_test.told(db, data_test.load(name)) or {}


def _redefined(
    db: warehouse.Connection,
    institution: Institution,
    week: Week,
    metrics: Iterable[Metric],
    figures: dict[str, dict[str, Any]],
    stuck: Mapping[str, str],
) -> None:
    """Put ``earlier`` on the metrics whose definition changed lately, in place. An old file that brings the process
    down costs its own rows and nothing else.
    """
    for metric, change in redefined.changes(institution, week, metrics):
        name = f"earlier.{metric.name}"
        progress.doing(name, allowance.hard_seconds(allowance.query_seconds()))
        figures[metric.name]["earlier"] = (
            redefined.untold(change) if name in stuck else redefined.told(db, institution, change)
        )


def _lists(db: warehouse.Connection, names: Iterable[str], missing: Missing) -> dict[str, list[dict[str, Any]]]:
    paths = {name: home.SQL / "lists" / f"{name}.sql" for name in names}
    found = ((name, missing.unless(f"lists.{name}", partial(_rows, db, path))) for name, path in paths.items())
    return {name: rows for name, rows in found if rows is not None}


def _known_of(name: str, metric: Metric | None) -> dict[str, Any]:
    """Its title, and where it is missed. A list, or a file that cannot be read, has a name and nothing more."""
    if metric is None:
        return {"title": {"nl": name, "en": name}, "where": "own"}
    return {"title": metric.contract.title.model_dump(), "where": metric.contract.show.where}


def again(institution: Institution, week: Week, as_of: datetime, metric: Metric) -> list[dict[str, Any]]:
    """The rows that a metric's file of today gives from today's lake, for the report of a week; nothing is stored."""
    with model.tables(institution, _trend(week)[0], week, _periods(week, as_of)) as db:
        return run.records(run.run(db, metric), metric.file)


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


def store(document: Document, items: Quoted) -> None:
    """Keep the document in the lake, where ``render`` reads it, and beside it which items it quotes."""
    data = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
    path = _path(document["institution"], document["week"], document["as_of"])
    quoted.write(quoted.of_document(path), items)
    durable.write_bytes(path, data)


def stored(slug: str, week: str, as_of: str) -> Document:
    """The document that ``measure`` left for this week; raises UsageError when it is not there."""
    try:
        document: Document = json.loads(_path(slug, week, as_of).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise UsageError(f"{slug} {week} was not measured as of {as_of}: clear the task measure.") from None
    return document


def stored_quoted(slug: str, week: str, as_of: str) -> Quoted:
    """Which items that document quotes."""
    return quoted.read(quoted.of_document(_path(slug, week, as_of)))


def _path(slug: str, week: str, as_of: str) -> Path:
    """A file for each cut-off, so that somebody's what-if never becomes the week's report."""
    moment = datetime.fromisoformat(as_of).astimezone(UTC)
    return lake.partition("document", slug, week).with_name(f"as-of-{moment:%Y%m%dT%H%M%SZ}.json")


def sql_files() -> dict[str, bytes]:
    """Every SQL file and word list that a document depends on, by path under sql/: an edition keeps them."""
    return {str(path.relative_to(home.SQL)): path.read_bytes() for path in sorted(home.SQL.glob("*/*.*"))}


def _measured(
    db: warehouse.Connection, institution: Institution, metric: Metric, week: Week, *, keep: bool
) -> dict[str, Any]:
    table = run.run(db, metric)
    kept = [row for row in run.records(table, metric.file) if _wanted(metric, row["week"], str(week))]
    if keep:
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
        return run.records(query.select(db, file, path.read_text(encoding="utf-8"), LISTS_MAY), file)
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
        found = [run.records(run.run(db, metric), metric.file) for metric in metrics]
    return [[row for row in rows if row["dimension"] == by] for rows in found]
