"""``./weerklank import``: take in what people or other tools hand over."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.settings import Institution

NAME = "import"
HELP = """Take in files: the exchange format, or any export through a column map.

  ./weerklank import overbrugge items.jsonl                  the exchange format, JSON Lines
  ./weerklank import overbrugge export.csv --preview         looks, tells what it understood, and writes a column map
  ./weerklank import overbrugge export.csv --map NAME        takes it in by that map (config/maps)
  ./weerklank import --check items.jsonl                     is this the exchange format? Nothing is kept
  ./weerklank import --template cases.xlsx                   an empty list of cases, for a team that keeps one by hand
  ./weerklank import --schema                                the exchange format as JSON Schema

CSV, TSV, XLSX, JSON Lines and Parquet. A row that cannot be used is set aside with its number and the reason; the rest
is loaded. The same file twice changes nothing. docs/import.md and docs/exchange-format.md say more.
"""
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION FILE… with what is to be done with them."""
    parser.add_argument("institution", nargs="?", help="file name in config/institutions, without .toml")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="what is handed in")
    parser.add_argument("--map", metavar="NAME", help="the column map that reads it; with --preview: what to call it")
    parser.add_argument("--source", metavar="ID", help="the [[source]] of the rows, where the map leaves it open")
    parser.add_argument("--order", choices=("dmy", "mdy", "ymd"), help="with --preview: how its dates are written")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--preview", action="store_true", help="look, tell, and write the column map; take nothing in")
    does.add_argument("--check", action="store_true", help="say what of a file is not the exchange format")
    does.add_argument("--template", type=Path, metavar="FILE", help="write an empty list of cases, .xlsx or .csv")
    does.add_argument("--schema", action="store_true", help="print the exchange format as JSON Schema")


def run(args: argparse.Namespace) -> int:
    """0; 1 when nothing of a file could be used."""
    from tasks import settings
    from tasks.cli import import_look
    from tasks.errors import UsageError

    if args.schema:
        return import_look.schema()
    if args.template:
        return import_look.template(args.template)
    if args.check:
        return import_look.check([Path(args.institution or ""), *args.files])
    if not args.institution or not args.files:
        raise UsageError("say for which institution, and which file: ./weerklank import INSTITUTION FILE…")
    institution = settings.load(args.institution)
    if args.preview:
        if len(args.files) > 1:
            raise UsageError("one file at a time can be looked at.")
        return import_look.preview(institution, args.files[0], args.map, args.order, args.source)
    if args.order:
        raise UsageError("--order goes with --preview; the map that it writes remembers it.")
    return _take(institution, args)


def _take(institution: Institution, args: argparse.Namespace) -> int:
    """Land every file, then stage the weeks they touch."""
    from tasks import period, steps
    from tasks.errors import WeerklankError, printable
    from tasks.extract.files import receive
    from tasks.imports import given
    from tasks.period import Week

    code, last = 0, None
    files: dict[str, tuple[str, int]] = {}
    for path in args.files:
        try:
            if args.map or not given.is_exchange(path):
                taken = given.take(institution, path, args.map, args.source, fetched_at=period.now())
                _tell_taken(path, taken)
                files |= {page: (path.name, first) for page, first in taken.first_rows.items()}
                last_at = taken.last_at
            else:
                received = receive(institution, path, fetched_at=period.now())
                _tell(received)
                files[received.page.sha256[:16]] = (path.name, 1)
                last_at = received.page.last_at
        except WeerklankError as error:  # the other files are still good
            print(f"weerklank: {printable(str(error))}", file=sys.stderr)
            code = error.exit_code
            continue
        if last_at is None:
            code = 1
        else:
            last = max(last or last_at, last_at)
    if last:
        until = Week.containing(datetime.fromisoformat(last), institution.zone)
        staged = steps.stage(institution.slug, str(until))
        _tell_early(institution.slug, staged["weeks"], files)
        print(f"{len(staged['weeks'])} weeks brought up to date, up to {until}.")
    return code


def _tell_early(slug: str, weeks: list[str], files: dict[str, tuple[str, int]]) -> None:
    """Replies from before their message: seen only once the messages are beside each other. ``files``: page → name and
    the row of its first line.
    """
    from tasks import lake
    from tasks.stage.partition import EARLY

    for week in weeks:
        table = lake.read("quarantine", slug, week)
        for row in [] if table is None else table.to_pylist():
            if row["reason"] == EARLY and row["page"] in files:
                name, first = files[row["page"]]
                print(f"  {name}, line {row['line'] + first - 1}: {EARLY}; set aside too")


def _tell(received: Any) -> None:
    """What became of one file: the count, then every line that was set aside."""
    print(f"{received.path}: {received.items:,} items loaded, {len(received.refused):,} lines set aside.")
    for number, reason in received.refused[:SHOWN]:
        print(f"  {received.path.name}, line {number}: {reason}")
    if len(received.refused) > SHOWN:
        print(f"  … and {len(received.refused) - SHOWN:,} more.")
    if received.items == 0:
        print("  Nothing in this file could be used. Is it JSON Lines in the exchange format?")


def _tell_taken(path: Path, taken: Any) -> None:
    """The same of a file that a column map read."""
    from tasks.errors import printable
    from tasks.imports.said import clocks

    name = printable(path.name)
    if taken.known:
        print(f"{printable(str(path))}: was taken in before by this map; {taken.items:,} items, nothing changed.")
        return
    print(f"{printable(str(path))}: {taken.items:,} items loaded, {taken.set_aside:,} rows set aside.")
    for number, reason in taken.refused[:SHOWN]:
        print(f"  {name}, row {number}: {reason}")
    if taken.set_aside > SHOWN:
        print(f"  … and {taken.set_aside - SHOWN:,} more.")
    for line in clocks(taken):
        print(f"  {line}")
    if taken.items == 0:
        print("  Nothing in this file could be used. --preview says what was understood of it.")
