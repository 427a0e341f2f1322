"""The lexicon engine: exactly the SQL that staging runs, in a database of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tasks import home, language, warehouse
from tasks.sentiment import lexicon

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ENTRY = home.SQL / "lexicon" / "entry.sql"
TONE = home.SQL / "staging" / "20_sentiment.sql"
#: Where 30_mention.sql begins to speak of a tone at all.
NEUTRAL = 0.1


def prepare(db: warehouse.Connection) -> None:
    """Put the lexicon where 20_sentiment.sql looks for it; once per connection, for it outlives ``warehouse.reset``."""
    if db.execute("SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'lexicon'").fetchone():
        return
    db.execute("CREATE SCHEMA lexicon")
    warehouse.put(db, "lexicon.word", lexicon.table())
    warehouse.run_file(db, ENTRY)


def rules() -> str:
    """A hash of all that decides a tone: the words and the SQL."""
    digest = hashlib.sha256()
    for path in (ENTRY, TONE):
        digest.update(path.read_bytes())
    for column in lexicon.table().columns:
        digest.update(repr(column.to_pylist()).encode())
    return digest.hexdigest()


class LexiconEngine:
    """Words with a score, negations and phrases: quick, and each verdict can be explained."""

    name = "lexicon"

    def __init__(self, threads: int = 1) -> None:
        self.version = f"lexicon-{rules()[:12]}"
        self._db = warehouse.connect(ZoneInfo("UTC"), threads)
        prepare(self._db)

    def score(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Probabilities (n × 3: negative, neutral, positive), a row per text, each row 1 in all.

        A score s (-1 … 1) becomes |s| / (|s| + 0.1) for its side and the rest for neutral: the largest of the three is
        the word that staging writes down. A row of NaN: staging writes down nothing.
        """
        import numpy as np

        scores = np.array(self.tones(texts), np.float64)
        strength = np.abs(scores)
        side = strength / (strength + NEUTRAL)
        found = np.zeros((len(scores), 3))
        found[:, 0] = np.where(scores < 0, side, 0)
        found[:, 2] = np.where(scores > 0, side, 0)
        found[:, 1] = 1 - side
        found[np.isnan(scores)] = np.nan
        return found

    def tones(self, texts: Sequence[str]) -> list[float | None]:
        """The score of each text, -1 … 1; None where there is nothing to score."""
        if not texts:
            return []
        found = self.heard(texts).sql("SELECT sentiment_score FROM staging.tone ORDER BY item_id")
        return [row[0] for row in found.fetchall()]

    def heard(self, texts: Sequence[str]) -> warehouse.Connection:
        """The database after staging's SQL went over these texts, item_id from 0; until the next ones come."""
        import pyarrow as pa

        warehouse.reset(self._db)
        numbers = pa.array(range(len(texts)), pa.int64())
        nothing = pa.nulls(len(texts), pa.string())
        items = {"item_id": numbers, "title": nothing, "text": pa.array(texts, pa.string())}
        items["rating_score"] = pa.nulls(len(texts), pa.float64())
        warehouse.put(self._db, "staging.item", pa.table(items))
        spoken = pa.table({"item_id": numbers, "language": pa.array(language.of_texts(texts), pa.string())})
        warehouse.put(self._db, "staging.spoken", spoken)
        warehouse.run_file(self._db, TONE)
        return self._db


def load() -> LexiconEngine:
    """For the registry."""
    return LexiconEngine()
