"""What a person's query may take: time, memory, rows. An ordinary one takes a tenth of a second and a few megabytes."""

from __future__ import annotations

from tasks.confined.process import whole_number

#: Rows that one metric may give for a report: the answer curve, the longest of ours, gives some thousands.
MOST_ROWS = 200_000
#: Seconds for a query on the handful of messages of a case.
CASE_SECONDS = 5
#: Promised tables, verdicts, restatements: what is ours, for as much data as there may be.
OURS_SECONDS = 600
#: Beside what a query takes: Python, the tables on their way, and Arrow, which reserves a gigabyte before it needs any.
BESIDE_MB = 3072


def query_seconds() -> int:
    """60, or ``WEERKLANK_METRIC_SECONDS``."""
    return whole_number("WEERKLANK_METRIC_SECONDS", 60)


def hard_seconds(seconds: int) -> int:
    """When a query that does not stop at its limit is ended with its process."""
    return seconds + max(5, seconds // 3)


def query_mb() -> int:
    """2048, or ``WEERKLANK_METRIC_MB``: tables included."""
    return whole_number("WEERKLANK_METRIC_MB", 2048)


def process_mb() -> int:
    """What the process may take in which a query runs."""
    return query_mb() + BESIDE_MB
