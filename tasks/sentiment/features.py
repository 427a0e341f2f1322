"""What a word list and the signs in a text say of its tone, as numbers a head can weigh."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tasks import home
from tasks.sentiment.sql_engine import LexiconEngine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: One row per text; its columns, in this order, are NAMES.
QUERY = home.SQL / "lexicon" / "features.sql"
NAMES = (
    "score", "positive", "negative", "strongest_positive", "strongest_negative", "last_score", "any_positive",
    "any_negative", "both_sides", "turned_good", "turned_bad", "denied", "exclaims", "asks", "trails", "shouts",
    "length", "links", "accounts", "tags",
)  # fmt: skip
#: Sums of a few decimals: past this they would only differ with the order of adding.
DECIMALS = 5


def of(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, len(NAMES)) of cleaned texts, every column between -1 and 3."""
    import numpy as np

    if not texts:
        return np.zeros((0, len(NAMES)), np.float32)
    table = _engine().heard(texts).sql(QUERY.read_text(encoding="utf-8")).to_arrow_table()
    columns = [table[name].to_numpy().astype(float) for name in NAMES]
    return np.round(np.stack(columns, axis=1), DECIMALS).astype(np.float32)


@functools.cache
def _engine() -> LexiconEngine:
    return LexiconEngine()
