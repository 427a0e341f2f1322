"""``./weerklank explain``: from a figure in a PDF to everything it was made of."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

NAME = "explain"
HELP = """Explain a figure of an edition: its metric, SQL, rows, inputs, calendar and version, for an auditor.

  ./weerklank explain overbrugge/2026-W47/r1                                   which figures are there?
  ./weerklank explain overbrugge/2026-W47/r1 sla_attainment                    a metric's headline
  ./weerklank explain overbrugge/2026-W47/r1 sla_attainment.n --by department=it
  ./weerklank explain overbrugge/2026-W47/r1 "47 min"                          as it is printed on a page

Says too whether the lake and the SQL of today still give the same, and whether the edition's files are what they were.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EDITION [FIGURE] [--by HEADING=GROUP] [--format text|json]"""
    parser.add_argument("edition", help="institution, week and revision, as at the foot of every page")
    parser.add_argument("figure", nargs="?", help="a metric, a metric and its column, or a text on a page")
    parser.add_argument("--by", metavar="HEADING=GROUP", help="of a department, source or topic: department=it")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """0, also when the figure comes out differently today: that is an answer."""
    from tasks import settings
    from tasks.errors import printable
    from tasks.explain import figure
    from tasks.render import edition

    slug, folder = edition.named(args.edition)
    found = figure.opened(settings.load(slug), folder)
    if not args.figure:
        lines = [f"{one.metric + '.' + one.column:<45} {value}" for one, value in figure.headlines(found)]
        print("\n".join(lines))
        return 0
    told = [figure.explained(found, one) for one in figure.named(found, args.figure, args.by)]
    if args.format == "json":
        print(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        print(printable("\n\n".join("\n".join(_lines(args.edition, one)) for one in told)))
    return 0


def _lines(edition: str, told: dict[str, Any]) -> Iterator[str]:
    about, made, today = told["about"], told["edition"], told["today"]
    heading = "" if about["dimension"] == "all" else f", {about['dimension']} {about['group']}"
    yield f"{edition}  {told['figure']}  {about['week']}{heading}"
    yield f"  is        {told['title']['en']}: {told['question']['en']}"
    unit = f" ({told['unit']})" if told["unit"] else ""
    yield f"  value     {told['value']}{unit}" + (f", target {told['target']}" if told["target"] is not None else "")
    yield f"  mind      {told['caveat']['en']}"
    row = told["row"] or {}
    yield "  row       " + ", ".join(f"{key}={value}" for key, value in row.items())
    for part in told["parts"]:
        yield "            " + ", ".join(f"{key}={value}" for key, value in part.items())
    sql = told["sql"]
    yield f"  sql       {sql['stored']} ({sql['sha256'][:12]}; today's is {_same(sql['same_today'])})"
    again = "the same" if today["same"] else f"{today['value']}{' (' + today['why'] + ')' if today['why'] else ''}"
    yield f"  today     the lake and the SQL of today give {again}"
    when = told["calendar"]
    yield f"  calendar  {when['from']} until {when['until']}, known at {when['as_of']} ({when['timezone']})"
    yield f"            closed: {', '.join(when['closed']) or 'no day'}"
    for hours in when["hours"]:
        yield f"            open: {hours}"
    data = told["data"]
    yield f"  data      {data['mentions']} mentions in {data['partition']}"
    raw = sum(page["raw"] for page in data["pages"])
    gone = f" (of {len(data['pages']) - raw} only rows are left)" if raw < len(data["pages"]) else ""
    yield f"            from {len(data['pages'])} raw pages{gone}; hash of all inputs {data['sha256'][:12]}"
    yield f"  edition   {made['fingerprint'][:12]}, revision {made['revision']} of {max(made['revisions'])}"
    if made["changed"]["parts"]:
        yield f"            changed since the one before: {', '.join(made['changed']['parts'])}"
    yield (
        f"            program {made['code'][:12]} (today's is {_same(made['same_code_today'])}), packages "
        f"{made['lock'][:12]} (today's are {_same(made['same_lock_today'])})"
    )
    damaged = ", ".join(made["damaged"])
    yield f"            {made['files']} files, " + (f"DAMAGED: {damaged}" if damaged else "all as they were made")


def _same(same: bool) -> str:
    return "the same" if same else "another"
