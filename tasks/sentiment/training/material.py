"""What weights are made from: sets of texts with their embeddings and features, labels where there are any."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tasks import durable, home
from tasks.sentiment import clean, e5, features, labelled, lexicon
from tasks.sentiment.head import WIDTH
from tasks.sentiment.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tasks.sentiment.training.regression import Examples

Say = Callable[[str], None]
#: Embedded between two words on how far we are.
PORTION = 1000
#: Embeddings are short (their length is 1) and there are many numbers in them; listed words are few and mean something:
#: so much longer, the one is held back as much as is good for it, and the other hardly.
EMBEDDING_SCALE, LISTED_SCALE = 10.0, 2.0


@dataclass(frozen=True, slots=True)
class Material:
    """One set: cleaned texts with all that is read of them. ``given`` is None where nobody labelled them."""

    name: str
    texts: list[str]
    embeddings: NDArray[np.float32]
    listed: NDArray[np.float32]
    given: Labelled | None = None

    @property
    def labels(self) -> NDArray[np.int64]:
        """Raises ValueError for texts without labels."""
        if self.given is None:
            raise ValueError(f"{self.name} has no labels")
        return self.given.labels

    @property
    def two_class(self) -> bool:
        """Whether nobody could say neutral."""
        return self.given is not None and self.given.two_class

    @property
    def key(self) -> str:
        """Name and content: scores on the same key may be compared."""
        said = "\n".join(self.texts) + ("" if self.given is None else repr(self.given.labels.tolist()))
        return f"{self.name}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"

    def examples(self, centre: NDArray[np.float64]) -> Examples:
        """For the regression: embeddings around ``centre`` (384), features beside them."""
        import numpy as np

        from tasks.sentiment.training.regression import Examples

        return Examples(
            np.hstack([(self.embeddings - centre) * EMBEDDING_SCALE, self.listed * LISTED_SCALE]), self.labels
        )


def labelled_set(path: Path, text: str, label: str, say: Say) -> Material:
    """A CSV file with labels. Raises UsageError with file and line."""
    given = labelled.read(path, text, label)
    return _material(given.name, given.texts, say, given)


def unlabelled_set(path: Path, text: str, say: Say) -> Material:
    """A CSV file of texts only."""
    return _material(path.stem, labelled.read_texts(path, text), say)


def lexicon_words(say: Say) -> Material:
    """Every word of the lexicon by itself: so a student hears of words that no text in its lessons has."""
    return _material("lexicon", sorted(set(lexicon.table()["word"].to_pylist())), say)


def _material(name: str, texts: Sequence[str], say: Say, given: Labelled | None = None) -> Material:
    read = [clean.cleaned(text) for text in texts]
    return Material(name, read, _embeddings(name, read, say), features.of(read), given)


def _embeddings(name: str, texts: list[str], say: Say) -> NDArray[np.float32]:
    """Made once: kept in the state folder by text and model, a portion at a time, so that a stopped run goes on."""
    import numpy as np

    portions = []
    for start in range(0, len(texts), PORTION):
        some = texts[start : start + PORTION]
        named = hashlib.sha256("\n".join([e5.model_version(), *some]).encode()).hexdigest()
        path = home.state() / "embeddings" / f"{named}.npy"
        if not path.exists():
            say(f"reading {name}: {start:,} of {len(texts):,} texts …")
            held = io.BytesIO()
            np.save(held, e5.embed(some))
            durable.write_bytes(path, held.getvalue())
        portions.append(np.load(path))
    return np.concatenate(portions) if portions else np.zeros((0, WIDTH), np.float32)
