"""``./weerklank bench``: how good and how fast we are, beside others; one module per thing to measure."""

from __future__ import annotations

import argparse
import importlib

NAME = "bench"
#: What can be measured, and the module of it: like a command's, with NAME, HELP, add_arguments and run.
KINDS = {
    "metrics": "bench_metrics",
    "collect": "bench_collect",
    "stage": "bench_stage",
    "sentiment": "bench_sentiment",
    "render": "bench_render",
}
HELP = """Measure how fast our SQL is and how well our engines read, beside other tools.

  ./weerklank bench metrics                         our metrics beside polars and pandas
  ./weerklank bench collect                         from a source to landed pages
  ./weerklank bench stage                           from landed pages to the lake
  ./weerklank bench render                          drawing an edition
  ./weerklank bench sentiment reviews.csv           every sentiment engine on texts that people labelled

./weerklank bench KIND --help says more about one of them.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND and what belongs to it."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="KIND")
    for name, module in KINDS.items():
        kind = importlib.import_module(f"tasks.cli.{module}")
        kind.add_arguments(
            kinds.add_parser(
                name,
                help=kind.HELP.splitlines()[0],
                description=kind.HELP,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )


def run(args: argparse.Namespace) -> int:
    """The exit code of what was measured."""
    return int(importlib.import_module(f"tasks.cli.{KINDS[args.what]}").run(args))
