"""The fallback: weights on hashed pieces of text and on word-list features, learnt from what e5 says. Numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.sentiment import clean, features, ngrams, weights
from tasks.sentiment.engine import CLASSES
from tasks.sentiment.head import DECIMALS, softmax

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "student"
WEIGHTS = weights.FOLDER / "student.npz"
#: So many texts at once: the pieces of more would fill memory.
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Student:
    """``table`` (2 × BUCKETS, 3) of whole numbers times ``step``; ``slopes`` (features, 3); ``intercepts`` (3).

    Whole numbers add up to the same in any order, so a text's answer never depends on its neighbours.
    """

    table: NDArray[np.int16]
    step: float
    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    about: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Student:
        """Raises EngineUnavailable when the file is missing, or made for other features than ours."""
        import numpy as np

        arrays, about = weights.read(path)
        few = len(CLASSES)
        shapes = {"table": (2 * ngrams.BUCKETS, few), "slopes": (len(features.NAMES), few), "intercepts": (few,)}
        weights.check(path, {**arrays, "step": np.array(about.get("step"))}, about, {**shapes, "step": ()})
        return cls(
            arrays["table"],
            float(about["step"]),
            arrays["slopes"].astype(float),
            arrays["intercepts"].astype(float),
            about,
        )

    def save(self, path: Path) -> None:
        """The same student makes the same file."""
        import numpy as np

        arrays: dict[str, NDArray[Any]] = {
            "table": self.table,
            "slopes": self.slopes.astype(np.float32),
            "intercepts": self.intercepts.astype(np.float32),
        }
        weights.save(path, arrays, {**self.about, "step": self.step, "features": list(features.NAMES)})

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(n, 3) of cleaned texts, rounded."""
        import numpy as np

        found = ngrams.pieces(texts)
        listed = features.of(texts).astype(float)
        # An empty text has no pieces; reduceat would give it its neighbour's.
        sums = np.cumsum(self.table[found.numbers], axis=0, dtype=np.int64)
        ends = np.concatenate([np.zeros((1, len(CLASSES)), np.int64), sums])
        total = ends[found.starts[1:]] - ends[found.starts[:-1]]
        counts = np.maximum(np.diff(found.starts), 1)
        logits = total * self.step / np.sqrt(counts)[:, None] + self.intercepts
        for column, slope in zip(listed.T, self.slopes, strict=True):  # a product of matrices differs with their size
            logits += column[:, None] * slope
        return np.round(softmax(logits), DECIMALS)


@dataclass(frozen=True, slots=True)
class StudentEngine:
    """A student with a name and a version. It has learnt to read Latin letters and emoji."""

    student: Student
    version: str
    name: str = NAME

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """See Engine."""
        import numpy as np

        found = np.zeros((len(texts), len(CLASSES)))
        for start in range(0, len(texts), BATCH):
            read = [clean.cleaned(text) for text in texts[start : start + BATCH]]
            found[start : start + BATCH] = self.student.probabilities(read)
            unread = [place for place, text in enumerate(read, start) if not clean.in_latin(text)]
            found[unread] = np.nan
        return found


def load(path: Path = WEIGHTS) -> StudentEngine:
    """Raises EngineUnavailable when its weights are not there or not whole."""
    student = Student.read(path)
    code = Path(ngrams.__file__).read_bytes()
    return StudentEngine(student, weights.version(NAME, path.read_bytes(), code, weights.listening()))
