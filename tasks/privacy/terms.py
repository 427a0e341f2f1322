"""An institution's terms: how long what is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, model_validator

from tasks.tables import Identifier, Table

KeptDays = Annotated[int, Field(gt=0, le=36525)]
#: What a report reads back: 12 weeks of trend, half a year of those who wait, and the week that follows.
LEAST_ROW_DAYS = 7 * (12 + 27 + 1)


class SourceDays(Table):
    """``[privacy.source.<id>]``."""

    raw_days: KeptDays | None = None
    text_days: KeptDays | None = None


class Privacy(Table):
    """``[privacy]``: how long what is kept (docs/privacy/retention.md); each in days, raw before texts before rows.

    ``raw_days`` count from when a page was fetched, ``text_days`` and ``row_days`` from the end of the week in which
    something was written. ``source`` has shorter or longer times for raw pages and texts of one source.
    """

    raw_days: KeptDays = 60
    text_days: KeptDays = 400
    row_days: KeptDays = 1096
    source: dict[Identifier, SourceDays] = Field(default_factory=dict)
    archive_duty: StrictBool = False

    @model_validator(mode="after")
    def _raw_before_texts_before_rows(self) -> Privacy:
        for name in ("", *self.source):
            raw, text = self.raw(name), self.text(name)
            where = f"source.{name}: " if name else ""
            if not raw <= text <= self.row_days:
                raise ValueError(
                    f"{where}raw pages go before texts and texts before rows, so raw_days ({raw}) ≤ text_days ({text}) "
                    f"≤ row_days ({self.row_days})"
                )
        if self.row_days < LEAST_ROW_DAYS:
            raise ValueError(
                f"row_days is {self.row_days}; a report reads {LEAST_ROW_DAYS} days back, so no fewer can be kept"
            )
        return self

    def raw(self, source: str) -> int:
        """For how many days after it was fetched a raw line of a source is kept."""
        own = self.source.get(source)
        return self.raw_days if own is None or own.raw_days is None else own.raw_days

    def text(self, source: str) -> int:
        """For how many days the words of a source are kept."""
        own = self.source.get(source)
        return self.text_days if own is None or own.text_days is None else own.text_days
