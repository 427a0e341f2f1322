"""Metric files: a contract (TOML in the comment at the top) and one query."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tasks import home, mistakes
from tasks.errors import MetricError
from tasks.settings import Clock

OPEN, CLOSE = "/* +++", "+++ */"
#: The figures of page 1 that have an interval: few, read by everybody, judged on their own. More may join them.
TILES = ("sla_attainment", "first_response_time", "net_sentiment", "loop_closure")
#: The first of page 1, a count beside the others.
VOLUME = "mention_volume"
#: What the report has a place of its own for.
OWN = ("answer_curve", "backlog", "conversation_ratio", "outside_hours")
#: What one row for each week, heading and group is known by.
GRAIN = ("week", "dimension", "group")
Where = Literal["tile", "chart", "table", "appendix", "nowhere", "own"]
#: What a metric may be called: it becomes a folder of the lake, a page's address and a key.
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
NAMED = "small letters, digits and _"
Said = TypeVar("Said", bound=BaseModel)
Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """One text in both languages."""

    nl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Show(Part):
    """What the report does with a metric."""

    where: Where = Field(
        default="appendix",
        description="Where the report shows it. tile: at the top of page 1. chart or table: under “Also followed”. "
        "appendix: in the screen edition's appendix and the attached files. nowhere: in the lake alone. "
        "own: the report has a place for it by name.",
    )
    headline: Column = Field(description="The column that is the figure.")
    unit: Literal["count", "pct", "seconds", "score"] = Field(
        description="Of the headline and its interval: pct is 0 to 100, score -100 to 100."
    )
    good: Literal["up", "down", "none"] = Field(description="Which way is better; none: nobody can say.")
    low: Column | None = Field(default=None, description="The column with the lower end of the 95 % interval.")
    high: Column | None = Field(default=None, description="The column with its upper end.")
    target: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        default=None, description="The norm, in the unit. [targets] of an institution goes before it."
    )
    min_count: Annotated[int, Field(ge=0)] = Field(
        default=10, description="Under so many cases (the column n) only n is shown."
    )
    over: Literal["cases", "people"] = Field(
        default="cases",
        description="What the interval is drawn over. Over cases, a column authors widens it: one person with ten "
        "cases is one person.",
    )
    only: tuple[Literal["report", "base", "trend"], ...] = Field(
        default=("report", "base", "trend"),
        description="The periods that the report needs: its week, the four weeks before, the weeks of the trend.",
    )

    def on_clock(self, clock: Clock) -> Show:
        """The same with its columns on this clock: ``median_open_seconds`` or ``median_calendar_seconds``."""
        columns = {name: getattr(self, name) for name in ("headline", "low", "high")}
        return self.model_copy(update={name: column and _on_clock(column, clock) for name, column in columns.items()})


class Contract(Part):
    """The front matter of a metric file."""

    contract: Literal[1] = Field(default=1, description="The version of these rules; left out, it is the newest.")
    title: Words = Field(description="What readers call it.")
    question: Words = Field(description="The question it answers.")
    caveat: Words = Field(description="What whoever reads the figure must know.")
    owner: str = Field(description="Whom to ask about it: an address.")
    grain: Annotated[tuple[Column, ...], Field(min_length=1)] = Field(
        description="The columns that no two rows share; week, dimension and group come first."
    )
    reads: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="The promised tables it reads.")
    checks: tuple[str, ...] = Field(
        default=(), description="Rules that hold for every row, in SQL over the query's own columns."
    )
    show: Show = Field(description="What the report does with it.")

    @field_validator("grain")
    @classmethod
    def _has_the_headings(cls, grain: tuple[str, ...]) -> tuple[str, ...]:
        if grain[:3] != GRAIN:
            raise ValueError('must begin with "week", "dimension", "group"')
        return grain

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if self.show.where in ("tile", "chart", "table") and self.grain != GRAIN:
            raise ValueError(
                f'[show] where = "{self.show.where}" takes one figure a week: grain must be ["week", "dimension", '
                '"group"], or where "appendix"'
            )
        return self


@dataclass(frozen=True, slots=True)
class Metric:
    """One file in sql/metrics: its promises and its query."""

    name: str
    contract: Contract
    source: str

    @property
    def sql(self) -> str:
        """The query alone."""
        return self.source.partition(CLOSE)[2].rstrip()

    @property
    def file(self) -> str:
        """As people know it."""
        return f"sql/metrics/{self.name}.sql"

    @property
    def query(self) -> str:
        """The query at its own place in the file."""
        return below(self.source)

    @property
    def fingerprint(self) -> str:
        """12 hex digits of the whole file: it changes when the definition, or a word of its contract, does."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]


