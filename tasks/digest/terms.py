"""``[digest]``: who hears between two reports that somebody waits, and when nobody is to be disturbed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StrictBool, model_validator

from tasks.tables import Email, Language, Table

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Quiet(Table):
    """Hours in which only what is urgent is mailed; the rest comes when they are over."""

    begins: ClockTime = Field(alias="from")
    ends: ClockTime = Field(alias="until")

    @model_validator(mode="after")
    def _lasts(self) -> Quiet:
        if self.begins == self.ends:
            raise ValueError(f"quiet from {self.begins} until {self.ends} is nothing or always; leave it out")
        return self


class Digest(Table):
    """Off unless ``enabled``. ``contact`` hears of what is nobody's, of departments without a contact, and of a day on
    which far more is said than usual.
    """

    enabled: StrictBool = False
    contact: Email | None = None
    language: Language | None = None
    quiet: Quiet | None = None

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Digest:
        if self.enabled and not self.contact:
            raise ValueError("is enabled and needs a contact, for what no department's contact can be told")
        return self

    def is_quiet(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether nobody is to be disturbed, on the institution's clock; a night runs past midnight."""
        if self.quiet is None:
            return False
        begins, ends = time.fromisoformat(self.quiet.begins), time.fromisoformat(self.quiet.ends)
        at = moment.astimezone(zone).time()
        return begins <= at < ends if begins < ends else at >= begins or at < ends
