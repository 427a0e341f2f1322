"""Known offline engines to be measured beside: VADER (English) and textblob-nl (Dutch; CLiPS Pattern)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from tasks.sentiment.engine import Engine, EngineUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Polarity:
    """An engine that gives a text one number from -1 to 1; nearer to 0 than ``threshold`` it is neutral."""

    name: str
    version: str
    polarity: Callable[[str], float]
    threshold: float

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """All of the chance for one class: these engines have no probabilities."""
        import numpy as np

        found = np.array([self.polarity(text) for text in texts])
        places = np.where(found >= self.threshold, 2, np.where(found <= -self.threshold, 0, 1))
        return np.asarray(np.eye(3)[places])


def vader() -> Engine:
    """With the threshold its authors give, 0.05."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError as error:
        raise EngineUnavailable(f"vaderSentiment does not load ({error}).") from None
    analyser = SentimentIntensityAnalyzer()
    return Polarity(
        "vader",
        f"vader-{version('vaderSentiment')}",
        lambda text: float(analyser.polarity_scores(text)["compound"]),
        0.05,
    )


def textblob_nl() -> Engine:
    """With the threshold of Pattern's own ``positive()``, 0.1."""
    try:
        from textblob import TextBlob
        from textblob_nl import PatternAnalyzer
    except ImportError as error:
        raise EngineUnavailable(f"textblob-nl does not load ({error}).") from None
    analyser = PatternAnalyzer()
    return Polarity(
        "textblob-nl",
        f"textblob-nl-{version('textblob-nl')}",
        lambda text: float(TextBlob(text, analyzer=analyser).sentiment[0]),
        0.1,
    )


RIVALS: dict[str, Callable[[], Engine]] = {"vader": vader, "textblob-nl": textblob_nl}
