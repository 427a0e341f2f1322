"""``./weerklank test``."""

from __future__ import annotations

import argparse
import subprocess
import sys

from tasks import home

NAME = "test"
HELP = """Run the tests and the linters.

Everything that follows goes to pytest: ./weerklank test tests/airflow -k backfill
Takes a quarter of an hour on two quiet cores; -m "not slow" leaves out what starts servers."""
PASS_ON = True
#: The whole suite on two processes; what is asked for by name runs in one, where output and debuggers work.
WHOLE = ("-n", "2", "--dist", "worksteal")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything goes to pytest."""
    parser.add_argument("pytest", nargs="*", help="arguments for pytest")


def run(args: argparse.Namespace) -> int:
    """pytest's own exit code."""
    return subprocess.call([sys.executable, "-m", "pytest", *(args.rest or WHOLE)], cwd=home.ROOT)
