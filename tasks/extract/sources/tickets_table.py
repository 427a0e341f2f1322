"""What every helpdesk's ``[[source]]`` says: where it is, and which of its own fields, groups and words mean what."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tasks.extract.sources.table import Listened, Server
from tasks.tables import Identifier, Table, Text

#: How a ticket stands, in staging's words.
Status = Literal["new", "open", "pending", "hold", "solved", "closed", "spam"]
Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,120}$")]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Fields(Table):
    """``[source.fields]``: where the helpdesk keeps what a case needs, by the name of its field or the path to it."""

    department: Path | None = None
    cause: Path | None = None
    action: Path | None = None
    status: Path | None = None
    assigned_at: Path | None = None
    contacted_at: Path | None = None
    #: The public post that a ticket is about: its address, or ``source:id``.
    about: Path | None = None


class Tickets(Listened):
    """The keys of every helpdesk's table."""

    HISTORY: ClassVar[bool] = True

    connection: Identifier
    server: Server
    fields: Fields = Fields()
    #: Which group or team of the helpdesk is which department.
    departments: dict[Text, Identifier] = Field(default_factory=dict)
    #: What the helpdesk's own words for a status mean.
    statuses: dict[Text, Status] = Field(default_factory=dict)
    #: Accounts in the helpdesk that no person writes with, by their number there.
    robots: tuple[Text, ...] = ()
    #: More sites whose posts tickets are made of, like a Mastodon server.
    sites: tuple[Domain, ...] = ()
    #: A deleted ticket takes its messages along: they must still be known.
    sweep_days: Annotated[int, Field(ge=0, le=90)] = 60

    def reading(self) -> dict[str, Any]:
        """Decided when a page is read, not when it was fetched: a group that was forgotten has its department at the
        next staging.
        """
        return {
            "fields": self.fields.model_dump(exclude_none=True),
            "departments": {name.lower(): department for name, department in self.departments.items()},
            "statuses": {name.lower(): status for name, status in self.statuses.items()},
            "robots": [name.lower() for name in self.robots],
        }

    def check(self, departments: set[str]) -> None:
        """Raises ValueError when a group is given to a department that is not there."""
        if unknown := set(self.departments.values()) - departments:
            raise ValueError(f"[[source]] {self.id}: departments names one that does not exist: {min(unknown)}")


def cost(source: Any, *, extra: int = 1) -> str:
    """``weekly_cost`` of a helpdesk: a request for what changed each time, and ``extra`` for each ticket that did."""
    runs = 7 * 24 * 60 // source.every_minutes
    each = "one" if extra == 1 else str(extra)
    return f"nothing beside the helpdesk itself; about {runs:,} requests, and {each} for each change of a ticket"
