"""The student: it learns to say of any text what e5 says of it, from hashed pieces and word-list features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.sentiment import features, ngrams
from tasks.sentiment.engine import CLASSES
from tasks.sentiment.head import softmax
from tasks.sentiment.student import Student
from tasks.sentiment.training import optimise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

#: How heavily the weights of pieces are held back, and those of listed words.
RIDGE, LISTED_RIDGE = 1e-5, 1e-4
#: A word says more than a run of characters: its weight costs less.
WORD_SCALE = 2.0
STEPS = 50
#: The largest weight of a table, as a whole number.
LARGEST = 32767


@dataclass(frozen=True, slots=True)
class Lesson:
    """Cleaned texts with what e5 says of them: ``taught`` (n, 3)."""

    texts: Sequence[str]
    listed: NDArray[np.float32]
    taught: Matrix


class _Sheet:
    """Texts × pieces, without the zeros: ``rows`` texts, ``columns`` pieces, a value for each that occurs."""

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        found = ngrams.pieces(texts)
        self.used, self._columns = np.unique(found.numbers, return_inverse=True)
        sizes = np.diff(found.starts)
        self._starts, self._sizes = found.starts[:-1], sizes
        self.scale = np.where(self.used < ngrams.BUCKETS, WORD_SCALE, 1.0)
        self._values = np.repeat(1 / np.sqrt(sizes), sizes) * self.scale[self._columns]

    def times(self, slopes: Matrix) -> Matrix:
        """(pieces, 3) → (texts, 3)."""
        import numpy as np

        columns = [np.add.reduceat(column[self._columns] * self._values, self._starts) for column in slopes.T]
        return np.stack(columns, axis=1)

    def back(self, errors: Matrix) -> Matrix:
        """(texts, 3) → (pieces, 3)."""
        import numpy as np

        spread = [np.repeat(column, self._sizes) * self._values for column in errors.T]
        return np.stack([np.bincount(self._columns, one, len(self.used)) for one in spread], axis=1)


def distilled(lessons: Sequence[Lesson], about: dict[str, Any]) -> Student:
    """A student of all lessons, every text weighing the same. Deterministic: nothing is drawn."""
    import numpy as np

    sheet = _Sheet([text for lesson in lessons for text in lesson.texts])
    listed = np.concatenate([lesson.listed for lesson in lessons]).astype(float)
    taught = np.concatenate([lesson.taught for lesson in lessons])
    pieces_size, listed_size = len(sheet.used) * len(CLASSES), listed.shape[1] * len(CLASSES)

    def parts(at: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        pieces, rest = at[:pieces_size].reshape(-1, len(CLASSES)), at[pieces_size:]
        return pieces, rest[:listed_size].reshape(-1, len(CLASSES)), rest[listed_size:]

    def cost(at: Matrix) -> tuple[float, Matrix]:
        pieces, slopes, intercepts = parts(at)
        chance = softmax(sheet.times(pieces) + listed @ slopes + intercepts)
        missed = -(taught * np.log(np.maximum(chance, 1e-12))).sum() / len(taught)
        held = 0.5 * (RIDGE * (pieces**2).sum() + LISTED_RIDGE * (slopes**2).sum())
        error = (chance - taught) / len(taught)
        back = sheet.back(error) + RIDGE * pieces
        return float(missed + held), np.concatenate(
            [back.ravel(), (listed.T @ error + LISTED_RIDGE * slopes).ravel(), error.sum(axis=0)]
        )

    start = np.zeros(pieces_size + listed_size + len(CLASSES))
    pieces, slopes, intercepts = parts(optimise.minimum(cost, start, most=STEPS))
    return _student(sheet.used, pieces * sheet.scale[:, None], slopes, intercepts, about)


def _student(
    used: NDArray[np.int64], pieces: Matrix, slopes: Matrix, intercepts: Matrix, about: dict[str, Any]
) -> Student:
    import numpy as np

    step = float(abs(pieces).max()) / LARGEST or 1.0
    table = np.zeros((2 * ngrams.BUCKETS, len(CLASSES)), np.int16)
    table[used] = np.round(pieces / step)
    return Student(table, step, slopes, intercepts, {**about, "features": list(features.NAMES)})
