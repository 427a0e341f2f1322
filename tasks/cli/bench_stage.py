"""``./weerklank bench stage``: how many landed mentions a second become a lake."""

from __future__ import annotations

import argparse
import sys

from tasks.cli.arguments import positive

NAME = "stage"
HELP = """Measure how many landed mentions a second become a lake.

  ./weerklank bench stage

Lands 100,000 made-up mentions, no two texts alike (5 weeks of 20,000; --weeks 8 and --items-a-week change that), and
prints how many a second become a lake, with what each step takes. Exit code 1: a goal was missed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--rounds N] [--items-a-week N] [--weeks N] [--format …]"""
    parser.add_argument(
        "--rounds", type=positive, default=3, metavar="N", help="the least of so many runs (default: 3)"
    )
    parser.add_argument("--items-a-week", type=positive, metavar="N", help="default: 20000")
    parser.add_argument("--weeks", type=positive, metavar="N", help="default: 5")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """0 when the goal was met. The table goes to standard output, progress to standard error."""
    from tasks.bench import stage

    weeks, items = args.weeks or stage.WEEKS, args.items_a_week or stage.ITEMS_A_WEEK
    return stage.report(weeks, items, args.rounds, args.format, lambda line: print(line, file=sys.stderr, flush=True))
