"""``./weerklank bench collect``: how many items a second are asked for, read and landed."""

from __future__ import annotations

import argparse
import sys

from tasks.cli.arguments import positive

NAME = "collect"
HELP = """Measure how many items a second one process collects.

  ./weerklank bench collect
  ./weerklank bench collect --items 500000

A server of our own, in a process of its own, has 100,000 statuses (--items changes that), 40 a page, over plain HTTP;
they are asked for, read, compared with what is known, and landed durably. Prints items a second, and what memory was in
use after a fifth of them and at the end. Exit code 1: a goal was missed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--items N] [--format …]"""
    parser.add_argument("--items", type=positive, metavar="N", help="default: 100000")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """0 when the goals were met. The table goes to standard output, progress to standard error."""
    from tasks.bench import collect

    items = args.items or collect.ITEMS
    return collect.report(items, args.format, lambda line: print(line, file=sys.stderr, flush=True))
