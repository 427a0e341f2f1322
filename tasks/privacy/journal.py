"""Who looked at people's words: a line in the ledger's database before they are shown, and never the words."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from tasks import home, period
from tasks.deliver import schema
from tasks.errors import WeerklankError


@dataclass(frozen=True, slots=True)
class Look:
    """One look: ``items`` texts of ``week`` (empty: of no one week) were shown to ``by``, through ``what``."""

    at: datetime
    by: str
    what: str
    institution: str
    week: str
    items: int


def note(
    institution: str, what: str, items: int, week: str = "", *, by: str = "", clock: Callable[[], datetime] = period.now
) -> None:
    """Write a look down; nobody is shown anything whose look cannot be. ``by``: who, where it is not the account that
    this process runs as.
    """
    if not items:
        return
    engine = schema.connect(home.ledger_url())
    row = {"institution": institution, "what": what, "week": week, "items": items, "by": by or account(), "at": clock()}
    with engine.begin() as connection:
        connection.execute(insert(schema.look).values(row))


def looks(institution: str) -> list[Look]:
    """Every look at an institution's texts, the oldest first."""
    table = schema.look
    columns = (table.c.at, table.c.by, table.c.what, table.c.institution, table.c.week, table.c["items"])
    asked = select(*columns).where(table.c.institution == institution).order_by(table.c.look_no)
    with schema.connect(home.ledger_url()).connect() as connection:
        return [Look(*row) for row in connection.execute(asked)]


def account() -> str:
    """The account of this process, and for root who became it, as far as sudo says."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account without a name, as in some containers
        name = f"uid {os.geteuid()}"
    before = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo by {before})"[:120] if before and before != name else name


def of_airflow(by: str | None) -> str:
    """The same for a task in Airflow; raises WeerklankError when nobody is named."""
    if not by:
        raise WeerklankError("Airflow does not say who asks for this: start it from its screen, logged in.")
    return f"Airflow: {by}"[:120]
