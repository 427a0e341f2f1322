"""The ordered rules of who owns an item, as rows for ``sql/staging/28_route.sql``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from tasks.errors import ConfigError
from tasks.settings import Institution
from tasks.topics.own import NOBODY
from tasks.topics.patterns import plain
from tasks.topics.taxonomy import Topic

SCHEMA = pa.schema(
    [
        ("rank", pa.int32()),
        ("department", pa.string()),
        ("kinds", pa.int32()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("place", pa.int32()),
    ]
)


class Condition(NamedTuple):
    """One value of one condition; rules with a lower ``rank`` come first, values with a lower ``place``."""

    rank: int
    department: str | None
    kinds: int
    kind: str
    value: str
    place: int


def rules(institution: Institution, topics: Sequence[Topic]) -> list[Condition]:
    """Every rule of an institution in the order that its file gives ([routing] order).

    Raises ConfigError when a rule asks for a topic that the taxonomy does not have.
    """
    keys = {topic.key for topic in topics}
    for number, route in enumerate(institution.route, 1):
        if unknown := set(route.topics) - keys:
            close = difflib.get_close_matches(min(unknown), sorted(keys), 1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise ConfigError(
                f"config/institutions/{institution.slug}.toml: [[route]] #{number} names a topic that its taxonomy "
                f"does not have: {min(unknown)}.{meant}"
            )
    makers = {"rules": _routes, "keywords": _keywords, "topics": _owners}
    made: list[Condition] = []
    for kind in institution.routing.order:
        first = made[-1].rank + 1 if made else 0
        # A keyword without a letter would fit everything.
        made += [row._replace(rank=first + row.rank) for row in makers[kind](institution, topics) if row.value]
    return made


def table(conditions: Sequence[Condition]) -> pa.Table:
    """The rules as a table with ``SCHEMA``."""
    return pa.Table.from_pylist([one._asdict() for one in conditions], SCHEMA)


def _routes(institution: Institution, _topics: Sequence[Topic]) -> Iterator[Condition]:
    for rank, route in enumerate(institution.route):
        department = None if route.department == NOBODY else route.department
        for kind, values in route.conditions:
            for place, value in enumerate(values):
                meant = plain(value).strip() if kind == "keyword" else value
                yield Condition(rank, department, len(route.conditions), kind, meant, place)


def _keywords(institution: Institution, _topics: Sequence[Topic]) -> Iterator[Condition]:
    for rank, department in enumerate(institution.department):
        for place, word in enumerate(department.keywords):
            yield Condition(rank, department.id, 1, "keyword", plain(word).strip(), place)


def _owners(institution: Institution, topics: Sequence[Topic]) -> Iterator[Condition]:
    """All topics are one rule: of those an item has, the first with an owner that the institution has."""
    known = {department.id for department in institution.department}
    for topic in topics:
        if topic.department in known:
            yield Condition(0, topic.department, 1, "topic", topic.key, 0)
