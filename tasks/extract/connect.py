"""From a ``[[source]]`` table and its credentials to a client."""

from __future__ import annotations

from datetime import datetime

from tasks.extract.http.address import Guard
from tasks.extract.http.budget import Budget
from tasks.extract.http.client import Client
from tasks.extract.http.credentials import Credentials
from tasks.extract.http.timing import Time
from tasks.extract.sources.table import Listened


def guard() -> Guard:
    """Public addresses only. Tests put one here that knows their own server."""
    return Guard()


def client(
    source: Listened,
    credentials: Credentials,
    *,
    closed_until: datetime | None = None,
    timing: Time | None = None,
    budget: Budget | None = None,
) -> Client:
    """Ask one source, within its budget."""
    return Client(
        source.id,
        credentials=credentials,
        budget=budget or Budget(source.budget.requests, source.budget.reads),
        timing=timing,
        guard=guard(),
        closed_until=closed_until,
    )
