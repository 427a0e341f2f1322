"""What a map leaves open, found out of the file: the order of its dates, its decimal sign, its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks.errors import UsageError
from tasks.extract.fields import RFC3339
from tasks.extract.sources.table import Source
from tasks.imports.column_map import DECIMALS, Map, Order
from tasks.imports.convert import TIMES
from tasks.imports.moments import EPOCH, LONGEST, SERIAL, WRITTEN, told
from tasks.imports.rows import Page
from tasks.settings import Institution

COMMA, POINT = re.compile(r"[+-]?\d+,\d+"), re.compile(r"[+-]?\d+\.\d+")
#: Spreadsheets number days; these are 1954 to 2119, as five digits of anything else hardly ever all are.
FIRST_DAY, LAST_DAY = 20_000, 80_000
MOST = 0.9


@dataclass(slots=True)
class Dates:
    """What the moments of a column look like, counted over all its rows."""

    seen: int = 0
    #: A day in digits of which it can be told which part is the month, or cannot.
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    year_first: int = 0
    named: int = 0
    serial: int = 0
    epoch: int = 0
    offsets: int = 0
    only_days: int = 0
    unreadable: int = 0
    example: str = ""

    def look(self, text: str) -> None:
        """Count one value."""
        if not (text := text.strip()):
            return
        self.seen += 1
        if RFC3339.fullmatch(text):
            self.year_first += 1
            self.offsets += 1
        elif EPOCH.fullmatch(text):
            self.epoch += 1
        elif SERIAL.fullmatch(text) and FIRST_DAY < float(text.replace(",", ".")) < LAST_DAY:
            self.serial += 1
        elif len(text) <= LONGEST and (found := WRITTEN.fullmatch(text)):
            self.only_days += found["h"] is None
            self.offsets += found["z"] is not None
            self._day(text, found["a"], found["b"])
        else:
            self.unreadable += 1

    def _day(self, text: str, a: str, b: str) -> None:
        if not (a.isdigit() and b.isdigit()):
            self.named += 1
        elif len(a) == 4:
            self.year_first += 1
        elif int(a) > 12:
            self.day_first += 1
        elif int(b) > 12:
            self.month_first += 1
        else:
            self.either += 1
            self.example = self.example or text.split()[0]

    @property
    def readable(self) -> int:
        """How many are moments of any kind."""
        return self.seen - self.unreadable

    def order(self) -> Order | None:
        """The order that the values prove; None where they do not, or prove two."""
        if self.seen and self.serial > MOST * self.seen:
            return "excel"
        if self.seen and self.epoch > MOST * self.seen:
            return "epoch"
        if self.day_first and self.month_first:
            return None
        if self.day_first:
            return "dmy"
        if self.month_first:
            return "mdy"
        return None if self.either else "ymd" if self.year_first else "dmy"

    def question(self) -> str:
        """What to ask where the order is not known."""
        if self.day_first and self.month_first:
            return (
                f"{self.day_first:,} of the dates begin with the day and {self.month_first:,} with the month: a "
                "spreadsheet has mixed them up. Export them anew as text, or say --order dmy or --order mdy; the "
                "others are then set aside."
            )
        first, second = self.example.replace("/", "-").replace(".", "-").split("-")[:2] if self.example else ("3", "4")
        return (
            f"is {self.example} day {int(first)} of month {int(second)}, or day {int(second)} of month {int(first)}? "
            "No date in the file tells. Say --order dmy or --order mdy."
        )


@dataclass(slots=True)
class Look:
    """What the columns of a file look like that a map reads."""

    dates: dict[str, Dates] = field(default_factory=dict)
    commas: int = 0
    points: int = 0

    def take(self, mapped: Map, headings: Sequence[str], pages: Iterable[Page]) -> Look:
        """Look at every row."""
        where = {heading: place for place, heading in enumerate(headings)}
        columns = {
            key: [where[one] for one in many]
            for key, many in mapped.columns.items()
            if key in TIMES | DECIMALS and all(one in where for one in many)
        }
        self.dates = {key: Dates() for key in columns if key in TIMES}
        for page in pages:
            for cells in page.rows:
                if cells:
                    self._row(columns, cells)
        return self

    def _row(self, columns: dict[str, list[int]], cells: list[str]) -> None:
        for key, places in columns.items():
            text = told([cells[place] for place in places])
            if key in TIMES:
                self.dates[key].look(text)
            else:
                self.commas += COMMA.fullmatch(text) is not None
                self.points += POINT.fullmatch(text) is not None

    def together(self) -> Dates:
        """All moments of the file: one tool writes them in one way."""
        total: Counter[str] = Counter()
        for one in self.dates.values():
            total.update({name: getattr(one, name) for name in Dates.__slots__ if name != "example"})
        example = next((one.example for one in self.dates.values() if one.example), "")
        return Dates(**total, example=example)


def complete(mapped: Map, look: Look) -> Map:
    """The map with what the file tells; raises UsageError with the question where it does not tell."""
    order, decimal = mapped.time.order, mapped.decimal
    if order is None:
        dates = look.together()
        order = dates.order()
        if order is None:
            raise UsageError(dates.question())
    if decimal is None and (look.commas or look.points):
        if look.commas and look.points:
            raise UsageError(
                f"{look.commas:,} numbers have a decimal comma and {look.points:,} a decimal point; "
                'write decimal = "," or "." in the column map.'
            )
        decimal = "," if look.commas else "."
    return mapped.model_copy(
        update={"time": mapped.time.model_copy(update={"order": order}), "decimal": decimal or mapped.decimal}
    )


def source_of(institution: Institution, mapped: Map, named: str | None, map_name: str) -> str:
    """The id of the [[source]] that rows belong to; raises UsageError where none is meant."""
    there = {source.id: source for source in institution.source}
    given = mapped.source or named
    if "source" in mapped.columns or "source" in mapped.always:
        return str(mapped.always.get("source", ""))
    if given is None:
        given = map_name if map_name in there else _only(there.values())
    if given not in there:
        known = ", ".join(there)
        if given is None:
            raise UsageError(f"which [[source]] are these rows of? Say --source ID; {institution.slug} has: {known}.")
        raise UsageError(f"{institution.slug} has no [[source]] “{given}”; it has: {known}.")
    return given


def _only(sources: Iterable[Source]) -> str | None:
    files = [source.id for source in sources if source.type == "files"]
    return files[0] if len(files) == 1 else None
