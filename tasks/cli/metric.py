"""``./weerklank metric``: the metrics there are, and what one of them says about any range of weeks."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

NAME = "metric"
QUERIES = True
MOST_WEEKS = 520
BY = ("all", "department", "source")
HELP = """List, start, check or run metrics: every file in sql/metrics is one.

  ./weerklank metric list
  ./weerklank metric new night_share       sql/metrics/night_share.sql and its cases, to be changed from there
  ./weerklank metric check night_share     contract, SQL and cases; without a name: all of them
  ./weerklank metric watch night_share     check, and again whenever a file is saved; Ctrl-C ends it
  ./weerklank metric diff night_share overbrugge             what my change does to the last 26 weeks
  ./weerklank metric preview night_share overbrugge          the report's pages it is on, as pictures
  ./weerklank metric run first_response_time overbrugge --from 2026-W40 --to 2026-W47

A run gives a row for each week and one, "all", that pools the range.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, new, check, watch, diff, preview, run, contract, each with arguments of its own."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="name, unit and question of every metric")
    new = actions.add_parser("new", help="start a metric from the template")
    new.add_argument("metric", help="its name, like night_share")
    checked = actions.add_parser("check", help="is it fit to be merged? contract, SQL and cases")
    checked.add_argument("metrics", nargs="*", metavar="METRIC", help="file names in sql/metrics (default: all)")
    watched = actions.add_parser("watch", help="check a metric, and again whenever it or its cases are saved")
    watched.add_argument("metric", help="file name in sql/metrics, without .sql")
    diff = actions.add_parser("diff", help="the definition of before and the one of now, side by side")
    diff.add_argument("metric", help="file name in sql/metrics, without .sql")
    diff.add_argument("institution", help="file name in config/institutions, without .toml")
    diff.add_argument("--base", default="HEAD", metavar="REF", help="the Git revision of before (default: HEAD)")
    diff.add_argument("--weeks", type=int, default=26, metavar="N", help="how many weeks back (default: 26)")
    diff.add_argument("--html", metavar="FILE", help="write it as a page as well")
    diff.add_argument("--by", choices=BY, default="all", help="split every week (default: all)")
    shown = actions.add_parser("preview", help="the report's pages with the files as they are now, as pictures")
    shown.add_argument("metric", help="file name in sql/metrics, without .sql")
    shown.add_argument("institution", help="file name in config/institutions, without .toml")
    shown.add_argument("--week", metavar="WEEK", help="like 2026-W47 (default: the newest complete one)")
    actions.add_parser("contract", help="write the page and the JSON schema of a metric's contract anew")
    one = actions.add_parser("run", help="one metric over a range of weeks")
    one.add_argument("metric", help="file name in sql/metrics, without .sql")
    one.add_argument("institution", help="file name in config/institutions, without .toml")
    one.add_argument("--from", dest="first", required=True, metavar="WEEK", help="first week, like 2026-W40")
    one.add_argument("--to", dest="last", required=True, metavar="WEEK", help="last week, included")
    one.add_argument("--by", choices=BY, default="all", help="split every week (default: all)")
    one.add_argument("--format", choices=("table", "json", "csv"), default="table")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; rows go to standard output, everything else to standard error."""
    return {
        "list": _list,
        "new": _new,
        "check": _check,
        "watch": _watch,
        "diff": _diff,
        "preview": _preview,
        "run": _run,
        "contract": _contract,
    }[args.action](args)


def _list(args: argparse.Namespace) -> int:
    from tasks.errors import MetricError, printable
    from tasks.measure import contract

    for name in contract.names():
        try:
            metric = contract.load(name)
        except MetricError as error:
            print(f"{name:<20} {'broken':<8} {printable(str(error))}")
            continue
        print(f"{name:<20} {metric.contract.show.unit:<8} {printable(metric.contract.question.en)}")
    return 0


def _preview(args: argparse.Namespace) -> int:
    from tasks import home, period, settings, steps
    from tasks.errors import printable
    from tasks.period import Week
    from tasks.workbench import preview

    institution = settings.load(args.institution)
    clock = institution.institution.clock or period.now()
    week = Week.parse(args.week, institution.zone) if args.week else Week.newest_complete(clock, institution.zone)
    steps.must_be_over(institution, week, clock)
    steps.gather(institution, week)
    found = preview.preview(institution, week, args.metric)
    for name, why in found.unavailable.items():
        print(printable(f"{name} is not available:\n{why}"), file=sys.stderr)
    where = f"on page {', '.join(map(str, found.pages))}" if found.pages else "on no page of the PDF"
    print(f"{week}: {args.metric} stands {where}.", file=sys.stderr)
    for path in found.files:
        print(home.shown(path))
    return int(args.metric in found.unavailable)


def _contract(args: argparse.Namespace) -> int:
    from tasks.workbench import reference

    print("\n".join(reference.write()))
    return 0


def _new(args: argparse.Namespace) -> int:
    from tasks import home
    from tasks.workbench import start

    for path in start.start(args.metric):
        print(path.relative_to(home.SQL.parent))
    print(f"Change both, and see: ./weerklank metric check {args.metric}", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> int:
    from tasks.errors import printable
    from tasks.measure import contract
    from tasks.workbench import check

    failed = False
    for name in args.metrics or contract.names():
        for finding in check.check(name):
            failed |= not finding.ok
            told = finding.told.replace("\n", "\n      ")
            print(printable(f"{'ok' if finding.ok else 'FAIL':<4}  {name}: {finding.subject}: {told}"), flush=True)
    return int(failed)


def _watch(args: argparse.Namespace) -> int:
    from tasks.workbench import watch

    with contextlib.suppress(KeyboardInterrupt):
        for _ in watch.saves(args.metric):
            _check(argparse.Namespace(metrics=[args.metric]))
            print("", flush=True)
    return 0


def _diff(args: argparse.Namespace) -> int:
    from tasks import durable, period, settings, steps
    from tasks.errors import UsageError, printable
    from tasks.measure import contract
    from tasks.period import Week
    from tasks.workbench import diff, diff_page

    if not 1 <= args.weeks <= MOST_WEEKS:
        raise UsageError(f"--weeks {args.weeks}: from 1 to {MOST_WEEKS}.")
    institution = settings.load(args.institution)
    now, before = contract.load(args.metric), diff.base(args.metric, args.base)
    last = Week.newest_complete(institution.institution.clock or period.now(), institution.zone)
    steps.gather(institution, last)
    found = diff.compare(institution, before, now, last.shift(1 - args.weeks), last, args.by)
    print(printable("\n".join(diff.told(found))))
    if args.html:
        durable.write_bytes(Path(args.html), diff_page.page(found, institution.name).encode())
        print(args.html, file=sys.stderr)
    return 0


def _run(args: argparse.Namespace) -> int:
    from tasks import settings, steps
    from tasks.errors import UsageError
    from tasks.measure import contract, document
    from tasks.period import Week

    institution = settings.load(args.institution)
    metric = contract.load(args.metric)
    first, last = (Week.parse(text, institution.zone) for text in (args.first, args.last))
    if first.monday > last.monday:
        raise UsageError(f"--from {first} is later than --to {last}.")
    steps.gather(institution, last)
    rows = [_shown(row) for row in document.for_range(institution, metric, first, last, args.by)]
    _print(rows, args.format)
    return 0


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Week, group and count first; the heading is what ``--by`` asked for and need not be repeated."""
    first = {key: row[key] for key in ("week", "group", "n")}
    return first | {key: value for key, value in row.items() if key not in first and key != "dimension"}


def _print(rows: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        print("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]")
        return
    import pandas as pd

    frame = pd.DataFrame(rows).astype(object)
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
    else:
        print(frame.where(frame.notna(), "").to_string(index=False))
