"""The small model on top: a multinomial logistic regression over embedding and word-list features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.sentiment import features, weights
from tasks.sentiment.engine import CLASSES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Numbers in an embedding.
WIDTH = 384
#: Of a probability; more would only differ between processors.
DECIMALS = 4


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) → (n, k), rows add up to 1."""
    import numpy as np

    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Head:
    """``slopes`` (inputs, 3) and ``intercepts`` (3): for embeddings first, for features.NAMES after them."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    about: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Head:
        """Raises EngineUnavailable when the file is missing, or made for other features than ours."""
        arrays, about = weights.read(path)
        inputs = WIDTH + len(features.NAMES)
        weights.check(path, arrays, about, {"slopes": (inputs, len(CLASSES)), "intercepts": (len(CLASSES),)})
        return cls(arrays["slopes"].astype(float), arrays["intercepts"].astype(float), about)

    def save(self, path: Path) -> None:
        """Rounded, so that training twice makes the same file."""
        import numpy as np

        rounded = {"slopes": self.slopes.astype(np.float32), "intercepts": self.intercepts.astype(np.float32)}
        weights.save(path, rounded, {**self.about, "features": list(features.NAMES)})

    def probabilities(self, embeddings: NDArray[np.float32], listed: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, 384) and (n, features) → (n, 3), rounded. Row by row: a product of matrices differs with their size."""
        import numpy as np

        inputs = np.hstack([embeddings, listed]).astype(float)
        logits = np.zeros((len(inputs), len(self.intercepts)))
        for place, row in enumerate(inputs):
            logits[place] = row @ self.slopes + self.intercepts
        return np.round(softmax(logits), DECIMALS)
