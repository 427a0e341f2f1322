"""What every engine can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tasks.errors import WeerklankError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The columns of what an engine returns, in this order.
CLASSES = ("negative", "neutral", "positive")


class EngineUnavailable(WeerklankError):
    """An engine cannot run here; the message says why, and another may take its place."""


class Engine(Protocol):
    """Texts in, probabilities out. The same text always gets the same answer, whatever it is scored with."""

    @property
    def name(self) -> str:
        """As an institution asks for it."""

    @property
    def version(self) -> str:
        """Name and a short hash of all that its answers depend on: a score may be kept for as long as this stays."""

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(n, 3): probabilities of CLASSES, rounded to 4 decimals. A row of NaN: nothing here that this engine reads
        (no text, only links, letters it never learnt).
        """
