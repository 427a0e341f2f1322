"""Messages by the day, for cases that need weeks of history: how many on each weekday, from one date until another.

A table of the form ``from | until | mon | tue | … | sun`` with optional columns of staging.mention. A cell is a number,
or several that take turns week by week (``18 22 20``); an empty one is none. Rows add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from tasks import warehouse

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MESSAGE = {"source": "mastodon", "kind": "post", "direction": "inbound", "eligibility": "not_asking"}


def fill(db: warehouse.Connection, columns: list[str], lines: list[list[str | None]]) -> None:
    """Put them into staging.mention, each by somebody else, all at noon local time."""
    for place, line in enumerate(lines):
        given = dict(zip(columns, line, strict=True))
        if unknown := [name for name in given if not name.isidentifier()]:
            raise ValueError(f"daily has no {unknown[0]}")
        days = list(_days(given))
        counts = pa.table({"day": [day for day, _ in days], "n": [n for _, n in days]})
        message = MESSAGE | {name: value for name, value in given.items() if name not in (*WEEKDAYS, "from", "until")}
        db.register("counts", counts)
        db.execute(
            f"INSERT INTO staging.mention (item_id, author_key, created_at, {', '.join(message)}) "  # noqa: S608
            "SELECT id, id, (day + INTERVAL 12 HOURS)::TIMESTAMPTZ, "
            f"{', '.join(f'${name}' for name in message)} "
            f"FROM (SELECT day, format('d{place}_{{}}_{{}}', day, unnest(range(n))) AS id FROM counts)",
            message,
        )
        db.unregister("counts")


def _days(given: dict[str, Any]) -> Iterator[tuple[date, int]]:
    """(day, how many) of one line."""
    first, last = date.fromisoformat(given["from"]), date.fromisoformat(given["until"])
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        turns = (given[WEEKDAYS[day.weekday()]] or "0").split()
        yield day, int(turns[number // 7 % len(turns)])
