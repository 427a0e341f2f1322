"""A person's SQL as DuckDB's own parser sees it: a tree of dictionaries and lists, and how to go through it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import duckdb

Tree = dict[str, Any]
#: A name and what it belongs to: ("core", "asked").
Path = tuple[str, ...]
NOWHERE = 2**64 - 1
#: What has parts; nine in ten values of a tree have none, and are not gone through.
_INSIDE = (dict, list)


@lru_cache(maxsize=1)  # what was looked through is then asked for its tables
def read(db: duckdb.DuckDBPyConnection, sql: str) -> Tree:
    """What `json_serialize_sql` gives; raises RecursionError when it is deeper than Python reads."""
    found: Tree = json.loads(db.execute("SELECT json_serialize_sql($sql::VARCHAR)", {"sql": sql}).fetchall()[0][0])
    return found


def nodes(tree: Tree) -> Iterator[tuple[Tree, frozenset[Path]]]:
    """Every table inside a tree, with the names that WITH gives at its place; without recursion: a query may be as deep
    as it likes.
    """
    waiting: list[tuple[Tree | list[Any], frozenset[Path]]] = [(tree, frozenset())]
    while waiting:
        one, named = waiting.pop()
        if isinstance(one, list):
            waiting.extend((part, named) for part in one if isinstance(part, _INSIDE))
        else:
            if one.get("type") == "TABLE_FUNCTION":  # the function in it does not know where it stands
                one["function"] |= {name: one[name] for name in ("query_location", "query_location_length")}
                one["function"]["in_from"] = True
            yield one, named
            if isinstance(given := one.get("cte_map"), dict):
                for entry in given["map"]:  # each knows those before it, and itself only when it is recursive
                    before, named = named, named | {(entry["key"].lower(),)}
                    own = entry["value"]["query_node"]["type"] == "RECURSIVE_CTE_NODE"
                    waiting.append((entry["value"], named if own else before))
            parts = ((part, named) for name, part in one.items() if isinstance(part, _INSIDE) and name != "cte_map")
            waiting.extend(parts)


def path(node: Tree) -> Path:
    """``("core", "asked")`` of ``core.asked``. A name that WITH gives is one part, whatever stands in it."""
    return tuple(str(part).lower() for part in node["qualified_name"]["path"])


def place(node: Tree) -> tuple[int | None, int]:
    """Where it stands; some nodes do not know, but a part of them does."""
    places = (
        (one["query_location"], one.get("query_location_length", 1))
        for one, _ in nodes(node)
        if one.get("query_location", NOWHERE) != NOWHERE
    )
    own = node.get("query_location", NOWHERE)
    return (own, node.get("query_location_length", 1)) if own != NOWHERE else min(places, default=(None, 1))
