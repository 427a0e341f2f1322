"""``./weerklank lock``."""

from __future__ import annotations

import argparse
import subprocess
import sys

from tasks import home
from tasks.errors import WeerklankError

NAME = "lock"
HELP = """Write requirements.txt and requirements-test.txt anew.

For developers, after a change of requirements.in or requirements-test.in. Versions that still fit stay as they are;
--upgrade takes the newest. Every file gets its hash, for Python 3.11 to 3.13 on any system."""
OPTIONS = ("--universal", "--generate-hashes", "--no-header", "--python-version", "3.11", "--quiet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The one choice there is."""
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that the .in files allow")


def run(args: argparse.Namespace) -> int:
    """Both locks; the second is bound by the first."""
    for name in ("requirements", "requirements-test"):
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, f"{name}.in", "--output-file", f"{name}.txt"]
        if args.upgrade:
            command.append("--upgrade")
        if subprocess.call(command, cwd=home.ROOT, stdout=subprocess.DEVNULL):
            raise WeerklankError(f"{name}.in cannot be resolved; see above. {name}.txt is as it was.")
        print(home.ROOT / f"{name}.txt")
    return 0
