"""Data tests, sql/checks/*.sql: a query for rows that should not be. No rows, and all is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import Field

from tasks import home, warehouse
from tasks.errors import MetricError
from tasks.measure import contract, guard, query
from tasks.measure.contract import Part, Words
from tasks.measure.run import EVERYBODY_READS

FOLDER = "checks"


class Said(Part):
    """The comment at the top."""

    title: Words = Field(description="What it looks for, in the plural, as the report names it.")
    why: Words = Field(description="Why that would be wrong, for who has to look.")
    severity: Literal["stop", "warn"] = Field(
        description="stop: no report is made of such data. warn: the report says so, and alerts may."
    )
    owner: str
    reads: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class DataTest:
    """One file."""

    name: str
    said: Said
    source: str

    @property
    def file(self) -> str:
        return f"sql/{FOLDER}/{self.name}.sql"


def names() -> list[str]:
    """The data tests there are, by file name."""
    return sorted(path.stem for path in (home.SQL / FOLDER).glob("*.sql"))


def load(name: str) -> DataTest:
    """Read one; raises MetricError."""
    file = f"sql/{FOLDER}/{name}.sql"
    source, said = contract.split(file, contract.content(file, home.SQL / FOLDER / f"{name}.sql"), Said)
    return DataTest(name, said, source)


def run(db: warehouse.Connection, test: DataTest, seconds: int | None = None) -> pa.Table:
    """The rows that should not be; raises MetricError."""
    text = contract.below(test.source)
    found = query.select(db, test.file, text, seconds=seconds)
    unsaid = guard.tables(db, text) - {*test.said.reads, *EVERYBODY_READS}
    if unsaid:
        raise MetricError(f"{test.file}: the query reads {min(unsaid)}; say so in the contract: reads = [… ].")
    return found


def told(db: warehouse.Connection, test: DataTest) -> dict[str, Any] | None:
    """``{"name", "severity", "title", "rows"}`` of a test that found something; None when all is well. Only how many
    rows: what stands in them is for who may see the lake.
    """
    rows = run(db, test).num_rows
    if not rows:
        return None
    said = test.said
    return {"name": test.name, "severity": said.severity, "title": said.title.model_dump(), "rows": rows}


def stopped(found: list[dict[str, Any]]) -> Iterator[str]:
    """What is to be said of those that let no report be made."""
    for one in found:
        if one["severity"] == "stop":
            test = load(one["name"])
            what = f"{one['rows']:,} {test.said.title.en}. {test.said.why.en}"
            yield f'{test.file}: {what} Mend the data, or set its severity to "warn"; then clear the task measure.'
