"""Labelled texts from a CSV file: a text and what a person thought of its tone, a row each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import UsageError
from tasks.sentiment.engine import CLASSES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DELIMITERS = (",", ";", "|", "\t")
SPELLINGS = {
    "negative": ("negative", "negatief", "neg", "-1", "-1.0", "min", "-"),
    "neutral": ("neutral", "neutraal", "neu", "0", "0.0", "none", "geen"),
    "positive": ("positive", "positief", "pos", "1", "1.0", "+1", "plus", "+"),
}
LABELS = {spelling: CLASSES.index(label) for label, spellings in SPELLINGS.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of texts: ``labels`` are places in CLASSES."""

    name: str
    texts: list[str]
    labels: NDArray[np.int64]

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels that occur, in order. Without neutral a set says of a text only which of the two it is."""
        return tuple(sorted({int(label) for label in self.labels}))

    @property
    def two_class(self) -> bool:
        """Whether nobody could say neutral here."""
        return 1 not in self.classes

    def sample(self, size: int | None, seed: int = 0) -> Labelled:
        """So many of the texts, drawn at random, in the order of the file; all of them when there are no more."""
        import numpy as np

        if size is None or size >= len(self.texts):
            return self
        kept = np.sort(np.random.default_rng(seed).choice(len(self.texts), size, replace=False))
        return Labelled(self.name, [self.texts[place] for place in kept], self.labels[kept])


def read(path: Path, text: str = "text", label: str = "label") -> Labelled:
    """A CSV file in UTF-8, separated by comma, semicolon, bar or tab. Raises UsageError with file and line."""
    import numpy as np

    found = [(row[text] or "", _label(path, line, row[label])) for line, row in _rows(path, (text, label))]
    return Labelled(path.stem, [row[0] for row in found], np.array([row[1] for row in found]))


def read_texts(path: Path, text: str = "text") -> list[str]:
    """One column of such a file."""
    return [row[text] or "" for _, row in _rows(path, (text,))]


def _label(path: Path, line: int, given: str | None) -> int:
    spelled = (given or "").strip()
    if spelled.lower() not in LABELS:
        accepted = "; ".join(f"{name} ({', '.join(spellings[1:4])})" for name, spellings in SPELLINGS.items())
        raise UsageError(f"{path}, line {line}: the label “{spelled}” is not one of {accepted}.")
    return LABELS[spelled.lower()]


def _rows(path: Path, wanted: tuple[str, ...]) -> list[tuple[int, dict[str, str | None]]]:
    """Every row with the line it begins on; the header has the columns wanted, and there is at least one row."""
    line, found = 2, []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            delimiter = _delimiter(path, lines.readline(), wanted)
            lines.seek(0)
            rows = csv.DictReader(lines, delimiter=delimiter, strict=True)
            for row in rows:
                found.append((line, row))
                line = rows.line_num + 1
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as “CSV UTF-8”.") from None
    except csv.Error as error:
        raise UsageError(f"{path}, line {line}: not a CSV row: {error}.") from None
    if not found:
        raise UsageError(f"{path} has no rows below its header.")
    return found


def _delimiter(path: Path, header: str, wanted: tuple[str, ...]) -> str:
    """The sign by which the first line falls apart into columns of these names."""
    for delimiter in DELIMITERS:
        names = next(csv.reader([header], delimiter=delimiter), [])
        if all(name in names for name in wanted):
            return delimiter
    names = max((next(csv.reader([header], delimiter=one), []) for one in DELIMITERS), key=len)
    missing = [name for name in wanted if name not in names]
    raise UsageError(
        f"{path}, line 1: no column “{'” and no “'.join(missing)}”; the columns are {', '.join(names) or '(none)'}. "
        "Name them with --text and --label."
    )