def _on_clock(column: str, clock: Clock) -> str:
    return "_".join(clock if part in get_args(Clock) else part for part in column.split("_"))


def names() -> list[str]:
    """The metrics there are, by file name."""
    return sorted(path.stem for path in (home.SQL / "metrics").glob("*.sql"))


def load(name: str) -> Metric:
    """Read one metric; raises MetricError with the file and what to do."""
    path = home.SQL / "metrics" / f"{name}.sql"
    if name not in names():
        raise MetricError(f"There is no metric “{name}”. Known: {', '.join(names())}.")
    if not NAME.fullmatch(name):
        raise MetricError(f"sql/metrics/{name}.sql: a metric's file has {NAMED} in its name, like night_share.sql.")
    return read(path)


def read(path: Path) -> Metric:
    """Read a metric file; raises MetricError."""
    return parse(path.stem, content(f"sql/metrics/{path.name}", path))


def content(file: str, path: Path) -> bytes:
    """What a file of a person's holds; raises MetricError where there is no reading it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise MetricError(f"{file}: it cannot be read ({error.strerror}).") from None


def parse(name: str, data: bytes) -> Metric:
    """Split a metric file into contract and query; raises MetricError."""
    file = f"sql/metrics/{name}.sql"
    source, contract = split(file, data, Contract)
    if contract.show.where == "own" and name not in OWN:
        raise MetricError(
            f'{file}: [show] where = "own" is for {", ".join(OWN)}, which the report knows by name. '
            "Choose tile, chart, table, appendix or nowhere."
        )
    return Metric(name, contract, source)


def split(file: str, data: bytes, model: type[Said]) -> tuple[str, Said]:
    """A file of a person's as text, and what the comment at its top says; raises MetricError."""
    try:
        source = data.decode("utf-8-sig")  # editors on Windows put a mark before the text
    except UnicodeDecodeError:
        raise MetricError(f"{file}: the file is not UTF-8 text; save it as UTF-8.") from None
    if not source.startswith(OPEN) or CLOSE not in source:
        raise MetricError(f"{file}, line 1: the file must begin with {OPEN!r} and close the contract with {CLOSE!r}.")
    head = source.removeprefix(OPEN).partition(CLOSE)[0]
    try:
        return source, model.model_validate(mistakes.parsed(head))
    except tomllib.TOMLDecodeError as error:
        raise MetricError(mistakes.toml(file, head, error)) from None
    except ValidationError as error:
        raise MetricError(mistakes.explain(model, file, head, error)) from None


def below(source: str) -> str:
    """The query at its own place in the file: the contract is blank, and every line and column is the editor's."""
    head = source[: source.index(CLOSE) + len(CLOSE)]
    blank = "\n".join(" " * len(line.encode()) for line in head.split("\n"))
    return blank + source[len(head) :]


def tiles(where: Mapping[str, str]) -> list[str]:
    """The figures of page 1 beside the volume, in order; ``where`` says where each metric is shown."""
    more = sorted(name for name, place in where.items() if place == "tile" and name not in (VOLUME, *TILES))
    return [*TILES, *more]
