"""``./weerklank privacy``: erasure and access, retention, keys; what is kept of people, and who looked."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.privacy.person import Person

NAME = "privacy"
OLDEST = 1990
HELP = """Erase or export one person, let go what is over, rotate keys; say what is kept of people, and who looked.

  ./weerklank privacy erase overbrugge --author @sanne_dv --source mastodon             what is there of this person?
  ./weerklank privacy erase overbrugge --author @sanne_dv --source mastodon --really    erase it
  ./weerklank privacy erase overbrugge --author @sanne_dv --source mastodon --file      a number for Airflow's form
  ./weerklank privacy export overbrugge --author @sanne_dv --source mastodon --to sanne.zip
  ./weerklank privacy retain overbrugge                     what is over by [privacy] in the institution's file?
  ./weerklank privacy retain overbrugge --really            let it go
  ./weerklank privacy rotate overbrugge --really            a new key, and everything re-keyed with it
  ./weerklank privacy map                                   docs/privacy/data-map.md anew, from the tables as they are
  ./weerklank privacy journal overbrugge                    who was shown people's words, when, and how many texts

The handle may be written with or without @, in any case; “--author -” asks for it, so that it stays out of the shell's
history. --also names other words that give the person away, such as their name. A command that was killed ends what it
began when it is given again. docs/privacy says what each does, and what it cannot do.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """erase | export | retain | rotate | map | journal"""
    commands = parser.add_subparsers(dest="command", required=True)
    erase = commands.add_parser("erase", help="everything of one person; shows it, or with --really erases it")
    _person(erase)
    erase.add_argument("--reference", default="", help="its number in your register")
    how = erase.add_mutually_exclusive_group()
    how.add_argument("--really", action="store_true", help="do it")
    how.add_argument("--file", action="store_true", help="keep the request for Airflow's form, and print its number")
    export = commands.add_parser("export", help="everything of one person, in a file for them")
    _person(export)
    export.add_argument("--to", type=Path, required=True, metavar="FILE.zip")
    retain = commands.add_parser("retain", help="what is over goes: raw pages before texts before rows")
    _institution(retain)
    retain.add_argument("--on", type=_day, metavar="DATE", help="as of another day, like 2026-11-23")
    retain.add_argument("--really", action="store_true", help="do it")
    rotate = commands.add_parser("rotate", help="add a key and re-key everything")
    _institution(rotate)
    rotate.add_argument("--really", action="store_true", help="do it")
    commands.add_parser("map", help="write the data map from the tables as they are")
    _institution(commands.add_parser("journal", help="who looked at people's words"))


def _institution(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _person(parser: argparse.ArgumentParser) -> None:
    _institution(parser)
    parser.add_argument("--author", required=True, metavar="HANDLE", help="as the platform has it; - asks for it")
    parser.add_argument("--source", required=True, help="where, like mastodon")
    parser.add_argument("--also", action="append", default=[], metavar="WORDS", help="another name; may be repeated")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def run(args: argparse.Namespace) -> int:
    """0."""
    return {"erase": _erase, "export": _export, "retain": _retain, "rotate": _rotate, "map": _map, "journal": _journal}[
        args.command
    ](args)


def _who(args: argparse.Namespace) -> Person:
    from tasks.privacy.person import Person

    handle = getpass.getpass("Handle: ") if args.author == "-" and sys.stdin.isatty() else args.author
    return Person(args.source, sys.stdin.readline().strip() if handle == "-" else handle, tuple(args.also))


def _erase(args: argparse.Namespace) -> int:
    from tasks.privacy import run as doing

    person = _who(args)
    if args.file:
        number = doing.file(args.institution, person, args.reference)
        print(f"Request {number}. Fill it in in Airflow: Erase a person. It is forgotten once it is done.")
        return 0
    by = os.environ.get("SUDO_USER") or getpass.getuser()
    done = doing.erase(args.institution, person, by=by, reference=args.reference, really=args.really)
    _show(args, done)
    _not_yet(args)
    return 0


def _export(args: argparse.Namespace) -> int:
    from tasks.privacy import run as doing

    done = doing.export(args.institution, _who(args), args.to)
    _show(args, {"file": str(args.to), **done})
    return 0


def _retain(args: argparse.Namespace) -> int:
    from tasks.errors import UsageError
    from tasks.privacy import run as doing

    if args.on and args.on.year < OLDEST:
        raise UsageError(f"{args.on} is before anything was kept; write a day like 2026-11-23.")
    if args.really and args.on and args.on > doing.today(args.institution):
        raise UsageError(f"{args.on} has not come yet: nothing goes before its time. Without --really you may ask.")
    _show(args, doing.retain(args.institution, args.on, really=args.really))
    _not_yet(args)
    return 0


def _rotate(args: argparse.Namespace) -> int:
    from tasks.privacy import run as doing

    if args.really:
        _show(args, doing.rotate(args.institution))
    else:
        print("Every week is staged again with a new key. Make a back-up of var/keys first; see docs/privacy/keys.md.")
    _not_yet(args)
    return 0


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


def _not_yet(args: argparse.Namespace) -> None:
    if not args.really:
        print("Nothing has happened yet: add --really.", file=sys.stderr)


def _show(args: argparse.Namespace, told: dict[str, Any]) -> None:
    from tasks.errors import printable

    if args.format == "json":
        print(json.dumps(told, indent=1))
        return
    for name, value in told.items():
        print(printable(f"{name.replace('_', ' ')}: {_plain(value)}"))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "none"
    return "none" if value in (None, "") else str(value)
