"""Metric files: a contract (TOML in the comment at the top) and one query."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tasks import home, mistakes
from tasks.errors import MetricError
from tasks.settings import Clock

OPEN, CLOSE = "/* +++", "+++ */"
#: The figures of page 1 that have an interval: few, read by everybody, judged on their own.
TILES = ("sla_attainment", "first_response_time", "net_sentiment", "loop_closure")
Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """One text in both languages."""

    nl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Show(Part):
    """What the report does with a metric."""

    headline: Column
    unit: Literal["count", "pct", "seconds", "score"]
    good: Literal["up", "down", "none"]
    low: Column | None = None
    high: Column | None = None
    target: float | None = None
    min_count: Annotated[int, Field(ge=0)] = 10
    #: What the interval is drawn over. Over cases, a column ``authors`` widens it: one person with ten is one person.
    over: Literal["cases", "people"] = "cases"
    only: tuple[Literal["report", "base", "trend"], ...] = ("report", "base", "trend")

    def on_clock(self, clock: Clock) -> Show:
        """The same with its columns on this clock: ``median_open_seconds`` or ``median_calendar_seconds``."""
        columns = {name: getattr(self, name) for name in ("headline", "low", "high")}
        return self.model_copy(update={name: column and _on_clock(column, clock) for name, column in columns.items()})


class Contract(Part):
    """The front matter of a metric file."""

    title: Words
    question: Words
    caveat: Words
    owner: str
    grain: Annotated[tuple[Column, ...], Field(min_length=1)]
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    checks: tuple[str, ...] = ()
    show: Show

    @field_validator("grain")
    @classmethod
    def _has_the_headings(cls, grain: tuple[str, ...]) -> tuple[str, ...]:
        if grain[:3] != ("week", "dimension", "group"):
            raise ValueError('must begin with "week", "dimension", "group"')
        return grain


@dataclass(frozen=True, slots=True)
class Metric:
    """One file in sql/metrics: its promises and its query."""

    name: str
    contract: Contract
    sql: str
    source: str

    @property
    def file(self) -> str:
        """As people know it."""
        return f"sql/metrics/{self.name}.sql"

    @property
    def query(self) -> str:
        """The query at its own place in the file: the contract is blank, and every line and column is the editor's."""
        head = self.source[: self.source.index(CLOSE) + len(CLOSE)]
        blank = "\n".join(" " * len(line.encode()) for line in head.split("\n"))
        return blank + self.source[len(head) :]

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
    return read(path)


def read(path: Path) -> Metric:
    """Read a metric file; raises MetricError."""
    return parse(path.stem, path.read_bytes())


def parse(name: str, data: bytes) -> Metric:
    """Split a metric file into contract and query; raises MetricError."""
    file = f"sql/metrics/{name}.sql"
    try:
        source = data.decode()
    except UnicodeDecodeError:
        raise MetricError(f"{file}: the file is not UTF-8 text; save it as UTF-8.") from None
    if not source.startswith(OPEN) or CLOSE not in source:
        raise MetricError(f"{file}, line 1: the file must begin with {OPEN!r} and close the contract with {CLOSE!r}.")
    head, sql = source.removeprefix(OPEN).split(CLOSE, 1)
    try:
        contract = Contract.model_validate(tomllib.loads(head))
    except tomllib.TOMLDecodeError as error:
        raise MetricError(mistakes.toml(file, head, error)) from None
    except ValidationError as error:
        raise MetricError(mistakes.explain(Contract, file, head, error)) from None
    return Metric(name, contract, sql.rstrip(), source)
