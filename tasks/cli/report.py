"""``./weerklank report``: one week's edition without Airflow, by the same functions."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from tasks.period import Week

NAME = "report"
HELP = """Make the report of one week, without Airflow and without mailing it.

  ./weerklank report overbrugge 2026-W47
  ./weerklank report overbrugge 2026-W47 --as-of now      while the week is running
  ./weerklank report preview METRIC overbrugge            the pages a metric is on, as pictures; nothing is kept
  ./weerklank report overbrugge 2026-W47 --woo            and a version that may be published

Runs extract, stage, measure and render. The last line printed is the path of the PDF. A report from before the Monday
06:00 after its week is an interim edition: marked so on every page, kept apart, never taken for the week's own.
With --woo the path is that of the public version: no quotes, cases, open items or editors' words (docs/privacy/woo.md).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION WEEK [--as-of TIME | --woo]"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml")
    parser.add_argument("week", help="year and ISO week, like 2026-W47")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--woo", action="store_true", help="make the version that anybody may read as well")
    which.add_argument(
        "--as-of",
        metavar="TIME",
        help="know nothing later: now, or like 2026-11-23T06:00+01:00 (default: the Monday 06:00 after the week)",
    )


def run(args: argparse.Namespace) -> int:
    """Make the edition and say where it is."""
    from tasks import lake, period, settings, steps

    institution = settings.load(args.institution)
    week = Week.parse(args.week, institution.zone)
    clock = institution.institution.clock or period.now()
    as_of = _as_of(args.as_of, week, clock) if args.as_of else week.cutoff
    if not args.as_of:
        steps.must_be_over(institution, week, period.now())
    for source in institution.sources:
        steps.extract(institution.slug, source.id, str(week))
    known = Week.containing(as_of, institution.zone)
    steps.stage(institution.slug, str(week if known.monday < week.monday else known))
    items, refused = (lake.count(table, institution.slug, str(week)) for table in ("mentions", "quarantine"))
    print(f"{week}: {items:,} items, {refused:,} lines set aside", file=sys.stderr)
    steps.measure(institution.slug, str(week), as_of.isoformat())
    made = steps.render(institution.slug, str(week), as_of.isoformat())
    news = "; ".join(made["changed"]) or "first edition"
    print(f"revision {made['revision']}: {news if made['new'] else 'nothing changed, kept'}", file=sys.stderr)
    folder = Path(made["edition"])
    if args.woo:
        from tasks.render import public

        folder = public.build(institution, folder)
    print(folder / f"report.{institution.institution.languages[0]}.pdf")
    return 0


def _as_of(text: str, week: Week, clock: datetime) -> datetime:
    from tasks.errors import UsageError

    this_minute = clock.astimezone(week.zone).replace(second=0, microsecond=0)
    try:
        moment = this_minute if text == "now" else datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of “{text}” is not a time. Write it like 2026-11-23T06:00+01:00.") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=week.zone)
    if moment.year >= 2200:
        raise UsageError(f"--as-of {text} lies too far ahead.")
    if moment < week.start:
        raise UsageError(f"--as-of {text} lies before {week} begins ({week.start:%Y-%m-%d %H:%M}).")
    return moment
