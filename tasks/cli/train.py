"""``./weerklank train``: make the weights of the sentiment engines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

NAME = "train"
HELP = """Make the weights of the sentiment engines from labelled texts.

  ./weerklank train sentiment tweets.csv subtitles.csv --words --judge ours.csv

Trains the head of e5 and, from what that says, the student; tries both on every file with weights made of the others,
and on files given with --judge, which are never learnt from; writes weights and a card. Weights that score worse than
those already there are not written. A file is CSV (comma, semicolon, bar or tab) with a column of texts and one of
labels: negative, neutral, positive. Reads about 30 texts a second and core, once: what was read is kept in the state
folder. To teach the engines your own words, give your own labelled file beside the others.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """sentiment FILE… [--text …] [--label …] [--unlabelled FILE…] [--judge FILE…] [--words] [--to …] [--replace]"""
    parser.add_argument("what", choices=("sentiment",), help="what to train")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="labelled texts, one kind per file")
    parser.add_argument("--text", default="text", metavar="COLUMN", help="column of texts (default: text)")
    parser.add_argument("--label", default="label", metavar="COLUMN", help="column of labels (default: label)")
    parser.add_argument(
        "--unlabelled", nargs="+", type=Path, default=[], metavar="FILE", help="more texts for the student to read"
    )
    parser.add_argument(
        "--judge", nargs="+", type=Path, default=[], metavar="FILE", help="labelled texts to be tried on, never learnt"
    )
    parser.add_argument(
        "--words", action="store_true", help="let the student read every word of the lexicon too (ten minutes)"
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where weights go (default: where engines read them)")
    parser.add_argument("--replace", action="store_true", help="write the weights even if the old ones score better")


def run(args: argparse.Namespace) -> int:
    """1 when the weights already there score better and stay."""
    from tasks.sentiment import weights
    from tasks.sentiment.training import card, material, train

    sets = [material.labelled_set(path, args.text, args.label, _say) for path in args.files]
    judges = [material.labelled_set(path, args.text, args.label, _say) for path in args.judge]
    more = [material.unlabelled_set(path, args.text, _say) for path in args.unlabelled]
    if args.words:
        more.append(material.lexicon_words(_say))
    about = _versions()
    trained = train.train(sets, more, judges, about, _say)
    folder = args.to or weights.FOLDER
    if not args.replace and (refusals := _refusals(folder, trained)):
        for refusal in refusals:
            print(f"weerklank: {refusal}; nothing was written. --replace writes them all the same.", file=sys.stderr)
        return 1
    for name, one in trained.items():
        one.weights.about["scores"] = one.record()
        one.weights.save(folder / f"{name}.npz")
    text = card.card(trained, sets, more, judges, about)
    (folder / "README.md").write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


def _refusals(folder: Path, trained: dict[str, Any]) -> list[str]:
    """Why weights that are there must stay, for every engine."""
    from tasks.sentiment import weights
    from tasks.sentiment.engine import EngineUnavailable
    from tasks.sentiment.training.train import worse

    found = []
    for name, one in trained.items():
        try:
            _, about = weights.read(folder / f"{name}.npz")
        except EngineUnavailable:  # nothing there, or nothing that could be read
            continue
        if reason := worse(one.record(), about.get("scores", {})):
            found.append(f"{name}: {reason}")
    return found


def _versions() -> dict[str, str]:
    """What the weights depend on beside the texts. Training draws nothing at random; only intervals do, from seed 0."""
    import platform
    from importlib.metadata import version

    from tasks.sentiment import e5, scores, sql_engine

    return {
        "model": e5.model_version(),
        "lexicon": sql_engine.version(),
        "numpy": version("numpy"),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "seed": str(scores.SEED),
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
