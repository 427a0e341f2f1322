"""The tone of a week's items from the institution's engine, each text read once; 22_verdict.sql makes words of it."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks import warehouse
from tasks.sentiment import e5, engines, sql_engine
from tasks.sentiment.engine import CLASSES
from tasks.sentiment.kept import Kept
from tasks.settings import Institution

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embeddings = NDArray[np.float32]

log = logging.getLogger(__name__)
SCORED = pa.schema([("item_id", pa.string()), *((name, pa.float64()) for name in CLASSES)])
#: Everything the public says to us or about us, as the engines read it; what is deleted is judged and then forgotten.
HEARD = (
    "SELECT item_id, concat_ws(' ', title, text) AS said, deleted, rating_score IS NOT NULL AS rated FROM staging.item "
    "WHERE author_kind = 'public' AND visibility <> 'internal' AND said <> '' ORDER BY item_id"
)

URGENT = "SELECT concat_ws(' ', title, text) FROM staging.item WHERE item_id IN (SELECT item_id FROM staging.urgent)"


class Tone:
    """One institution's engine and what it has read already."""

    def __init__(self, institution: Institution) -> None:
        self._opened = engines.open_engine(institution.sentiment.engine)
        self.engine = self._opened.engine
        if self._opened.reason:
            log.warning("%s: tone is judged by %s. %s", institution.slug, self.engine.name, self._opened.reason)
        self._scores = Kept("scores", institution.slug, self.engine.version, len(CLASSES))
        self._embeddings: Kept | None = None
        if isinstance(self.engine, e5.E5Engine):
            self._embeddings = Kept("embeddings", institution.slug, e5.embedding_version(), e5.WIDTH)
        self._one_at_a_time = Lock()

    @property
    def version(self) -> str:
        """What a judgement depends on."""
        return self.engine.version

    @property
    def embedder(self) -> str:
        """What made the embeddings; empty when the engine makes none."""
        return self._embeddings.version if self._embeddings else ""

    def judge(self, db: warehouse.Connection, week: str) -> Embedded | None:
        """Make staging.scored of staging.item; returns the embeddings of what was heard, if the engine makes any."""
        scored: list[dict[str, object]] = []
        embedded: Embedded | None = None
        if self.engine.name != "lexicon":  # which staging's own SQL is already
            scored, embedded = self._read(week, db.sql(HEARD).fetchall())
        warehouse.put(db, "staging.scored", pa.Table.from_pylist(scored, SCORED))
        by = {"engine": [self.version], "lexicon": [sql_engine.version()]}
        warehouse.put(db, "staging.judge", pa.table(by))
        return embedded

    def forget_urgent(self, db: warehouse.Connection, week: str) -> None:
        """What is urgent is for one person to read: nothing that was made of its words stays, as with the deleted."""
        texts = [said for (said,) in db.sql(URGENT).fetchall()]
        for kept in (self._scores, self._embeddings):
            if kept:
                kept.forget(week, texts)

    def describe(self, texts: Sequence[str]) -> Embeddings:
        """The embeddings of the taxonomy's own sentences."""
        if self._embeddings is None:
            raise TypeError(f"{self.engine.name} makes no embeddings")
        return self._embeddings.rows("taxonomy", texts, e5.embed)

    def _read(
        self, week: str, heard: Sequence[tuple[str, str, bool, bool]]
    ) -> tuple[list[dict[str, object]], Embedded | None]:
        kept = {said for _, said, deleted, _ in heard if not deleted}
        texts = list(dict.fromkeys(said for _, said, _, _ in heard))
        forget = frozenset(texts) - kept
        with self._one_at_a_time:  # it takes both cores by itself
            embedded = None
            if self._embeddings:
                embedded = Embedded(texts, self._embeddings.rows(week, texts, e5.embed, forget))
            unrated = list(dict.fromkeys(said for _, said, _, rated in heard if not rated))
            rows = self._scores.rows(week, unrated, lambda missing: self._score(missing, embedded), forget)
        found = dict(zip(unrated, rows.astype(float).round(4).tolist(), strict=True))
        return [
            {"item_id": item, **dict(zip(CLASSES, found[said], strict=True))}
            for item, said, _, rated in heard
            if not rated and not math.isnan(found[said][0])
        ], embedded

    def _score(self, texts: Sequence[str], embedded: Embedded | None) -> Embeddings:
        if embedded and isinstance(self.engine, e5.E5Engine):
            return self.engine.judge(texts, embedded(texts)).astype("float32")
        return self.engine.score(texts).astype("float32")


class Embedded:
    """The embeddings of a week, by text."""

    def __init__(self, texts: Sequence[str], rows: Embeddings) -> None:
        self._place = {text: place for place, text in enumerate(texts)}
        self._rows = rows

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(n, 384) of texts of this week."""
        found: Embeddings = self._rows[[self._place[text] for text in texts]]
        return found
