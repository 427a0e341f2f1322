"""Hashes of what decides a figure beside the data: if one differs, the definition changed, and not only its wording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import duckdb

from tasks import home
from tasks.measure import calendar, model
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.sentiment import sql_engine, weights
from tasks.settings import Institution
from tasks.stage import partition
from tasks.topics.listening import Listening

VALID = ("valid_from", "valid_until")
#: So many weeks of opening hours before a week still count in its figures.
WEEKS = 12


def of_metric(metric: Metric) -> str:
    """A metric's own query and the column it is known by; its texts and its comments are no part of it."""
    return _hash([metric.contract.show.headline, _without_comments(metric.sql)])


def shared(institution: Institution, week: Week) -> str:
    """What all metrics of a week rest on: core and staging SQL, word lists, promise, routing, and the hours around it.

    Hours and promises count as what they give in these weeks: a table that begins next month changes nothing.
    """
    paths = [home.SQL / "core" / f"{name}.sql" for name in model.TABLES]
    paths += [*_files("staging", "sql"), *_files("topics", "sql")]
    sql = (path.read_text(encoding="utf-8") for path in paths)
    respond, first = institution.respond, week.shift(1 - WEEKS)
    promises = (
        [max(one["valid_from"], first.start).isoformat(), *(one[key] for key in sorted(one) if key not in VALID)]
        for one in model.promises(institution)
        if one["valid_from"] <= week.cutoff and one["valid_until"] > first.start
    )
    settings = {
        "parser": partition.PARSER_VERSION,
        "timezone": institution.institution.timezone,
        "respond": [respond.eligible, respond.template_threads, *promises],
        "departments": [one.id for one in institution.department],
        "listening": Listening(institution).definition,
        "sentiment": [institution.sentiment.engine, weights.version("weights", *_weights())],
        "hours": list(_hours(institution, first.monday, week.cutoff.date())),
    }
    return _hash([*map(_without_comments, sql), sql_engine.words(), json.dumps(settings)])


def _hours(institution: Institution, first: date, last: date) -> Iterator[list[str]]:
    """When each department is open to each source, from one day to another."""
    departments = [*(one.id for one in institution.department), "nobody"]
    pairs = [(department, source.id) for department in departments for source in institution.source]
    of_pair = calendar.schedules(institution, pairs)
    open_at = {
        hours: [str(moment) for one in calendar.stretches(institution, hours, first, last) for moment in one]
        for hours in set(of_pair.values())
    }
    yield from ([*pair, *open_at[hours]] for pair, hours in of_pair.items())


def _files(folder: str, ending: str) -> list[Path]:
    return sorted((home.SQL / folder).glob(f"*.{ending}"))


def _weights() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted(weights.FOLDER.glob("*.npz")))


def _without_comments(sql: str) -> str:
    """The tokens of some SQL with one space between them."""
    data = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [start for start, _ in tokens[1:]] + [len(data)]
    kept = (
        data[start:end] for (start, kind), end in zip(tokens, ends, strict=True) if kind != duckdb.token_type.comment
    )
    return b" ".join(piece.strip() for piece in kept).decode()


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
