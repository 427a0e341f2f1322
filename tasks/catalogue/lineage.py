"""Which staged columns a column comes from, read from the SQL itself by sqlglot. What cannot be read is said, and not
guessed. A column comes from those it is computed from, and from those a count of it is filtered by; what a query joins
on, or says in WHERE, is not followed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import product
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from tasks import home, warehouse

DIALECT = "duckdb"
STAGED = "staging"
#: Our table functions take the name of such a view, and read all its columns.
LINE = "_line"
CALL = re.compile(r"core\.\w+\('(?P<view>core\.\w+)'\)")
#: sqlglot remarks on what it cannot know; what matters of that is raised.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
#: A column by table and name: ("core.heard", "author").
Column = tuple[str, str]
Schema = dict[str, dict[str, dict[str, str]]]


@dataclass
class Origins:
    """The columns of all tables, and the query behind each table of ours."""

    schema: Schema
    queries: dict[str, exp.Expr]
    _known: dict[Column, frozenset[Column] | None] = field(default_factory=dict)
    #: Queries with every name resolved, by their text: that is what takes long, and a query has many columns.
    _scopes: dict[str, Scope] = field(default_factory=dict)

    @cached_property
    def _mapped(self) -> MappingSchema:
        return MappingSchema(dict(self.schema), dialect=DIALECT)

    def of_query(self, sql: str, column: str) -> frozenset[Column] | None:
        """The columns that a column of a query is computed from; None when it cannot be told."""
        try:
            return self._leaves(sql, lambda: sqlglot.parse_one(sql, dialect=DIALECT), column)
        except SqlglotError:
            return None

    def of_column(self, table: str, column: str) -> frozenset[Column] | None:
        """The same of a column of a promised table; None when it cannot be told, or it has no query."""
        if (table, column) not in self._known:
            query, view = self.queries.get(table), _view_in(table)
            if view:
                self._known[table, column] = frozenset((view, one) for one in self.schema["core"][view.split(".")[1]])
            else:
                self._known[table, column] = (
                    None if query is None else self._leaves(table, partial(_same, query), column)
                )
        return self._known[table, column]

    def staged(self, sql: str, column: str) -> tuple[frozenset[Column], frozenset[Column]]:
        """Followed all the way: the staged columns, and those of promised tables that Python fills from the
        configuration (periods, promises, opening hours), or behind which nothing could be read.
        """
        staged: set[Column] = set()
        unread: set[Column] = set()
        waiting, seen = list(self.of_query(sql, column) or ()), set[Column]()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if one[0].startswith(f"{STAGED}."):
                staged.add(one)
            elif found := self.of_column(*one):
                waiting.extend(found)
            else:
                unread.add(one)
        return frozenset(staged), frozenset(unread)

    def tables_of(self, table: str) -> list[str]:
        """The tables that a promised table is made from."""
        query = self.queries.get(table)
        return sorted(_tables(query) - {table}) if query is not None else []

    def _scope(self, key: str, query: Callable[[], exp.Expr]) -> Scope:
        if key not in self._scopes:
            resolved = qualify(
                self._plain(query()),
                dialect=DIALECT,
                schema=self._mapped,
                validate_qualify_columns=False,
                identify=False,
            )
            scope = build_scope(resolved)
            if scope is None:
                raise SqlglotError("not a query")
            self._scopes[key] = scope
        return self._scopes[key]

    def _leaves(self, key: str, query: Callable[[], exp.Expr], column: str) -> frozenset[Column] | None:
        try:
            scope = self._scope(key, query)
            root = lineage(column, scope.expression, self._mapped, dialect=DIALECT, scope=scope, copy=False)
        except (SqlglotError, RecursionError):
            return None
        found = set()
        for node in root.walk():
            if not node.downstream and isinstance(node.source, exp.Table):
                found.add((_name(node.source), node.name.rsplit(".", 1)[-1].strip('"')))
        return frozenset(found) if found and all(map(self._is_there, found)) else None

    def _is_there(self, column: Column) -> bool:
        owner, _, table = column[0].partition(".")
        return column[1] in self.schema.get(owner, {}).get(table, {})

    def _plain(self, query: exp.Expr) -> exp.Expr:
        """With a table where a query calls one of our table functions, as far as its columns are known."""

        def plain(node: exp.Expr) -> exp.Expr:
            name = _function(node)
            if name is None or name not in self.schema.get("core", {}):
                return node
            return exp.Table(this=exp.to_identifier(name), db=exp.to_identifier("core"), alias=node.args.get("alias"))

        return query.copy().transform(plain)


def _same(query: exp.Expr) -> exp.Expr:
    return query


def origins(db: warehouse.Connection) -> Origins:
    """What there is to read, of a database with the promised tables in it."""
    schema: Schema = {}
    for owner, table, column, kind in db.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name IN ('core', 'staging')"
    ).fetchall():
        schema.setdefault(owner, {}).setdefault(table, {})[column] = _short(kind)
    queries: dict[str, exp.Expr] = {}
    for path in sorted((home.SQL / "core").glob("*.sql")):
        queries |= _made(path.read_text(encoding="utf-8"))
    functions = db.execute(
        "SELECT function_name FROM duckdb_functions() WHERE schema_name = 'core' AND function_type = 'table_macro' "
        "AND parameters = ['line']"
    ).fetchall()
    views = [f"core.{name}" for name in schema.get("core", {}) if name.endswith(LINE)]
    for (function,), view in product(functions, views):
        schema["core"][_call(function, view)] = _columns(db, _call(function, view))
    return Origins(schema, queries)


def _columns(db: warehouse.Connection, call: str) -> dict[str, str]:
    """The columns of one of our table functions over a view."""
    rows = db.execute(f"DESCRIBE SELECT * FROM core.{call}").fetchall()  # noqa: S608 names of ours
    return {str(column): _short(str(kind)) for column, kind, *_ in rows}


def _made(sql: str) -> dict[str, exp.Expr]:
    """The query behind every table and view that a file of ours makes; a file that sqlglot cannot read gives none."""
    try:
        statements = sqlglot.parse(sql, dialect=DIALECT)
    except SqlglotError:
        return {}
    found: dict[str, exp.Expr] = {}
    for one in statements:
        if isinstance(one, exp.Create) and one.kind in ("TABLE", "VIEW") and isinstance(one.expression, exp.Query):
            found[_name(one.find(exp.Table))] = one.expression
    return found


def _tables(query: exp.Expr) -> set[str]:
    found: set[str] = set()
    for one in query.find_all(exp.Table):
        if one.db in ("core", STAGED):
            found.add(_name(one))
    return found


def _name(table: Any) -> str:
    return f"{table.db}.{table.name}"


def _function(node: exp.Expr) -> str | None:
    """``waiting_times('core.asked_line')`` of a call in FROM; None of anything else."""
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Anonymous):
        return None
    values = [one.this for one in node.this.expressions if isinstance(one, exp.Literal)]
    return _call(str(node.this.this), str(values[0])) if values else None


def _view_in(table: str) -> str | None:
    """``core.asked_line`` of ``core.waiting_times('core.asked_line')``."""
    found = CALL.fullmatch(table)
    return found["view"] if found else None


def _call(function: str, value: str) -> str:
    return f"{function}('{value}')"


def _short(kind: str) -> str:
    return "ENUM" if kind.startswith("ENUM(") else kind
