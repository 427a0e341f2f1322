"""``./weerklank docs``: the catalogue of metrics, as pages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NAME = "docs"
QUERIES = True
HELP = """Write the catalogue: every metric and table as a page, with its lineage and its last weeks.

  ./weerklank docs overbrugge                        var/catalogue/index.html; open it in a browser
  ./weerklank docs overbrugge --to /srv/www/metrics

The pages need no server, no network and no JavaScript. A metric that is broken is told as such; the rest is there.
"""
WEEKS = 26


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """INSTITUTION [--to FOLDER]"""
    parser.add_argument("institution", help="file name in config/institutions, without .toml: whose weeks are shown")
    parser.add_argument("--to", metavar="FOLDER", help="where to write it (default: var/catalogue)")


def run(args: argparse.Namespace) -> int:
    """0, also with broken metrics: those are named."""
    from tasks import home, period, settings, steps
    from tasks.catalogue import site
    from tasks.period import Week

    institution = settings.load(args.institution)
    last = Week.newest_complete(institution.institution.clock or period.now(), institution.zone)
    steps.gather(institution, last)
    folder = Path(args.to) if args.to else site.folder()
    entries = site.write(institution, last.shift(1 - WEEKS), last, folder)
    if wrong := site.broken(entries):
        print(f"Broken, and told so: {', '.join(wrong)}.", file=sys.stderr)
    print(home.shown(folder / "index.html"))
    return 0
