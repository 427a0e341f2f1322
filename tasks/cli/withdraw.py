"""``./weerklank withdraw``: a wrong number went out."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

NAME = "withdraw"
HELP = """Withdraw an edition that says something wrong, and tell exactly those who have it.

  ./weerklank withdraw overbrugge/2026-W47/r1 --reason "Reddit was counted twice."            who has it?
  ./weerklank withdraw overbrugge/2026-W47/r1 --reason "Reddit was counted twice." --really   withdraw it, mail them

The edition stays in the archive, marked as withdrawn, and is never mailed again. Its readers get the reason, in the
same thread; where a corrected edition (r2) is there already, they get that one. So mend the cause and make the week
again first: that makes it one mail. To ask again mails nobody twice. Airflow has a form for it: Withdraw a report.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EDITION --reason TEXT [--really]"""
    parser.add_argument("edition", help="institution, week and revision, like overbrugge/2026-W47/r1")
    parser.add_argument("--reason", required=True, help="one or two sentences for its readers")
    parser.add_argument("--really", action="store_true", help="do it (without it: say what it would do)")


def run(args: argparse.Namespace) -> int:
    """0; raises DeliveryError when somebody could not be told yet."""
    from tasks import steps

    by = os.environ.get("SUDO_USER") or getpass.getuser()
    done = steps.withdraw(args.edition, args.reason, by=by, really=args.really)
    print("\n".join(told(done)))
    if not args.really:
        print("Nothing has happened yet: add --really.", file=sys.stderr)
    return 0


def told(done: dict[str, object]) -> list[str]:
    """What `tasks.steps.withdraw` found, or did, in lines."""
    from tasks.errors import printable

    holders, receipts, corrected = done["holders"], done.get("receipts"), done["corrected"]
    brings = f"the corrected edition {corrected}" if corrected else "a notice; there is no corrected edition yet"
    lines = [f"{done['edition']} {'is' if receipts is not None else 'would be'} withdrawn."]
    if not isinstance(holders, list) or not holders:
        return [*lines, "Nobody has it: nobody is mailed."]
    if done.get("waits"):
        lines.append(printable(f"{done['waits']} To bring that one instead, let it go first: run it with Mail: again."))
    lines.append(f"Who has it, and gets {brings}:")
    states = receipts if isinstance(receipts, dict) else {}
    return [*lines, *(printable(f"  {who}{': ' + states[who] if who in states else ''}") for who in holders)]
