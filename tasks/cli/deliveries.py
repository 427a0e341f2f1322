"""``./weerklank deliveries``: what was mailed to whom, and a person's word on a mail that nobody is sure of."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.deliver.ledger import Entry, Ledger

NAME = "deliveries"
HELP = """List what was mailed to whom, and settle a mail of which nobody knows whether it arrived.

  ./weerklank deliveries                                             every mail, newest week first
  ./weerklank deliveries overbrugge --week 2026-W47
  ./weerklank deliveries --state unknown                             those that wait for your word
  ./weerklank deliveries overbrugge --week 2026-W47 --settle board@overbrugge.example arrived
  ./weerklank deliveries overbrugge --week 2026-W47 --settle board@overbrugge.example lost

pending   waits: run the step deliver of that week again      sent      the mail server took it
refused   the mail server said no for good                    skipped   nobody was to be mailed
unknown   the connection broke when it may have been taken: ask the reader, then --settle. What arrived counts as sent;
          what was lost is pending again, and goes out with the next run of the step deliver, once.
"""
HEADER = ("institution", "week", "edition", "round", "recipient", "state", "last change (UTC)", "what the server said")
STATES = ("pending", "sending", "sent", "refused", "unknown", "skipped")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[INSTITUTION] [--week WEEK] [--state STATE] [--settle ADDRESS arrived|lost] [--format table|json]"""
    parser.add_argument("institution", nargs="?", help="file name in config/institutions, without .toml (default: all)")
    parser.add_argument("--week", help="year and ISO week, like 2026-W47")
    parser.add_argument("--state", choices=STATES, help="only mails in this state")
    parser.add_argument(
        "--settle", nargs=2, metavar=("ADDRESS", "arrived|lost"), help="say what became of an unknown one"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """0; no mail at all is an answer too."""
    from tasks import home, period
    from tasks.deliver.ledger import Ledger

    ledger = Ledger(home.ledger_url(), period.now)
    if args.settle:
        return _settle(args, ledger)
    entries = ledger.listed(args.institution, args.week, args.state)
    if args.format == "json":
        print(json.dumps([_record(one) for one in entries], indent=1))
    elif entries:
        print("\n".join(_table(entries)))
    else:
        print("There is no such mail in the ledger.", file=sys.stderr)
    return 0


def _settle(args: argparse.Namespace, ledger: Ledger) -> int:
    from tasks.errors import UsageError

    address, found = args.settle
    if found not in ("arrived", "lost"):
        raise UsageError(f"--settle {address} “{found}”: say arrived or lost.")
    if not (args.institution and args.week):
        raise UsageError("--settle needs the institution and --week, so that it is about one mail.")
    mine = [
        one for one in ledger.listed(args.institution, args.week, "unknown") if one.key.recipient == address.lower()
    ]
    if not mine:
        raise UsageError(
            f"{args.institution} {args.week}: no mail to {address} is unknown. --state unknown lists them."
        )
    newest = max(mine, key=lambda one: one.key.order)
    if not ledger.settle(newest.key, found == "arrived"):
        raise UsageError(
            f"{args.institution} {args.week}: the mail to {address} was settled by somebody else just now."
        )
    what = f"{newest.key.week} r{newest.key.revision} to {newest.key.recipient}"
    if found == "arrived":
        print(f"{what}: sent.")
    else:
        print(f"{what}: pending. Run that week's step deliver again: it mails who is pending, and nobody else.")
    return 0


def _record(entry: Entry) -> dict[str, str | int | None]:
    return {
        "institution": entry.key.institution,
        "week": entry.key.week,
        "revision": entry.key.revision,
        "send_number": entry.key.send_number,
        "recipient": entry.key.recipient,
        "state": entry.state,
        "updated_at": entry.updated_at.isoformat(),
        "attempts": entry.attempts,
        "reply": entry.reply,
        "message_id": entry.message_id,
        "fingerprint": entry.fingerprint,
    }


def _table(entries: Iterable[Entry]) -> list[str]:
    from tasks.errors import printable

    rows = [HEADER, *(_row(one) for one in entries)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADER))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return [printable(line) for line in lines]


def _row(entry: Entry) -> tuple[str, ...]:
    key = entry.key
    reply = " ".join((entry.reply or "").split())
    changed = f"{entry.updated_at:%Y-%m-%d %H:%M}"
    return (
        key.institution,
        key.week,
        f"r{key.revision}",
        str(key.send_number),
        key.recipient,
        entry.state,
        changed,
        reply,
    )
