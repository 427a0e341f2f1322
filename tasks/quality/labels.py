"""What people said of the items they read: one small file for each answer, beside the lake and not in it.

    var/labels/<slug>/<week>/<labeller>/<item>.json

Staging anew never touches them. An answer holds no words; it counts as long as the words are those that were read.
"""

from __future__ import annotations

import difflib
import json
import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from tasks import durable, home
from tasks.errors import UsageError
from tasks.quality.sample import Drawn
from tasks.sentiment.engine import CLASSES

Answer = Literal["negative", "neutral", "positive", "unclear"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
#: Who reads, when only one person does.
FIRST = "first"
log = logging.getLogger(__name__)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Label:
    """One person's answer to one item; ``stratum`` and ``stratum_size`` say what it stood for when it was drawn."""

    labeller: str
    item_id: str
    text_key: str
    label: Answer
    topic: str | None
    stratum: str
    stratum_size: int

    @classmethod
    def of(cls, drawn: Drawn, by: str, label: Answer, topic: str | None = None) -> Label:
        """The answer to an item of the sample."""
        return cls(by, drawn.item_id, drawn.text_key, label, topic, drawn.stratum, drawn.stratum_size)


def named(text: str) -> str:
    """A labeller's name as it may be written; raises UsageError."""
    if not NAME.fullmatch(text):
        raise UsageError(f"“{text}” is no name: write lower-case letters, digits and _, like anna or reader_2.")
    return text


def topic(text: str, known: Collection[str]) -> str | None:
    """The topic that somebody wrote beside an answer, if any; raises UsageError when the taxonomy has none such."""
    written = text.strip().lower()
    if written and written not in known:
        close = difflib.get_close_matches(written, sorted(known), 1)
        meant = f" Did you mean {close[0]}?" if close else " The taxonomy (config/taxonomy) lists them."
        raise UsageError(f"“{text.strip()}” is no topic.{meant}")
    return written or None


def save(slug: str, week: str, label: Label) -> None:
    """Keep one answer; on returning it is on disk. A second answer of the same person replaces the first."""
    data = json.dumps(asdict(label), sort_keys=True, indent=1) + "\n"
    path = home.labels(slug) / week / label.labeller / f"{label.item_id}.json"
    durable.write_bytes(path, data.encode(), mode=0o600)


def forget(slug: str, week: str, by: str, item_id: str) -> None:
    """Take back one answer."""
    (home.labels(slug) / week / by / f"{item_id}.json").unlink(missing_ok=True)


def read(slug: str, week: str, by: str = "*") -> list[Label]:
    """The answers of a week, of one person or of all, in a fixed order; a damaged one is logged and asked again."""
    return list(_read(slug, week, by))


def _read(slug: str, week: str, by: str) -> Iterator[Label]:
    for path in sorted((home.labels(slug) / week).glob(f"{by}/[!.]*.json")):
        try:
            label = Label(**json.loads(path.read_text(encoding="utf-8")))
            if label.label not in ANSWERS or label.stratum not in CLASSES or not isinstance(label.stratum_size, int):
                raise ValueError
        except (OSError, ValueError, TypeError):
            log.warning("%s is damaged: this answer does not count, and will be asked again.", path)
            continue
        yield label


def weeks(slug: str) -> list[str]:
    """The weeks of which somebody labelled something, oldest first."""
    return sorted({path.parent.parent.name for path in home.labels(slug).glob("*/*/[!.]*.json")})
