"""May this SQL of a person be run? One SELECT, on the promised tables, with the functions of
sql/functions.toml; nothing else.

DuckDB's own parser reads it, so that nothing can mean one thing here and another there. What is not known to be
harmless is refused. The engine's locks (tasks.warehouse.lock) stand behind this: they let nobody out, but know no clock
and no dice, and would let a COPY write into a file that may be read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import duckdb

from tasks.measure.allowed import functions
from tasks.measure.tree import Path, Tree, nodes, path, place, read
from tasks.pointing import Fault

QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"})
PLACES = frozenset({"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "EMPTY_FROM"})
EXPRESSIONS = frozenset(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"}
    | {"LAMBDA", "OPERATOR", "STAR", "SUBQUERY", "TYPE", "WINDOW"}
)
#: Ours have 474 at most; DuckDB plans ten thousand for minutes, and hears no interrupt while it does.
MOST_NODES, MOST_CHARACTERS = 5_000, 200_000
TOO_DEEP = "brackets or queries stand too deep inside each other for DuckDB"
SHORTER = "Count by headings instead of naming everything; what many metrics need, an engineer adds to sql/core."
OTHERS = {
    "PARAMETER": "$names get no value in a metric; what changes with the week stands in core.period",
    "RECURSIVE_CTE_NODE": "WITH RECURSIVE can go on for ever; the promised tables need none",
    "SHOW_REF": "SHOW, DESCRIBE and SUMMARIZE are not allowed; sql/core says what the promised tables hold",
    "PIVOT": "PIVOT makes columns of what the data hold that day; count(*) FILTER (source = 'x') is always one",
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
        return self._listed[0]

    @property
    def table_macros(self) -> frozenset[str]:
        """Those of them that give a table."""
        return self._listed[1]

    @property
    def _listed(self) -> tuple[frozenset[str], frozenset[str]]:
        if self.db not in _MACROS:  # listing every function takes longer than most queries
            macros = self.db.execute(
                "SELECT function_name, function_type = 'table_macro' FROM duckdb_functions() WHERE schema_name = 'core'"
            ).fetchall()
            _MACROS[self.db] = frozenset(n for n, _ in macros), frozenset(n for n, of_tables in macros if of_tables)
        return _MACROS[self.db]


#: The macros of a connection, and which of them give a table; they are made before anybody's query is read.
_MACROS: WeakKeyDictionary[duckdb.DuckDBPyConnection, tuple[frozenset[str], frozenset[str]]] = WeakKeyDictionary()


def faults(db: duckdb.DuckDBPyConnection, sql: str, extra: frozenset[str] = frozenset()) -> list[Fault]:
    """Everything that must not be, in the order of the text. ``extra`` names tables and functions that may be used."""
    if len(sql) > MOST_CHARACTERS:
        return [Fault(f"{len(sql):,} characters are no metric; {MOST_CHARACTERS:,} is the most")]
    try:
        told = read(db, sql)
    except RecursionError:
        return [Fault(TOO_DEEP)]
    if told["error"]:
        return [_unreadable(told, sql)]
    if len(told["statements"]) != 1:
        return [_not_one(sql)]
    parts = list(nodes(told["statements"][0]["node"]))
    if len(parts) > MOST_NODES:
        return [Fault(f"the query has {len(parts):,} parts; {MOST_NODES:,} is the most", hint=SHORTER)]
    schema = Schema(db)
    given = frozenset(tuple(name.split(".")) for name in extra)
    found = [fault for node, named in parts for fault in _about(node, schema, named | given, extra)]
    return sorted(dict.fromkeys(found), key=lambda fault: -1 if fault.at is None else fault.at)


def tables(db: duckdb.DuckDBPyConnection, sql: str) -> frozenset[str]:
    """The promised tables that a query without faults reads: ``core.asked``, …"""
    paths = (path(node) for node, _ in nodes(read(db, sql)) if node.get("type") == "BASE_TABLE")
    return frozenset(".".join(one) for one in paths if one[:-1] == ("core",))


def _unreadable(told: Tree, sql: str) -> Fault:
    if "max_expression_depth" in str(told["error_message"]):
        return Fault(TOO_DEEP)
    if told["error_type"] == "parser":
        at = int(told["position"]) if "position" in told else None
        return Fault(str(told["error_message"]), at, hint="Is a comma, a bracket or a quote missing just before it?")
    return _not_one(sql)


def _not_one(sql: str) -> Fault:
    """DuckDB makes no tree of anything but SELECT; what it is instead, its list of statements says."""
    found = duckdb.extract_statements(sql)
    if not found:
        return Fault("there is no query below the contract")
    others = [one for one in found if one.type != duckdb.StatementType.SELECT]
    if not others:
        return Fault(f"{len(found)} queries: a metric is one SELECT and nothing else")
    words = others[0].query.replace(";", " ").split()
    if others[0].type == duckdb.StatementType.MULTI:  # a PIVOT whose columns the data decide is several statements
        return Fault(OTHERS["PIVOT"])
    return Fault(f"{words[0].upper() if words else others[0].type} is not allowed: a metric is one SELECT")


def _about(node: Tree, schema: Schema, readable: frozenset[Path], extra: frozenset[str]) -> Iterator[Fault]:
    kind, of = str(node.get("type")), node.get("class")
    if node.get("sample"):
        yield Fault(f"a sample: {functions().may_not['random'][0]}", *place(node))
    if node.get("at_clause"):
        yield Fault("AT is not known here", *place(node))
    if of is not None:
        yield from _expression(node, of, schema, extra)
    elif "from_table" in node or kind in OTHERS or kind.endswith("_NODE"):
        if kind not in QUERIES:
            yield Fault(OTHERS.get(kind, f"{kind} is not known here"), *place(node))
    elif "query_location" in node and kind not in PLACES:
        yield Fault(OTHERS.get(kind, f"{kind} is not known here"), *place(node))
    elif kind == "BASE_TABLE":
        yield from _table(node, schema, readable)


def _expression(node: Tree, of: str, schema: Schema, extra: frozenset[str]) -> Iterator[Fault]:
    if of not in EXPRESSIONS:
        yield Fault(OTHERS.get(of, f"{of} is not known here"), *place(node))
    elif "function_name" in node:
        yield from _function(node, schema, extra)
    elif of == "COLUMN_REF" and len(node["column_names"]) == 1:
        name = str(node["column_names"][0]).lower()
        if name in functions().bare:
            yield _refused(name, node)


def _function(node: Tree, schema: Schema, extra: frozenset[str]) -> Iterator[Fault]:
    *owner, name = path(node)
    if owner != ["core"]:
        if owner or name not in functions().may | extra:
            yield _refused(".".join([*owner, name]), node)
    elif name not in schema.macros:
        hint = _meant(f"core.{name}", _of_core(schema.macros))
        yield Fault(f"there is no core.{name}()", *place(node), hint=hint)
    elif node.get("in_from") and name in schema.table_macros:
        yield from _line(node, schema)


def _line(node: Tree, schema: Schema) -> Iterator[Fault]:
    """Our table functions read the table whose name they are given."""
    given = [one for place, one in enumerate(node["arguments"]) if not place or one["name"].lower() == "line"]
    names = [str(one["expression"].get("literal", {}).get("text", "")).lower() for one in given]
    if not names or not set(names) <= _of_core(schema.tables):
        lines = frozenset(one for one in _of_core(schema.tables) if one.endswith("_line"))
        hint = _meant("".join(names[:1]), lines) or f"Those it can read: {', '.join(sorted(lines))}."
        yield Fault(f"{node['function_name']}() takes the name of a promised table in quotes", *place(node), hint=hint)


def _refused(name: str, node: Tree) -> Fault:
    known = functions()
    if name in known.may_not:
        why, instead = known.may_not[name]
        return Fault(f"{name} is not allowed: {why}", *place(node), hint=instead)
    hint = _meant(name, known.may) or "sql/functions.toml lists those that there are."
    return Fault(f"{name}() is no function that a metric may call", *place(node), hint=hint)


def _table(node: Tree, schema: Schema, readable: frozenset[Path]) -> Iterator[Fault]:
    asked = path(node)
    if asked in readable or (asked[:-1] == ("core",) and asked[-1] in schema.tables):
        return
    name = ".".join(asked)
    hint = _meant(name, _of_core(schema.tables) | {".".join(one) for one in readable})
    yield Fault(f"{name} is no promised table", *place(node), hint=hint or "sql/core has the promised tables.")


def _of_core(names: frozenset[str]) -> frozenset[str]:
    return frozenset(f"core.{name}" for name in names)


def _meant(name: str, those: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, sorted(those - {name}), 1)
    return f"Did you mean {close[0]}?" if close else ""
