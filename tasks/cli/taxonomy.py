"""``./weerklank taxonomy``: what a changed taxonomy moves, and what no topic explains yet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.topics.check import Move

NAME = "taxonomy"
HELP = """See what a changed taxonomy moves, or what no topic explains yet.

  ./weerklank taxonomy check overbrugge my_draft.toml
  ./weerklank taxonomy check overbrugge --week 2026-W47
  ./weerklank taxonomy unmatched overbrugge

check: which topics gain and lose which mentions of a week, by id and first words, when FILE takes the place of
config/taxonomy/INSTITUTION.toml; without FILE, what that file changes in the default that ships. Nothing is stored.
unmatched: negative posts of the week without a topic, and words that are on the rise among posts without one.
"""
SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check INSTITUTION [FILE] | unmatched INSTITUTION, with --week WEEK"""
    parser.add_argument("action", choices=("check", "unmatched"), help="what a file moves, or what no topic explains")
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="check: a draft of the taxonomy")
    parser.add_argument("--week", metavar="WEEK", help="like 2026-W47 (default: the newest that was staged)")


def run(args: argparse.Namespace) -> int:
    """0; nothing is changed."""
    from tasks import settings
    from tasks.errors import UsageError
    from tasks.period import Week
    from tasks.topics.check import newest_week

    if args.file and args.action == "unmatched":
        raise UsageError("taxonomy unmatched reads no file: check does.")
    institution = settings.load(args.institution)
    week = Week.parse(args.week or newest_week(institution.slug), institution.zone)
    if args.action == "unmatched":
        from tasks.measure import document
        from tasks.privacy import journal

        found = document.for_analysts(institution, week)
        journal.note(institution.slug, "taxonomy unmatched", sum(map(len, found.values())), str(week))
        for name, rows in found.items():
            print(f"{name}, {institution.slug} {week}: {len(rows)}")
            for row in rows:
                print("  " + "  ".join(str(value) for value in row.values() if value is not None))
        return 0
    return _check(institution.slug, str(week), args.file)


def _check(slug: str, week: str, draft: Path | None) -> int:
    from tasks import settings
    from tasks.privacy import journal
    from tasks.topics import check, taxonomy

    after = taxonomy.load(slug, draft)
    before = taxonomy.load(slug if draft else taxonomy.DEFAULT)
    moves, excerpts = check.compare(settings.load(slug), week, before, after)
    changed = {key: move for key, move in moves.items() if move.gained or move.lost}
    moved = {item for move in changed.values() for item in (*move.gained, *move.lost)}
    journal.note(slug, "taxonomy check", len(excerpts), week)
    print(f"{slug} {week}: {len(moved)} mentions move, in {len(changed)} of {len(moves)} topics (patterns only).")
    for key, move in changed.items():
        print(f"\n{key}: {move.before} → {move.after}")
        _tell(move, excerpts)
    return 0


def _tell(move: Move, excerpts: dict[str, str]) -> None:
    for sign, items in (("+", move.gained), ("-", move.lost)):
        for item in items[:SHOWN]:
            print(f"  {sign} {item}  {excerpts.get(item, '(not public)')}")
        if len(items) > SHOWN:
            print(f"  {sign} … and {len(items) - SHOWN:,} more")
