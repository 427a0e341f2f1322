"""Hashes of what decides a figure beside the data: if one differs, the definition changed, and not only its wording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from tasks import home
from tasks.measure import calendar
from tasks.measure.contract import Metric
from tasks.period import Week
from tasks.settings import Institution
from tasks.stage import partition

#: So many weeks of opening hours before a week still count in its figures.
WEEKS = 12


def of_metric(metric: Metric) -> str:
    """A metric's own query and the column it is known by; its texts and its comments are no part of it."""
    return _hash([metric.contract.show.headline, _without_comments(metric.sql)])


def shared(institution: Institution, week: Week) -> str:
    """What all metrics of a week rest on: core and staging SQL, word lists, promise, routing, and the hours around it.

    Opening hours count as the stretches they give: a table that begins next month changes nothing about this week.
    """
    sql = (path.read_text(encoding="utf-8") for name in ("core", "staging") for path in _files(name, "sql"))
    words = (path.read_text(encoding="utf-8") for path in _files("lexicon", "csv"))
    respond = institution.respond
    settings = {
        "parser": partition.PARSER_VERSION,
        "timezone": institution.institution.timezone,
        "respond": [respond.target_hours, respond.clock, respond.eligible, respond.solve_days],
        "departments": [[one.id, *one.keywords] for one in institution.department],
        "hours": [
            [department, opens.isoformat(), closes.isoformat()]
            for department, opens, closes, _ in calendar.rows(
                institution, week.shift(1 - WEEKS).monday, week.cutoff.date()
            )
        ],
    }
    return _hash([*map(_without_comments, sql), *words, json.dumps(settings)])


def _files(folder: str, ending: str) -> list[Path]:
    return sorted((home.SQL / folder).glob(f"*.{ending}"))


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
