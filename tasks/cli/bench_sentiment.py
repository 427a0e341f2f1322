"""``./weerklank bench sentiment``: every engine on texts that people labelled."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tasks.cli.arguments import positive

NAME = "sentiment"
HELP = """Score a labelled file with every sentiment engine, and with VADER and textblob-nl beside them.

  ./weerklank bench sentiment reviews.csv --text review --label tone --sample 500

Prints macro-F1, how far the net score is off, how many of the negatives were found (each with a 95 % interval) and how
many texts an engine reads per second of processor time. The file is CSV in UTF-8 (comma, semicolon, bar or tab). A
label is negative, neutral or positive, in Dutch or English, in full or as neg, neu, pos, or as -1, 0, 1.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE [--text COLUMN] [--label COLUMN] [--sample N] [--format …]"""
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV file with a text and a label per row")
    parser.add_argument("--text", default="text", metavar="COLUMN", help="column of texts (default: text)")
    parser.add_argument("--label", default="label", metavar="COLUMN", help="column of labels (default: label)")
    parser.add_argument("--sample", type=positive, metavar="N", help="so many rows, the same every time (default: all)")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """The table goes to standard output, progress to standard error."""
    from tasks.bench.sentiment import compare
    from tasks.sentiment import labelled

    found = labelled.read(args.file, args.text, args.label).sample(args.sample)
    outcomes = compare.compare(found, lambda line: print(line, file=sys.stderr, flush=True))
    if args.format == "json":
        print(json.dumps(compare.document(found, outcomes), indent=2, ensure_ascii=False))
    else:
        print(compare.table(found, outcomes))
    return 0
