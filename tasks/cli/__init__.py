"""The command line: one module per command, imported when it is asked for.

A command module has ``NAME``, ``HELP`` (its first line is the summary), ``add_arguments(parser)`` and ``run(args)``,
which returns the exit code. At its top it imports only what is light; ``run`` imports what does the work. A module
with ``PASS_ON = True`` gets everything that follows its name, unread, as ``args.rest``. One with ``QUERIES = True``
runs SQL that a person wrote, within the limits of ``tasks.allowance``.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from tasks.errors import UsageError, WeerklankError, printable

#: In the order in which a newcomer meets them.
COMMANDS = {
    "demo": "demo",
    "test": "test",
    "airflow": "airflow",
    "import": "import_files",
    "source": "source",
    "digest": "digest",
    "report": "report",
    "metric": "metric",
    "sql": "sql",
    "docs": "docs",
    "taxonomy": "taxonomy",
    "label": "label",
    "deliveries": "deliveries",
    "withdraw": "withdraw",
    "explain": "explain",
    "privacy": "privacy",
    "maintain": "maintain",
    "doctor": "doctor",
    "bench": "bench",
    "train": "train",
    "lock": "lock",
}
#: The other name of `metric preview`, for who thinks of the report first.
PREVIEW = ("report", "preview")
INTRODUCTION = """Weerklank makes a weekly report on what people say to and about a school or university.

  ./weerklank demo      first: the report on a week of a school that does not exist
  ./weerklank airflow   then: the same in your browser, week after week
"""


def main(arguments: Sequence[str], *, alone: bool = False) -> int:
    """Run one command; what a person did wrong becomes a message and an exit code, not a traceback. ``alone``: this
    process is for that command only, and may be limited and ended.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what a command started is ended with it
    try:
        code = _dispatch(list(arguments), alone=alone)
        sys.stdout.flush()
        return code
    except WeerklankError as error:
        print(f"weerklank: {printable(str(error))}", file=sys.stderr)  # it may quote a stranger's file
        return error.exit_code
    except KeyboardInterrupt:
        print("weerklank: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, like `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _dispatch(arguments: list[str], *, alone: bool = False) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        if arguments[1:]:
            return _dispatch([arguments[1], "--help"])
        print(overview())
        return 0
    name, *rest = arguments
    if [name, *rest[:1]] == list(PREVIEW):
        name, rest = "metric", ["preview", *rest[1:]]
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, 1)
        hint = f"Did you mean “{close[0]}”?" if close else "./weerklank --help lists what there is."
        raise UsageError(f"there is no command “{name}”. {hint}")
    command = load(name)
    parser = argparse.ArgumentParser(
        f"weerklank {name}", description=command.HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_arguments(parser)
    if getattr(command, "PASS_ON", False) and rest not in (["-h"], ["--help"]):
        args = argparse.Namespace(rest=rest)
    else:
        args = _parsed(parser, rest)
    if alone and getattr(command, "QUERIES", False):
        from tasks.measure import query

        query.alone()
    return int(command.run(args))


def _parsed(parser: argparse.ArgumentParser, rest: list[str]) -> argparse.Namespace:
    """With options anywhere between the rest, as people write them."""
    try:
        return parser.parse_intermixed_args(rest)
    except TypeError:  # a command with commands of its own
        return parser.parse_args(rest)


def load(name: str) -> Any:
    """The module behind a command."""
    return importlib.import_module(f"tasks.cli.{COMMANDS[name]}")


def overview() -> str:
    """What ``./weerklank --help`` says."""
    lines = [f"  {name:<10} {load(name).HELP.splitlines()[0]}" for name in COMMANDS]
    return "\n".join(
        [
            INTRODUCTION,
            "Commands:",
            *lines,
            "",
            "./weerklank COMMAND --help says more about one of them.",
            "All state is kept in var/, or in the folder that WEERKLANK_HOME names.",
        ]
    )
