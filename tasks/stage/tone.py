"""The tone of a week's items from the institution's engine, each text read once; 22_verdict.sql makes words of it."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks import home, lake, warehouse
from tasks.sentiment import e5, engines, kept, sql_engine
from tasks.sentiment.engine import CLASSES
from tasks.sentiment.head import WIDTH
from tasks.sentiment.kept import Kept
from tasks.settings import Institution

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embeddings = NDArray[np.float32]

log = logging.getLogger(__name__)
SCORED = pa.schema([("item_id", pa.string()), *((name, pa.float64()) for name in CLASSES)])
HEARD = home.SQL / "staging" / "26_heard.sql"


class Tone:
    """One institution's engine and what it has read already."""

    def __init__(self, institution: Institution) -> None:
        self._opened = engines.open_engine(institution.sentiment.engine)
        self.engine = self._opened.engine
        if self._opened.reason:
            log.warning("%s: tone is judged by %s. %s", institution.slug, self.engine.name, self._opened.reason)
        self._slug = institution.slug
        self._scores: Kept | None = None
        self._embeddings: Kept | None = None
        if self.engine.name != "lexicon":  # which staging's own SQL is already
            self._scores = Kept("scores", institution.slug, self.engine.version, len(CLASSES))
        if isinstance(self.engine, e5.E5Engine):
            self._embeddings = Kept("embeddings", institution.slug, e5.embedding_version(), WIDTH)
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
        """Make staging.scored of staging.item; returns the embeddings of what was heard, if the engine makes any.

        Needs to know what is urgent (staging.fired): nothing that is made of such words is kept, as with the deleted.
        """
        warehouse.run_file(db, HEARD)
        others = set(kept.TABLES) - {one.table for one in (self._scores, self._embeddings) if one}
        left = [table for table in sorted(others) if lake.partition(table, self._slug, week).exists()]
        # As rows of Python only for who reads them: the word list has its own SQL.
        heard = db.table("staging.heard").to_arrow_table().to_pylist() if self._scores or left else []
        stay = {row["said"] for row in heard if not row["fleeting"]}
        for table in left:
            kept.keep_only(table, self._slug, week, stay)
        scored: list[dict[str, object]] = []
        embedded: Embedded | None = None
        if self._scores:
            scored, embedded = self._read(self._scores, week, heard, stay)
        warehouse.put(db, "staging.scored", pa.Table.from_pylist(scored, SCORED))
        by = {"engine": [self.version], "lexicon": [sql_engine.version()]}
        warehouse.put(db, "staging.judge", pa.table(by))
        return embedded

    def describe(self, texts: Sequence[str]) -> Embeddings:
        """The embeddings of the taxonomy's own sentences."""
        if self._embeddings is None:
            raise TypeError(f"{self.engine.name} makes no embeddings")
        return self._embeddings.rows("taxonomy", texts, e5.embed)

    def _read(
        self, scores: Kept, week: str, heard: Sequence[dict[str, Any]], stay: set[str]
    ) -> tuple[list[dict[str, object]], Embedded | None]:
        texts = list(dict.fromkeys(row["said"] for row in heard))
        unrated = list(dict.fromkeys(row["said"] for row in heard if not row["rated"]))
        forget = frozenset(texts) - stay
        with self._one_at_a_time:  # it takes both cores by itself
            embedded = None
            if self._embeddings:
                embedded = Embedded(texts, self._embeddings.rows(week, texts, e5.embed, forget))
            rows = scores.rows(week, unrated, lambda missing: self._score(missing, embedded), forget)
        found = dict(zip(unrated, rows.astype(float).round(4).tolist(), strict=True))
        return [
            {"item_id": row["item_id"], **dict(zip(CLASSES, found[row["said"]], strict=True))}
            for row in heard
            if not row["rated"] and not math.isnan(found[row["said"]][0])
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
