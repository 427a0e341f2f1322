"""``./weerklank privacy``: what is kept of people, and who looked at their words."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

NAME = "privacy"
HELP = """Say what is kept of people where and why, and who looked at their words.

  ./weerklank privacy map                    docs/privacy/data-map.md anew, from the tables as they are
  ./weerklank privacy journal overbrugge     who was shown people's words, when, and how many texts
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """map | journal"""
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("map", help="write the data map from the tables as they are")
    journal = commands.add_parser("journal", help="who looked at people's words")
    journal.add_argument("institution", help="file name in config/institutions, without .toml")
    journal.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """0."""
    return {"map": _map, "journal": _journal}[args.command](args)


def _map(args: argparse.Namespace) -> int:
    from tasks import durable, home
    from tasks.privacy import map as data_map

    durable.write_bytes(data_map.FILE, data_map.page().encode())
    print(home.shown(data_map.FILE))
    return 0


def _journal(args: argparse.Namespace) -> int:
    from tasks import settings
    from tasks.privacy import journal

    institution = settings.load(args.institution)
    found = journal.looks(institution.slug)
    if args.format == "json":
        print(json.dumps([asdict(one) | {"at": one.at.isoformat()} for one in found], indent=1))
        return 0
    for one in found:
        when = one.at.astimezone(institution.zone)
        print(f"{when:%Y-%m-%d %H:%M}  {one.by:<20} {one.what:<20} {one.week or '-':<9} {one.items:>6,} texts")
    if not found:
        print("Nobody was shown anybody's words.")
    return 0
