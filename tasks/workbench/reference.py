"""The contract of a metric file, field by field: as a JSON schema for editors, and as a page to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tasks import home
from tasks.measure.contract import Contract, Show, Words

#: Where each is kept; `./weerklank metric contract` writes them anew, and a test watches that they are.
SCHEMA, PAGE = home.ROOT / "sql" / "contract.schema.json", home.ROOT / "docs" / "metric-contract.md"
HEAD = """# The contract of a metric

The comment at the top of a file in [`sql/metrics`](../sql/metrics), between `/* +++` and `+++ */`, is TOML. Below it
stands one SELECT. [`sql/contract.schema.json`](../sql/contract.schema.json) says the same for editors. This page is
written by `./weerklank metric contract` from `tasks/measure/contract.py`.
"""
FOOT = """
Every moment in the promised tables is told on the institution's clock, summer time included: `hour(created_at)` is the
hour on its wall, `created_at::DATE` its day. The head of each file in [`sql/core`](../sql/core) says what columns hold.

A moment, a share or a time is a plain number in the result: how it is printed is the report's. Columns carry their unit
in their name (`_pct`, `_score`, `_seconds`, `_at`). Columns that the report knows where a metric has them: `authors`
(how many people the `n` cases come from) and `followed_open_seconds`, `followed_calendar_seconds` (how long people were
followed, for a time that some have not reached). `median_open_seconds` and `median_calendar_seconds` are the same
figure on two clocks; name one of them, and the institution's clock decides which is shown.
"""


def schema() -> str:
    """JSON schema, 2020-12."""
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Contract.model_json_schema()}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    """Markdown, a table for the top and one for ``[show]``."""
    tops = "\n".join(_rows(Contract))
    shows = "\n".join(_rows(Show))
    return f"{HEAD}\n{_table(tops)}\n## [show]\n\n{_table(shows)}{FOOT}"


def write() -> list[str]:
    """Write both; returns their names."""
    SCHEMA.write_text(schema(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    return [home.shown(path) for path in (SCHEMA, PAGE)]


def _table(rows: str) -> str:
    return f"| key | value | if left out | what it says |\n|---|---|---|---|\n{rows}\n"


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name == "show":
            continue
        default = "required" if field.is_required() else _shown(field.default)
        yield f"| `{name}` | {_kind(field)} | {default} | {field.description} |"


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "nothing"
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value)}`"


def _kind(field: FieldInfo) -> str:
    """What may stand there, in words."""
    options = _options(field.annotation)
    if options:
        listed = ", ".join(f"`{json.dumps(one)}`" for one in options)
        return f"some of {listed}" if get_origin(field.annotation) is tuple else listed
    if field.annotation is Words:
        return "a text each in `.nl` and `.en`"
    if get_origin(field.annotation) is tuple:
        return "a list of texts"
    if {int, float} & {field.annotation, *_parts(field.annotation)}:
        return "a number"
    return "a text"


def _parts(annotation: Any) -> Iterator[Any]:
    """The types that an optional or a constrained one is made of."""
    for one in get_args(annotation):
        if isinstance(one, type):
            yield one
        else:
            yield from _parts(one)


def _options(annotation: Any) -> tuple[Any, ...]:
    """The values of a Literal, also inside a tuple."""
    found = get_args(annotation)
    if get_origin(annotation) is tuple:
        return _options(found[0])
    return found if found and all(isinstance(one, str | int) and not isinstance(one, type) for one in found) else ()
