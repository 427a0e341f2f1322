"""``./weerklank label``: people read a sample of a week, so that the machine's judgement of tone can be checked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.period import Week
    from tasks.settings import Institution

NAME = "label"
HELP = """Read fifty messages of a week and say how they sound, to check the machine.

  ./weerklank label overbrugge 2026-W47
  ./weerklank label overbrugge 2026-W47 --by anna            a second reader, to see whether people agree
  ./weerklank label overbrugge 2026-W47 --export week47.csv  the same for a spreadsheet: fill in the column label …
  ./weerklank label overbrugge 2026-W47 --import week47.csv  … and hand it in
  ./weerklank label overbrugge --train ours.csv              every labelled text, to teach the machine your own words:
  ./weerklank train sentiment ours.csv --refit

Shows one text at a time, without names and without what the machine made of it. Every answer is kept at once, in
var/labels; stop when you like and go on later. The same week always gives the same sample. At the end it tells how
often the machine was right and what the net score would be; the next edition of the report says so too.

Private messages are asked in the terminal, which is yours, but never written to a file unless you say --with-private: a
file is mailed and left behind. Without it, label those in the terminal as well.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION WEEK [--by NAME] [--export FILE | --import FILE] | INSTITUTION --train FILE"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("week", nargs="?", help="year and ISO week, like 2026-W47")
    parser.add_argument("--by", default="first", metavar="NAME", help="who reads (default: first)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--export", type=Path, metavar="FILE.csv", help="write the sample for a spreadsheet")
    what.add_argument("--import", type=Path, metavar="FILE.csv", dest="take", help="read labels from a spreadsheet")
    what.add_argument("--train", type=Path, metavar="FILE.csv", help="write all labelled texts, to train on")
    parser.add_argument("--with-private", action="store_true", help="private messages may leave in the file")


def run(args: argparse.Namespace) -> int:
    """1 when an imported file had lines that could not be used."""
    from tasks import settings
    from tasks.errors import UsageError
    from tasks.period import Week
    from tasks.quality import labels, material

    institution = settings.load(args.institution)
    labels.named(args.by)
    if args.train:
        count = material.write(institution, args.train, private=args.with_private)
        print(f"{args.train}: {count:,} labelled texts. They are people's own words: keep the file to yourself.")
        return 0
    if not args.week:
        raise UsageError("which week? Write it like 2026-W47.")
    return _label(args, institution, Week.parse(args.week, institution.zone))


def _label(args: argparse.Namespace, institution: Institution, week: Week) -> int:
    from tasks import period, steps
    from tasks.errors import UsageError
    from tasks.privacy import journal
    from tasks.quality import labels, sample, session, sheet
    from tasks.topics import taxonomy

    slug, name = institution.slug, str(week)
    steps.must_be_over(institution, week, period.now())
    for source in institution.sources:
        steps.extract(slug, source.id, name)
    steps.stage(slug, name)
    drawn = sample.draw(institution, week)
    if not drawn:
        raise UsageError(f"{slug} {name}: nobody wrote anything that can be read. Import the week's messages first.")
    if args.export:
        chosen = [item for item in drawn if args.with_private or not item.private]
        given = labels.read(slug, name, args.by)
        sheet.may_replace(args.export, given)
        journal.note(slug, "label --export", len(chosen), name)
        sheet.write(args.export, chosen, given)
        print(f"{args.export}: {len(chosen)} of {len(drawn)} messages. Fill in the column label.")
        if left := len(drawn) - len(chosen):
            print(f"{left} private ones are not in the file: ./weerklank label {slug} {name} asks them here.")
        return 0
    topics = [one.key for one in taxonomy.load(slug)]
    taken = None
    if args.take:
        taken = sheet.take(slug, name, args.by, args.take, drawn, topics)
        print(f"{args.take}: {taken.kept} answers kept, {taken.blank} rows still blank, {len(taken.wrong)} refused.")
        print(*(f"  {line}" for line in taken.wrong), sep="\n", end="\n" if taken.wrong else "")
    else:
        journal.note(slug, "label", len(drawn), name)
        session.ask(slug, name, args.by, drawn, topics, _hear, print)
    _tell(institution, week)
    return int(bool(taken and taken.wrong))


def _hear() -> str:
    """A line from the keyboard or a pipe; "" at its end."""
    print("> ", end="", flush=True)
    return sys.stdin.readline()


def _tell(institution: Institution, week: Week) -> None:
    from tasks.quality import summary, told

    print("\n".join(told.lines(summary.of(institution, week))))
