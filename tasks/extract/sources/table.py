"""What every ``[[source]]`` says, whatever its type."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool

from tasks.tables import Identifier, Names, Table, Text

#: The landing folder of the case desk's pages (tasks/desk/landed.py), which no source may have.
CASE_DESK = "case_desk"
#: A web server by name, over TLS.
Server = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?$")]
Address = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?$", max_length=1000)]


class Source(Table):
    """``[[source]]``: where mentions come from."""

    id: Identifier
    name: Names
    enabled: bool = True
    type: str

    def check(self, departments: set[str]) -> None:
        """Raises ValueError when it names a department that is not there."""


class Demo(Source):
    """The demo's own world."""

    type: Literal["demo"]


class Files(Source):
    """What people hand in: by ``./weerklank import``, or into the source's own folder (docs/import.md)."""

    type: Literal["files"]
    #: Whether the hourly run takes in what lies in ``var/inbox/<institution>/<source>``.
    inbox: StrictBool = False
    #: The column maps that may read it, in the order in which they are tried.
    maps: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()


#: Nothing to be asked for over the network.
Given = Demo | Files


class Allowance(Table):
    """``budget``: what one collection may ask, and, where reading costs money, how many items it may bring."""

    requests: Annotated[int, Field(ge=1, le=100_000)] = 600
    reads: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Listened(Source):
    """A source that is asked over the network."""

    #: Whether any week of the past can be asked for.
    HISTORY: ClassVar[bool] = False

    connection: Identifier | None = None
    every_minutes: Annotated[int, Field(ge=5, le=10_080)] = 60
    budget: Allowance = Allowance()
    #: How far before the last collection to look again, for what a source shows late.
    lookback_hours: Annotated[float, Field(ge=0, le=168)] = 6.0
    #: How far back the first collection goes.
    first_days: Annotated[int, Field(ge=1, le=365)] = 7
    #: For how long an item is looked at again, to see whether it was changed or deleted.
    sweep_days: Annotated[int, Field(ge=0, le=90)] = 14
    #: Handles that speak for us, and people of ours who answer under their own.
    accounts: tuple[Text, ...] = ()
    staff: tuple[Text, ...] = ()

    @property
    def asked_again_days(self) -> int:
        """For how many days after it was written an item may come again because it was asked for again."""
        return max(self.sweep_days, math.ceil(self.lookback_hours / 24))

    def reading(self) -> dict[str, Any]:
        """What of the table its parser needs, as JSON: an envelope has it as ``about["table"]`` whenever it is read."""
        return {}
