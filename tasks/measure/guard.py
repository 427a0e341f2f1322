"""May this SQL of a person be run? One SELECT, on the promised tables, with the functions of
sql/functions.toml; nothing else.

DuckDB's own parser reads it, so that nothing can mean one thing here and another there. What is not known to be
harmless is refused. The engine's locks (tasks.warehouse.lock) stand behind this: they let nobody out, but know no clock
and no dice, and would let a COPY write into a file that may be read.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import duckdb

from tasks.measure.allowed import functions
from tasks.pointing import Fault

Tree = dict[str, Any]
QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"})
PLACES = frozenset({"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "EMPTY_FROM"})
EXPRESSIONS = frozenset(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"}
    | {"LAMBDA", "OPERATOR", "STAR", "SUBQUERY", "TYPE", "WINDOW"}
)
NOWHERE = 2**64 - 1
OTHERS = {
    "PARAMETER": "$names get no value in a metric; what changes with the week stands in core.period",
    "RECURSIVE_CTE_NODE": "WITH RECURSIVE can go on for ever; the promised tables need none",
    "SHOW_REF": "SHOW, DESCRIBE and SUMMARIZE are not allowed; sql/core says what the promised tables hold",
    "POSITIONAL_REFERENCE": "#1 changes its meaning with the order of columns; write the column's name",
}


@dataclass(frozen=True)
class Schema:
    """What there is to read: ``core.turn`` and its kin, and the macros ``core.share_pct``, …; listed when somebody asks
    for them, as a rule of a contract hardly ever does.
    """

    db: duckdb.DuckDBPyConnection

    @cached_property
    def tables(self) -> frozenset[str]:
        """The names of the promised tables and views, without ``core.``."""
        found = self.db.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' UNION ALL "
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'core'"
        ).fetchall()
        return frozenset(name for (name,) in found)

    @property
    def macros(self) -> frozenset[str]:
        """Those of the promised macros."""
        if self.db not in _MACROS:  # listing every function takes longer than most queries
            listed = "SELECT function_name FROM duckdb_functions() WHERE schema_name = 'core'"
            _MACROS[self.db] = frozenset(name for (name,) in self.db.execute(listed).fetchall())
        return _MACROS[self.db]


#: The macros of a connection, which are made before anybody's query is read.
_MACROS: WeakKeyDictionary[duckdb.DuckDBPyConnection, frozenset[str]] = WeakKeyDictionary()


def faults(db: duckdb.DuckDBPyConnection, sql: str, extra: frozenset[str] = frozenset()) -> list[Fault]:
    """Everything that must not be, in the order of the text. ``extra`` names tables and functions that may be used."""
    read = json.loads(db.execute("SELECT json_serialize_sql($sql::VARCHAR)", {"sql": sql}).fetchall()[0][0])
    if read["error"]:
        return [_unreadable(read, sql)]
    if len(read["statements"]) != 1:
        return [_not_one(sql)]
    nodes = list(_nodes(read["statements"][0]["node"]))
    known = frozenset(name.lower() for node in nodes for name in _named_here(node)) | extra
    schema = Schema(db)
    found = [fault for node in nodes for fault in _about(node, schema, known)]
    return sorted(dict.fromkeys(found), key=lambda fault: -1 if fault.at is None else fault.at)


def tables(db: duckdb.DuckDBPyConnection, sql: str) -> frozenset[str]:
    """The promised tables that a query without faults reads: ``core.asked``, …"""
    read = json.loads(db.execute("SELECT json_serialize_sql($sql::VARCHAR)", {"sql": sql}).fetchall()[0][0])
    nodes = (node for node in _nodes(read) if node.get("type") == "BASE_TABLE")
    paths = (".".join(node["qualified_name"]["path"]).lower() for node in nodes)
    return frozenset(path for path in paths if path.startswith("core."))


def _unreadable(read: Tree, sql: str) -> Fault:
    if read["error_type"] == "parser":
        at = int(read["position"]) if "position" in read else None
        return Fault(str(read["error_message"]), at, hint="Is a comma, a bracket or a quote missing just before it?")
    return _not_one(sql)


def _not_one(sql: str) -> Fault:
    """DuckDB makes no tree of anything but SELECT; what it is instead, its list of statements says."""
    found = duckdb.extract_statements(sql)
    if not found:
        return Fault("there is no query below the contract")
    others = [one for one in found if one.type != duckdb.StatementType.SELECT]
    if not others:
        return Fault(f"{len(found)} queries: a metric is one SELECT and nothing else")
    words = others[0].query.split()
    return Fault(f"{words[0].upper() if words else others[0].type} is not allowed: a metric is one SELECT")


def _nodes(tree: Tree) -> Iterator[Tree]:
    """Every table inside a tree, without recursion: a query may be as deep as it likes."""
    waiting: list[Any] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "TABLE_FUNCTION":  # the function in it does not know where it stands
                one["function"] |= {name: one[name] for name in ("query_location", "query_location_length")}
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _named_here(node: Tree) -> Iterator[str]:
    """The names that a WITH gives."""
    if isinstance(named := node.get("cte_map"), dict):
        yield from (one["key"] for one in named["map"])


def _about(node: Tree, schema: Schema, known: frozenset[str]) -> Iterator[Fault]:
    kind, of = str(node.get("type")), node.get("class")
    if node.get("sample"):
        yield Fault(f"a sample: {functions().may_not['random'][0]}", *_place(node))
    if node.get("at_clause"):
        yield Fault("AT is not known here", *_place(node))
    if of is not None:
        yield from _expression(node, of, schema, known)
    elif "from_table" in node or kind in OTHERS or kind.endswith("_NODE"):
        if kind not in QUERIES:
            yield Fault(OTHERS.get(kind, f"{kind} is not known here"), *_place(node))
    elif "query_location" in node and kind not in PLACES:
        yield Fault(OTHERS.get(kind, f"{kind} is not known here"), *_place(node))
    elif kind == "BASE_TABLE":
        yield from _table(node, schema, known)


def _expression(node: Tree, of: str, schema: Schema, known: frozenset[str]) -> Iterator[Fault]:
    if of not in EXPRESSIONS:
        yield Fault(OTHERS.get(of, f"{of} is not known here"), *_place(node))
    elif "function_name" in node:
        yield from _function(node, schema, known)
    elif of == "COLUMN_REF" and len(node["column_names"]) == 1:
        name = str(node["column_names"][0]).lower()
        if name in functions().bare:
            yield _refused(name, node)


def _function(node: Tree, schema: Schema, known: frozenset[str]) -> Iterator[Fault]:
    name, path = str(node["function_name"]).lower(), [part.lower() for part in node["qualified_name"]["path"]]
    if path[:-1] != ["core"]:
        if path[:-1] or name not in functions().may | known:
            yield _refused(".".join(path), node)
    elif name not in schema.macros:
        hint = _meant(f"core.{name}", _of_core(schema.macros))
        yield Fault(f"there is no core.{name}()", *_place(node), hint=hint)


def _refused(name: str, node: Tree) -> Fault:
    known = functions()
    if name in known.may_not:
        why, instead = known.may_not[name]
        return Fault(f"{name} is not allowed: {why}", *_place(node), hint=instead)
    hint = _meant(name, known.may) or "sql/functions.toml lists those that there are."
    return Fault(f"{name}() is no function that a metric may call", *_place(node), hint=hint)


def _table(node: Tree, schema: Schema, known: frozenset[str]) -> Iterator[Fault]:
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    name = ".".join(path)
    if name in known or (path[:-1] == ["core"] and path[-1] in schema.tables):
        return
    hint = _meant(name, _of_core(schema.tables) | known) or "sql/core has the promised tables."
    yield Fault(f"{name} is no promised table", *_place(node), hint=hint)


def _of_core(names: frozenset[str]) -> frozenset[str]:
    return frozenset(f"core.{name}" for name in names)


def _meant(name: str, those: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, sorted(those), 1)
    return f"Did you mean {close[0]}?" if close else ""


def _place(node: Tree) -> tuple[int | None, int]:
    """Where it stands; some nodes do not know, but a part of them does."""
    places = (
        (one["query_location"], one.get("query_location_length", 1))
        for one in _nodes(node)
        if one.get("query_location", NOWHERE) != NOWHERE
    )
    own = node.get("query_location", NOWHERE)
    return (own, node.get("query_location_length", 1)) if own != NOWHERE else min(places, default=(None, 1))
