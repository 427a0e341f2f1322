"""``./weerklank bench metrics``: how fast our SQL is beside the same job in other tools."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path

from tasks.cli.arguments import positive

NAME = "metrics"
HELP = """Measure our SQL beside the same job in polars and pandas.

  ./weerklank bench metrics

Makes a lake of 1 and one of 10 million messages (52 and 520 weeks), runs our metrics, the same in polars and (1 million
only) in pandas, and a bare scan, in turn; compares the answers; prints what each took and whether the goals were met.
Takes about a quarter of an hour, 2 GB of memory and 1 GB of disk on two cores. Exit code 1: a goal was missed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--keep FOLDER] [--rounds N] [--items-a-week N] [--weeks N …] [--format …]"""
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where lakes are kept for the next time")
    parser.add_argument(
        "--rounds", type=positive, default=3, metavar="N", help="the least of so many runs (default: 3)"
    )
    parser.add_argument("--items-a-week", type=positive, default=19_231, metavar="N", help="default: 19231")
    parser.add_argument(
        "--weeks", type=positive, nargs="+", default=[52, 520], metavar="N", help="histories (default: 52 520)"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """0 when every goal was met. The table goes to standard output, progress to standard error."""
    import tempfile

    from tasks.errors import UsageError

    if not find_spec("polars"):
        raise UsageError("the benchmark needs polars, which comes with the tests: run ./weerklank test once.")
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        return _measure(args, args.keep.resolve())
    with tempfile.TemporaryDirectory(prefix="weerklank-bench-") as folder:
        return _measure(args, Path(folder))


def _measure(args: argparse.Namespace, folder: Path) -> int:
    from tasks.bench import goals, measure, plan

    found = measure.Bench(folder, tuple(args.weeks), args.items_a_week, args.rounds, _say).run()
    scan = measure.definition("scan")
    if args.format == "json":
        told = {
            "metrics": plan.METRICS,
            "equal": True,
            "threads": plan.THREADS,
            "scan": scan,
            "comparisons": [one.record() for one in found],
            "met": goals.all_met(found),
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print(f"Metrics: {', '.join(plan.METRICS)}; by week, department and source, on both clocks; all answers equal.")
        print(f"Least of {args.rounds} runs each, {plan.THREADS} threads for everybody; memory with the interpreter.\n")
        print(goals.table(found))
        print(f"\nscan is:\n\n{scan}")
        print(f"count is:\n\n{measure.definition('count')}", end="")
    return 0 if goals.all_met(found) else 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
