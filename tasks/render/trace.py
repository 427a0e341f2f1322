"""Numbers that know where they come from, so that every figure on a page can be traced to its metric.

``Facts`` hands out such numbers, ``Formats`` writes down what it printed of them. Arithmetic gives a plain number
again: who computes with figures says with ``traced`` what the outcome is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: What a scale, a list number or a sentence counts, and no metric: kept apart from what was never traced.
AXIS, CALENDAR, CONFIG = "axis", "calendar", "config"


class Whole(int):
    """A count with its origin."""

    origin: str


class Real(float):
    """A share, score, duration … with its origin."""

    origin: str


def traced(value: float, origin: str) -> Any:
    """The same number, from ``origin``: ``sla_attainment.on_time_pct 2026-W47 department exams``."""
    kept: Whole | Real = Whole(value) if isinstance(value, int) else Real(value)
    kept.origin = origin
    return kept


def origin(value: object) -> str:
    """Where a number comes from; empty for one that nobody traced."""
    return getattr(value, "origin", "")


def traced_row(row: Mapping[str, Any], name: str, heading: str = "") -> dict[str, Any]:
    """A row of which every number knows ``name.column heading``."""
    return {column: _of(value, f"{name}.{column}{heading}") for column, value in row.items()}


def traced_tree(value: Any, name: str) -> Any:
    """Nested tables and lists of which every number knows its path."""
    if isinstance(value, dict):
        return {key: traced_tree(one, f"{name}.{key}") for key, one in value.items()}
    if isinstance(value, list):
        return [traced_tree(one, name) for one in value]
    return _of(value, name)


def _of(value: object, origin: str) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return traced(value, origin) if number else value  # type: ignore[arg-type]
