"""``./weerklank maintain``: the same as the DAG maintenance, by hand."""

from __future__ import annotations

import argparse
import json

NAME = "maintain"
HELP = """Look whether everything is still what it was, and remove what killed processes left.

  ./weerklank maintain --dry-run    look only
  ./weerklank maintain

Every raw page, partition and edition is read and held against its hash; temporary files older than a day are removed;
the ledger is checked and vacuumed. What is damaged is named with its remedy, and never removed. Safe at any time.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--dry-run] [--format text|json]"""
    parser.add_argument("--dry-run", action="store_true", help="look, and change nothing")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when something is damaged."""
    from tasks import steps

    found = steps.look_after(really=not args.dry_run)
    print(json.dumps(found.as_json(), indent=1) if args.format == "json" else "\n".join(found.lines()))
    return 1 if found.damaged else 0
