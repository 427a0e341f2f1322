"""How near a text is in meaning to the one-line description of a topic.

Similarities of E5 lie close together and differ by topic (everything looks a little like everything), so they are held
against what everyday sentences have (background.txt): ``z`` is how many standard deviations a text is nearer than
those. ``embed`` gives unit vectors, one row a text, made in the same way for texts and descriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.topics.taxonomy import Topic

Array = npt.NDArray[np.float32]
#: texts -> (n, dimensions) float32, every row of length 1
Embed = Callable[[Sequence[str]], Array]
#: No less than this: a quarter of what E5 has.
LEAST_DEVIATION = 0.005
BACKGROUND = Path(__file__).with_name("background.txt")


class Descriptions:
    """The descriptions of a taxonomy, embedded once."""

    def __init__(self, topics: Sequence[Topic], embed: Embed) -> None:
        lines = [*(topic.description.nl for topic in topics), *(topic.description.en for topic in topics)]
        everyday = BACKGROUND.read_text(encoding="utf-8").splitlines()
        made = embed([*lines, *everyday])
        self._nl, self._en = made[: len(topics)], made[len(topics) : len(lines)]
        usual = self.similarity(made[len(lines) :])
        self._mean, self._deviation = usual.mean(axis=0), np.maximum(usual.std(axis=0), LEAST_DEVIATION)

    def similarity(self, texts: Array) -> Array:
        """(n texts, topics) cosine with the description in the language that is nearer, -1 … 1."""
        return np.asarray(np.maximum(texts @ self._nl.T, texts @ self._en.T), dtype=np.float32)

    def z(self, similarity: Array) -> Array:
        """The same as standard deviations above everyday sentences."""
        return np.asarray((similarity - self._mean) / self._deviation, dtype=np.float32)
