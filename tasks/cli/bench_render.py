"""``./weerklank bench render``: what drawing an edition takes."""

from __future__ import annotations

import argparse
import sys

from tasks.cli.arguments import positive

NAME = "render"
HELP = """Measure what drawing a week's edition takes, as the pipeline draws it: in a process of its own.

  ./weerklank bench render

Draws the demo's edition of 2026-W47: alone in a new process, with and without its charts, and fifty of them in one
process. Prints seconds of processor and memory. Exit code 1: a goal was missed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--rounds N] [--editions N] [--format …]"""
    parser.add_argument(
        "--rounds", type=positive, default=3, metavar="N", help="the least of so many runs (default: 3)"
    )
    parser.add_argument(
        "--editions", type=positive, default=50, metavar="N", help="so many in one process (default: 50)"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """0 when every goal was met. The table goes to standard output, progress to standard error."""
    from tasks.bench import render

    return render.report(args.rounds, args.editions, args.format, lambda line: print(line, file=sys.stderr, flush=True))
