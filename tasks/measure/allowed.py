"""The functions that an analyst's SQL may call, and why not the others: sql/functions.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from tasks import home


@dataclass(frozen=True, slots=True)
class Functions:
    """``may``: those there are. ``bare``: what DuckDB reads as a function though it has no brackets. ``may_not``: why
    one is refused, and what to use instead (maybe nothing).
    """

    may: frozenset[str]
    bare: frozenset[str]
    may_not: dict[str, tuple[str, str]]


@cache
def functions() -> Functions:
    """What the file says."""
    said = tomllib.loads((home.SQL / "functions.toml").read_text(encoding="utf-8"))
    may = (name for names in said["may"].values() for name in names.split())
    may_not = {name: (one["why"], one["instead"]) for one in said["may_not"] for name in one["names"].split()}
    return Functions(frozenset(may), frozenset(said["bare"].split()), may_not)
