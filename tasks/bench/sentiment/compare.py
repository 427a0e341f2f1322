"""Every engine on the same labelled texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tasks.bench.sentiment.rivals import RIVALS
from tasks.sentiment import engines, scores
from tasks.sentiment.engine import CLASSES, Engine, EngineUnavailable
from tasks.sentiment.labelled import Labelled
from tasks.sentiment.scores import Interval, Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Scored before the clock starts: models, lists and caches are loaded by then.
WARM_UP = 8
#: A quicker engine than SLOW (texts per second) is timed on MANY texts, the file over and over.
SLOW, MANY = 200, 20_000
HEADER = ("engine", "macro-F1", "net score", "net error", "negative recall", "texts / CPU s")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An engine's scores and how many texts it read per second of processor time, or why it could not run."""

    name: str
    version: str = ""
    scores: Scores | None = None
    texts_per_cpu_second: float = 0.0
    reason: str = ""

    def record(self) -> dict[str, Any]:
        """For JSON. ``net_score_error`` is without its sign: how far off."""
        if self.scores is None:
            return {"reason": self.reason}
        found = self.scores
        return {
            "version": self.version,
            "n": found.n,
            "macro_f1": round(found.macro_f1.value, 4),
            "macro_f1_interval": found.macro_f1.rounded(),
            "net_score": round(found.net, 4),
            "net_score_error": round(abs(found.net_error.value), 4),
            "net_score_difference": found.net_error.rounded(),
            "negative_recall": found.negative_recall.rounded()["value"],
            "negative_recall_interval": found.negative_recall.rounded(),
            "texts_per_cpu_second": round(self.texts_per_cpu_second, 1),
        }


def compare(labelled: Labelled, say: Callable[[str], None]) -> list[Outcome]:
    """An outcome per engine: ours from the best to the simplest, then the others."""
    return list(_outcomes(labelled, say))


def _outcomes(labelled: Labelled, say: Callable[[str], None]) -> Iterator[Outcome]:
    loaders: dict[str, Callable[[], Engine]] = {name: partial(engines.load, name) for name in engines.ENGINES}
    for name, load in {**loaders, **RIVALS}.items():
        say(f"{name} …")
        try:
            engine = load()
        except EngineUnavailable as error:
            yield Outcome(name, reason=str(error))
            continue
        engine.score(labelled.texts[:WARM_UP])
        found, speed = _timed(engine, labelled.texts)
        if (
            len(labelled.texts) < MANY and speed > SLOW
        ):  # over in a moment: what a call costs by itself would be most of it
            _, speed = _timed(engine, labelled.texts * (MANY // len(labelled.texts) + 1))
        yield Outcome(name, engine.version, scores.scored(labelled.labels, scores.labels(found)), speed)


def _timed(engine: Engine, texts: Sequence[str]) -> tuple[NDArray[np.float64], float]:
    """What it says, and how many texts per second of processor time, all threads together."""
    start = time.process_time()
    found = engine.score(texts)
    return found, len(texts) / max(time.process_time() - start, 1e-9)


def document(labelled: Labelled, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """For JSON."""
    return {
        "set": labelled.name,
        "n": len(labelled.texts),
        "classes": [CLASSES[place] for place in labelled.classes],
        "macro_f1_over": over(labelled),
        "net_score": round(_net(labelled), 4),
        "engines": {one.name: one.record() for one in outcomes},
    }


def over(labelled: Labelled) -> str:
    """What macro-F1 is the mean of."""
    named = ", ".join(CLASSES[place] for place in labelled.classes)
    absent = [name for place, name in enumerate(CLASSES) if place not in labelled.classes]
    return (
        f"{named}; {' and '.join(absent)} does not occur in this file, and is wrong as an answer" if absent else named
    )


def table(labelled: Labelled, outcomes: Sequence[Outcome]) -> str:
    """For people."""
    rows = [_row(one) for one in outcomes if one.scores]
    widths = [max(len(row[place]) for row in (HEADER, *rows)) for place in range(len(HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (HEADER, *rows)
    ]
    return "\n".join(
        [
            f"{labelled.name}: {len(labelled.texts):,} texts, net score by their labels {_net(labelled):+.3f}.",
            f"Macro-F1 over {over(labelled)}. In brackets 95 % bootstrap intervals.",
            "",
            *lines,
            *(f"{one.name}: not measured. {one.reason}" for one in outcomes if not one.scores),
        ]
    )


def _row(one: Outcome) -> tuple[str, ...]:
    found = one.scores
    if found is None:
        return ()
    return (
        one.name,
        _shown(found.macro_f1),
        f"{found.net:+.3f}",
        _shown(found.net_error, "+"),
        _shown(found.negative_recall),
        f"{one.texts_per_cpu_second:,.0f}",
    )


def _shown(one: Interval, sign: str = "") -> str:
    return "–" if one.value != one.value else f"{one.value:{sign}.3f} ({one.low:{sign}.3f} to {one.high:{sign}.3f})"


def _net(labelled: Labelled) -> float:
    return float((labelled.labels - 1).mean())
