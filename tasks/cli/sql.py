"""``./weerklank sql``: questions on the promised tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.warehouse import Connection

NAME = "sql"
QUERIES = True
HELP = """Ask the promised tables something, as a metric would: what works here works in a metric.

  ./weerklank sql overbrugge                                                  a prompt; .tables shows what there is
  ./weerklank sql overbrugge "SELECT week, count(*) FROM core.asked GROUP BY ALL ORDER BY ALL"
  echo "SELECT …" | ./weerklank sql overbrugge - --format csv

It reads the lake and changes nothing. Each of the last weeks is a period of its own; a message counts once for each
heading (dimension = 'all', 'department', 'source', 'topic').
"""
PROMPT, MORE = "sql> ", "   > "
MOST_WEEKS = 520
#: The one promised table with words in it: causes and actions.
WITH_WORDS = "core.case_file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION [QUERY|-] [--weeks N] [--rows N] [--format table|csv|json]"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("query", nargs="?", help="one SELECT, or - to read it (default: a prompt)")
    parser.add_argument("--weeks", type=int, default=12, metavar="N", help="so many weeks, to the newest (default: 12)")
    parser.add_argument("--rows", type=int, default=1000, metavar="N", help="print no more rows (default: 1000)")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """0; 1 when the one query cannot be answered. At a prompt a wrong one is told, and the next asked."""
    from tasks import period, settings, steps
    from tasks.errors import UsageError
    from tasks.period import Week
    from tasks.workbench import prompt

    if not 1 <= args.weeks <= MOST_WEEKS or args.rows < 1:
        raise UsageError(f"--weeks is 1 to {MOST_WEEKS}, and --rows at least 1.")
    institution = settings.load(args.institution)
    last = Week.newest_complete(institution.institution.clock or period.now(), institution.zone)
    first = last.shift(1 - args.weeks)
    steps.gather(institution, last)
    with prompt.opened(institution, first, last) as db:
        if args.query:
            _print(_told(db, sys.stdin.read() if args.query == "-" else args.query, args), args)
            return 0
        print(f"{institution.name}, {first} to {last}. .tables shows the tables; a query ends with ;", file=sys.stderr)
        for asked in _asked():
            _answer(db, asked, args)
    return 0


def _asked() -> Iterator[str]:
    """What somebody types, query by query, until they leave."""
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 the arrow keys
    lines: list[str] = []
    while True:
        try:
            line = input(MORE if lines else PROMPT)
        except (EOFError, KeyboardInterrupt):
            print(file=sys.stderr)
            return
        if not lines and line.strip() in ("exit", "quit", ".exit", ".quit"):
            return
        lines.append(line)
        if line.rstrip().endswith(";") or (len(lines) == 1 and line.strip().startswith(".")):
            yield "\n".join(lines)
            lines = []


def _answer(db: Connection, asked: str, args: argparse.Namespace) -> None:
    from tasks.errors import WeerklankError, printable
    from tasks.workbench import prompt

    if asked.strip().startswith("."):
        for name, columns in prompt.tables(db).items():
            print(f"core.{name}: {', '.join(columns)}")
        return
    try:
        _print(_told(db, asked, args), args)
    except WeerklankError as error:
        print(printable(str(error)), file=sys.stderr)


def _told(db: Connection, asked: str, args: argparse.Namespace) -> Any:
    """The answer; where it may hold words that people of ours wrote about a case, the look is written down first."""
    from tasks.measure import guard
    from tasks.privacy import journal
    from tasks.workbench import prompt

    frame = prompt.frame(db, asked)
    if WITH_WORDS in guard.tables(db, asked):
        journal.note(args.institution, "sql", len(frame))
    return frame


def _print(frame: Any, args: argparse.Namespace) -> None:
    from tasks.errors import printable

    shown = frame.head(args.rows)
    if args.format == "csv":
        from tasks.quality.sheet import inert

        shown.map(lambda cell: inert(cell) if isinstance(cell, str) else cell).to_csv(sys.stdout, index=False)
    elif args.format == "json":
        print(shown.to_json(orient="records", date_format="iso", force_ascii=False, indent=1))
    else:
        text = shown.astype(object).where(shown.notna(), "").to_string(index=False) if len(shown) else "no rows"
        print(printable(text))
    if len(frame) > len(shown):
        print(f"{len(frame):,} rows; --rows {len(frame)} prints them all.", file=sys.stderr)
