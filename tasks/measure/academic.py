"""What kind of day it is, as rows: the academic calendar of an institution and its closed days."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.measure.calendar import closed_days
from tasks.settings import Institution

#: A national holiday, or a day on which the institution is closed.
CLOSED = "closed"


def rows(institution: Institution, first: date, last: date) -> list[tuple[str, date]]:
    """(kind, day), each once, for the days from ``first`` to ``last``; an ordinary day has no row."""
    found = {
        (CLOSED, day) for day in closed_days(institution, range(first.year, last.year + 1)) if first <= day <= last
    }
    for span in institution.academic:
        begin, end = max(span.first, first), min(span.last, last)
        found |= {(span.kind, begin + timedelta(days=n)) for n in range((end - begin).days + 1)}
    return sorted(found, key=lambda row: (row[1], row[0]))
