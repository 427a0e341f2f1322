"""``./weerklank train``: make the weights of the sentiment engines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

NAME = "train"
#: The head that a refit began with, and the next one begins with again: more labels of a school do not pile up.
BEFORE = "e5.before.npz"
HELP = """Make the weights of the sentiment engines from labelled texts.

  ./weerklank train sentiment tweets.csv subtitles.csv --words --judge ours.csv

Trains the head of e5 and, from what that says, the student; tries both on every file with weights made of the others,
and on files given with --judge, which are never learnt from; writes weights and a card. Weights that score worse than
those already there are not written. A file is CSV (comma, semicolon, bar or tab) with a column of texts and one of
labels: negative, neutral, positive. Reads about 30 texts a second and core, once: what was read is kept in the state
folder (var/embeddings; by hash, without words): throw it away when texts of yours were in it and must be gone.

  ./weerklank label overbrugge --train ours.csv
  ./weerklank train sentiment ours.csv --refit

--refit needs no other texts: it moves the head of e5 that is there by one file of your own labels, 30 or more, and
leaves it alone when texts that it did not see are then judged worse.
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
    parser.add_argument("--refit", action="store_true", help="move the head that is there by one file; needs no other")
    parser.add_argument("--replace", action="store_true", help="write the weights even if the old ones score better")


def run(args: argparse.Namespace) -> int:
    """1 when the weights already there score better and stay."""
    if args.refit:
        return _refit(args)
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
    (folder / BEFORE).unlink(missing_ok=True)
    text = card.card(trained, sets, more, judges, about)
    (folder / "README.md").write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


def _refit(args: argparse.Namespace) -> int:
    from tasks import durable
    from tasks.errors import UsageError
    from tasks.sentiment import e5, weights
    from tasks.sentiment.head import Head
    from tasks.sentiment.training import material, refit

    if len(args.files) > 1 or args.judge or args.unlabelled or args.words:
        raise UsageError("--refit takes one file of labelled texts, and nothing else.")
    e5.load()  # says what is wrong with the model or the head, if anything
    folder = args.to or weights.FOLDER
    there, before = folder / "e5.npz", folder / BEFORE
    base = next(path for path in (before, there, e5.WEIGHTS) if path.exists())
    own = material.labelled_set(args.files[0], args.text, args.label, _say)
    found = refit.refit(Head.read(base), own)
    text = refit.told(found, own)
    print(text.strip())
    if found.worse and not args.replace:
        print("weerklank: it would get worse; nothing was written. --replace writes it all the same.", file=sys.stderr)
        return 1
    durable.write_bytes(before, base.read_bytes())
    found.head.save(there)
    card = folder / "README.md"
    written = card.read_text(encoding="utf-8") if card.exists() else ""
    card.write_text(written.partition("\n## Refitted\n")[0] + text, encoding="utf-8")
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
