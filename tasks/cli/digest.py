"""``./weerklank digest``."""

from __future__ import annotations

import argparse

NAME = "digest"
HELP = """See who waits for an answer now, and mail it to those who can give one.

  ./weerklank digest overbrugge             # whom would be told of what; nothing happens
  ./weerklank digest overbrugge --really    # mail it: of each item everybody is told once

What stands here is what the DAG collect_mentions mails after each collection, if [digest] in the institution's file is
enabled: docs/digest.md. Words are masked and those of private messages are left out; that you looked is written in the
journal (./weerklank privacy journal)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION [--really]"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("--really", action="store_true", help="mail it")


def run(args: argparse.Namespace) -> int:
    """0; raises DeliveryError when a mail could not go."""
    from tasks import collecting, settings
    from tasks.errors import UsageError, printable

    institution = settings.load(args.institution)
    if not institution.digest.enabled:
        raise UsageError(
            f"config/institutions/{institution.slug}.toml: nobody is told between two reports. Add\n"
            '[digest]\nenabled = true\ncontact = "webcare@school.example"'
        )
    if args.really:
        for who, state in collecting.tell(institution.slug).items():
            print(f"{who}: {state}")
        return 0
    shown = collecting.untold(institution.slug)
    for address, text in shown:
        print(f"── to {printable(address)}\n{printable(text)}")
    if not shown:
        print("Nobody is to be told of anything new.")
    return 0
