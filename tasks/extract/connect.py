"""From a ``[[source]]`` table and its credentials to a client."""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime

from tasks.errors import UsageError
from tasks.extract.http.address import Guard
from tasks.extract.http.budget import Budget
from tasks.extract.http.client import Client
from tasks.extract.http.credentials import Credentials
from tasks.extract.http.timing import Time
from tasks.extract.sources.table import Listened

#: What the machine's admin may allow beside public addresses: a helpdesk of the institution's own.
ALLOWED = "WEERKLANK_ALLOWED_ADDRESSES"
PORTS = range(1, 65536)


def guard() -> Guard:
    """Public addresses, and those that the environment of this machine allows. Tests put one here that knows theirs."""
    return Guard(allowed=allowed(os.environ.get(ALLOWED, "")))


def allowed(told: str) -> list[str]:
    """``10.1.2.3:443, [fd00::7]:443`` as the guard compares them; raises UsageError for anything else."""
    found = []
    for one in filter(None, (part.strip() for part in told.split(","))):
        host, _, port = one.rpartition(":")
        try:
            address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
            if int(port) not in PORTS:
                raise ValueError
        except ValueError:
            raise UsageError(
                f"{ALLOWED}: “{one}” is no address with a port. Write numbers, like 10.1.2.3:443, with commas between."
            ) from None
        found.append(f"{address}:{int(port)}")
    return found


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
