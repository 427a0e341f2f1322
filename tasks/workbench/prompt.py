"""Questions in SQL on the promised tables, as a metric would see them: what works here works in a metric."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from tasks import warehouse
from tasks.measure import guard, model, query
from tasks.period import Week
from tasks.settings import Institution

FILE = "your query"


@contextmanager
def opened(institution: Institution, first: Week, last: Week) -> Iterator[warehouse.Connection]:
    """The promised tables of the weeks ``first`` to ``last``, each a period of its own; reads the staged lake only."""
    periods = [model.Period.of(str(one), "trend", one, one) for one in first.until(last)]
    with model.tables(institution, first, last, periods) as db:
        yield db


def frame(db: warehouse.Connection, sql: str) -> pd.DataFrame:
    """The answer to one SELECT; raises MetricError for anything that a metric may not do."""
    found: pd.DataFrame = query.select(db, FILE, sql).to_pandas()
    return found


def tables(db: warehouse.Connection) -> dict[str, list[str]]:
    """The promised tables, and of each the columns with their types: ``asked_at TIMESTAMP WITH TIME ZONE``."""
    found = {name: db.execute(f'DESCRIBE core."{name}"').fetchall() for name in sorted(guard.Schema(db).tables)}
    return {name: [f"{column} {_short(kind)}" for column, kind, *_ in rows] for name, rows in found.items()}


def _short(kind: str) -> str:
    """An enum's type lists all its values."""
    return "ENUM" if kind.startswith("ENUM(") else kind
