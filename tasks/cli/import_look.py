"""``./weerklank import`` with --preview, --check, --template or --schema: it looks or writes, and takes nothing in."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.imports.column_map import Order
    from tasks.imports.preview import Preview
    from tasks.settings import Institution

SHOWN, WIDTH = 10, 34
#: Columns whose values are about the row and not about anybody.
OPEN = frozenset(
    ("created_at", "edited_at", "kind", "language", "rating", "rating_min", "rating_max", "source", "visibility",
     "author_kind", "deleted", "needs_reply", "case_department", "case_status", "assigned_at", "contacted_at",
     "resolved_at", "reopened_at")
)  # fmt: skip
WORDS = frozenset(("text", "title", "case_cause", "case_action"))


def preview(institution: Institution, path: Path, name: str | None, order: Order | None, source: str | None) -> int:
    """What is understood of a file, and the map that says so. Values are shown masked, and the look is written down."""
    from tasks import home
    from tasks.errors import printable
    from tasks.imports import column_map
    from tasks.imports import preview as looking
    from tasks.imports.written import name_of
    from tasks.privacy import journal

    slug = institution.slug
    called = name or name_of(path.stem)
    known = None
    if name and name in column_map.names(slug):
        known = column_map.load(slug, name)
    found = looking.look(institution, path, called, order=order, source=source, known=known)
    journal.note(slug, "import preview", sum(map(len, found.examples.values())))
    print(printable("\n".join([*_understood(found), "", *_table(institution, found), "", *_outcome(found)])))
    own = column_map.path(slug, called)
    if own.exists() and known:
        print(f"\nRead by {home.shown(own)}, which stays as it is.")
        return 0
    kept = looking.keep(institution, called, found.text)
    print(f"\nThe column map is {home.shown(kept)}: look it over, correct it, and then")
    print(printable(f"  ./weerklank import {slug} {shlex.quote(str(path))} --map {called}"))
    return 0


def _understood(found: Preview) -> list[str]:
    from tasks.imports.written import ORDERS

    mapped, file = found.mapped, found.mapped.file
    how = [found.kind.upper()]
    how += [file.encoding] if file.encoding else []
    how += [f"columns parted by {'a tab' if file.delimiter == chr(9) else file.delimiter}"] if file.delimiter else []
    how += [f"sheet “{file.sheet}”"] if file.sheet else []
    how += [f"{file.skip} rows above the headings"] if file.skip else []
    how += [f"decimal {'comma' if mapped.decimal == ',' else 'point'}"] if mapped.decimal else []
    lines = [f"{found.path.name}: {', '.join(how)}."]
    if mapped.time.order:
        lines.append(f"Dates are {ORDERS[mapped.time.order]}; times without an offset are those of {mapped.time.zone}.")
    if found.like:
        lines.append(f"The columns are those of the ready-made map {found.like}. {mapped.about or ''}".rstrip())
    return [*lines, *found.told]


def _table(institution: Institution, found: Preview) -> list[str]:
    from tasks.stage.people import People

    fields = {one: key for key, many in found.mapped.columns.items() for one in many}
    people = People.of(institution)
    rows = [("column", "field", "examples, masked")]
    for heading in found.headings:
        key = fields.get(heading, "made id" if heading in found.mapped.made_id else "")
        shown = [_masked(one, key, people)[:WIDTH] for one in found.examples[heading]] if key else ["left at the door"]
        rows.append((heading[:WIDTH], key or "–", " | ".join(shown)))
    widths = [max(len(row[place]) for row in rows) for place in (0, 1)]
    return [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}".rstrip() for row in rows]


def _masked(value: str, key: str, people: object) -> str:
    """A value as anybody may see it: words masked, and of who it was or where it stands only the shape."""
    from typing import Any, cast

    import pyarrow as pa

    from tasks.extract.fields import shape
    from tasks.stage import privacy

    if key in OPEN:
        return value
    if key not in WORDS:
        return shape(value)
    return str(privacy.masked(pa.array([" ".join(value.split())]), cast("Any", people))[0].as_py())


def _outcome(found: Preview) -> list[str]:
    from tasks.imports.said import clocks

    taken = found.taken
    lines = [f"{taken.items:,} items would be loaded, {taken.set_aside:,} rows set aside."]
    lines += [f"  {many:>7,} × {reason}" for reason, many in taken.reasons.most_common(SHOWN)]
    if len(taken.reasons) > SHOWN:
        lines.append(f"  … and for {len(taken.reasons) - SHOWN} other reasons.")
    return [*lines, *(f"  {line}" for line in clocks(taken))]


def check(files: list[Path]) -> int:
    """Whether files are the exchange format; 1 when anything in them is not. Told are lines and reasons, no values."""
    from tasks.errors import UsageError, printable
    from tasks.imports import checked

    if not files[0].name:
        raise UsageError("name a file: ./weerklank import --check FILE…")
    wrong = 0
    for path in files:
        found = checked.look(path)
        wrong += found.refused
        print(printable(f"{path}: {found.items:,} items, {found.refused:,} lines that cannot be used."))
        for line, reason in found.told[:SHOWN]:
            print(f"  line {line:,}: {reason}")
        if found.refused > SHOWN:
            print(f"  … and {found.refused - SHOWN:,} more.")
    return int(wrong > 0)


def schema() -> int:
    """The exchange format as JSON Schema, for tools."""
    from tasks.imports import json_schema

    sys.stdout.write(json_schema.text())
    return 0


def template(path: Path) -> int:
    """An empty list of cases, with a row that shows how it is filled."""
    from tasks.errors import printable
    from tasks.imports import case_list as making

    making.write(path)
    print(
        printable(
            f"{path}: fill it in, and then ./weerklank import INSTITUTION {path.name} --map case_list --source ID"
        )
    )
    return 0
