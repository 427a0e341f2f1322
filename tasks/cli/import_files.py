"""``./weerklank import``: take in what people or other tools hand over."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

NAME = "import"
HELP = """Take in files in the exchange format (JSON Lines).

A line that cannot be used is set aside with its number and the reason; the rest is loaded. The same file twice
changes nothing. The format is described in docs/exchange-format.md.
"""
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION FILE…"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .jsonl file")


def run(args: argparse.Namespace) -> int:
    """Land every file, then stage the weeks they touch."""
    from tasks import period, settings, steps
    from tasks.errors import WeerklankError
    from tasks.extract.files import receive
    from tasks.period import Week

    institution = settings.load(args.institution)
    code, last = 0, None
    files: dict[str, str] = {}
    for path in args.files:
        try:
            received = receive(institution, path, fetched_at=period.now())
        except WeerklankError as error:  # the other files are still good
            print(f"weerklank: {error}", file=sys.stderr)
            code = error.exit_code
            continue
        _tell(received)
        files[received.page.sha256[:16]] = path.name
        if received.page.last_at is None:
            code = 1
        else:
            last = max(last or received.page.last_at, received.page.last_at)
    if last:
        until = Week.containing(datetime.fromisoformat(last), institution.zone)
        staged = steps.stage(institution.slug, str(until))
        _tell_early(institution.slug, staged["weeks"], files)
        print(f"{len(staged['weeks'])} weeks brought up to date, up to {until}.")
    return code


def _tell_early(slug: str, weeks: list[str], files: dict[str, str]) -> None:
    """Replies from before their message: seen only once the messages are beside each other. ``files``: page → name."""
    from tasks import lake
    from tasks.stage.partition import EARLY

    for week in weeks:
        table = lake.read("quarantine", slug, week)
        for row in [] if table is None else table.to_pylist():
            if row["reason"] == EARLY and row["page"] in files:
                print(f"  {files[row['page']]}, line {row['line']}: {EARLY}; set aside too")


def _tell(received: Any) -> None:
    """What became of one file: the count, then every line that was set aside."""
    print(f"{received.path}: {received.items:,} items loaded, {len(received.refused):,} lines set aside.")
    for number, reason in received.refused[:SHOWN]:
        print(f"  {received.path.name}, line {number}: {reason}")
    if len(received.refused) > SHOWN:
        print(f"  … and {len(received.refused) - SHOWN:,} more.")
    if received.items == 0:
        print("  Nothing in this file could be used. Is it JSON Lines in the exchange format?")
