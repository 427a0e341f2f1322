"""A column map as the file that a person reads and corrects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tasks.imports.column_map import FILLED, OTHER, Map
from tasks.tables import SLUG

ORDERS = {
    "dmy": "day-month-year, like 25-10-2026",
    "mdy": "month/day/year, like 10/25/2026",
    "ymd": "year-month-day, like 2026-10-25",
    "excel": "a spreadsheet's number of days, like 46320.5",
    "epoch": "seconds or milliseconds since 1970",
}
HEAD = """\
# How rows of this export become items (docs/import.md). Correct it by hand; then
#   ./weerklank import {slug} FILE --map {name}
"""


def text(mapped: Map, slug: str, name: str, unread: Sequence[str], found: Mapping[str, Sequence[str]]) -> str:
    """The map as TOML. ``unread``: headings that nothing asks for; ``found``: values of columns that have few."""
    lines = [HEAD.format(slug=slug, name=name).rstrip()]
    if mapped.about:
        lines += ["", f"about = {_quoted(mapped.about)}"]
    lines += ["", *_top(mapped), "", "[file]", *_file(mapped), "", "[time]", *_time(mapped), "", "[column]"]
    width = max(map(len, mapped.columns))
    lines += [f"{field:<{width}} = {_columns(many)}" for field, many in mapped.columns.items()]
    if unread:
        lines += ["# Not read, and left at the door:", *(f"#   {_printable(one)}" for one in unread)]
    free = [field for field in FILLED if field not in mapped.columns]
    lines += [f"# Fields that could be filled: {', '.join(free)}"]
    if mapped.always:
        lines += ["", "[always]                 # the same for every row"]
        lines += [f"{key} = {_value(value)}" for key, value in mapped.always.items()]
    for field, table in mapped.values.items():
        lines += ["", f"[values.{field}]", *(f"{_quoted(key)} = {_value(value)}" for key, value in table.items())]
        if OTHER not in table:
            lines += ['# "*" = "…"             # all others; without this line such rows are set aside']
    for field in ("author_kind", "case_status"):
        if field in found and field not in mapped.values:
            lines += ["", f"# {field} has the values: {', '.join(_printable(one) for one in found[field])}"]
    lines += ["", "[people]                 # authors who are ours: their posts are our answers"]
    lines += [f"own   = {_list(mapped.people.own)}", f"staff = {_list(mapped.people.staff)}"]
    return "\n".join(lines) + "\n"


def _top(mapped: Map) -> list[str]:
    lines = [f"source  = {_quoted(mapped.source)}            # the [[source]] of these rows"] if mapped.source else []
    if mapped.decimal:
        lines += [f"decimal = {_quoted(mapped.decimal)}"]
    if mapped.made_id:
        lines += [
            "# There is no id that can be trusted: rows are told apart by these columns. A text that is edited is then",
            "# another item, and two rows that say the same are one.",
            f"made_id = {_list(mapped.made_id)}",
        ]
    return lines


def _file(mapped: Map) -> list[str]:
    file = mapped.file
    lines = [f"encoding  = {_quoted(file.encoding)}"] if file.encoding else []
    lines += [f"delimiter = {_quoted(file.delimiter)}"] if file.delimiter else []
    lines += [f"skip      = {file.skip}                    # rows above the headings"] if file.skip else []
    return lines + ([f"sheet     = {_quoted(file.sheet)}"] if file.sheet else [])


def _time(mapped: Map) -> list[str]:
    time = mapped.time
    order = time.order or "dmy"
    lines = [f"order   = {_quoted(order):<20} # {ORDERS[order]}"]
    if time.zone:
        lines += [f"zone    = {_quoted(time.zone):<20} # of moments without an offset"]
    lines += [
        f"twice   = {_quoted(time.twice):<20} # the hour that comes twice in autumn: first, second, refuse",
        f"missing = {_quoted(time.missing):<20} # the hour that is skipped in spring: forward, refuse",
    ]
    if time.day_at:
        return [*lines, f"day_at  = {_quoted(time.day_at)}"]
    return [*lines, '# day_at = "12:00"             # for values that are only a day; without it they are set aside']


def _columns(many: Sequence[str]) -> str:
    return _quoted(many[0]) if len(many) == 1 else _list(many)


def _list(many: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, many))}]"


def _value(value: bool | float | str) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(value: str) -> str:
    """A TOML string: JSON's is one, but for a character that it leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _printable(value: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in value)[:80]


def name_of(stem: str) -> str:
    """A map's name out of a file's name."""
    name = "".join(char if char.isascii() and char.isalnum() else "_" for char in stem.lower()).strip("_0123456789-")
    while "__" in name:
        name = name.replace("__", "_")
    return name[:40].rstrip("_") if SLUG.fullmatch(name[:40].rstrip("_")) else "export"
