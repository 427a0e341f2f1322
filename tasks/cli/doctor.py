"""``./weerklank doctor``: what is wrong, before Monday finds out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.doctor.finding import Finding

NAME = "doctor"
HELP = """Look whether this machine and its institutions are fit for the next report, and say what to do.

  ./weerklank doctor                  the machine, Airflow and every institution
  ./weerklank doctor overbrugge       one institution
  ./weerklank doctor --format json    for a monitoring tool

Every line is ok, warn or fail; under it stands the remedy. It mends nothing and mails nobody. The exit code is 1 when
something fails.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[INSTITUTION] [--format]"""
    parser.add_argument("institution", nargs="?", help="file name in config/institutions, without .toml (default: all)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """1 when anything fails."""
    worst = 0
    records = []
    for place, finding in _findings(args.institution):
        worst = max(worst, finding.state == "fail")
        records.append({"about": place, **{name: getattr(finding, name) for name in finding.__slots__}})
        if args.format == "table":
            _show(place, finding)
    if args.format == "json":
        print(json.dumps(records, indent=1, ensure_ascii=False))
    return int(worst)


def _findings(wanted: str | None) -> Iterator[tuple[str, Finding]]:
    from tasks import period, settings
    from tasks.cli import doctor_airflow
    from tasks.doctor import institution, machine
    from tasks.errors import ConfigError

    for finding in machine.findings():
        yield "machine", finding
    environment = doctor_airflow.settings()
    database = doctor_airflow.database(environment)
    yield "machine", database
    if environment is not None and database.state == "ok":
        yield "machine", doctor_airflow.scheduler(environment)
    for slug in [wanted] if wanted else settings.slugs():
        for finding in institution.findings(slug, period.now()):
            yield slug, finding
        try:
            known = settings.load(slug)
        except ConfigError:  # said just above
            continue
        for finding in doctor_airflow.about(known, environment):
            yield slug, finding


def _show(place: str, finding: Finding) -> None:
    from tasks.errors import printable

    print(printable(f"{finding.state:<4}  {place}: {finding.subject}: {finding.found}").replace("\n", "\n      "))
    if finding.remedy:
        print(printable(f"      → {finding.remedy}"))
