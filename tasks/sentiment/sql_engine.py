"""The lexicon engine: exactly the SQL that staging runs, in a database of its own."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tasks import home, language, warehouse
from tasks.sentiment import lexicon

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

#: The files in sql/staging that make a tone of a text.
SQL = ("lexicon", "entry", "spoken", "20_sentiment")
#: Where 30_mention.sql begins to speak of a tone at all.
NEUTRAL = 0.1


def prepare(db: warehouse.Connection) -> None:
    """Put the lexicon where 20_sentiment.sql looks for it; once per connection, for it outlives ``warehouse.reset``."""
    if db.execute("SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'lexicon'").fetchone():
        return
    db.execute("CREATE SCHEMA lexicon")
    warehouse.run_file(db, home.SQL / "staging" / "lexicon.sql")
    warehouse.put(db, "lexicon.entry", _entries(lexicon.digest()))


@functools.lru_cache(maxsize=2)
def _entries(_digest: str) -> pa.Table:
    """What entry.sql makes of the words: a twentieth of a second for each of hundreds of connections."""
    with warehouse.connect(ZoneInfo("UTC"), threads=1) as db:
        db.execute("CREATE SCHEMA lexicon")
        warehouse.put(db, "lexicon.word", lexicon.table())
        for name in ("lexicon", "entry"):
            warehouse.run_file(db, home.SQL / "staging" / f"{name}.sql")
        return db.table("lexicon.entry").to_arrow_table()


def words() -> str:
    """A hash of all that decides a tone beside sql/staging: the words, and what tells the language."""
    return hashlib.sha256(f"{language.version()}\0{lexicon.digest()}".encode()).hexdigest()


def version() -> str:
    """The engine's name with a short hash of its words and its SQL."""
    sql = ((home.SQL / "staging" / f"{name}.sql").read_text(encoding="utf-8") for name in SQL)
    digest = hashlib.sha256("\0".join([words(), *sql]).encode()).hexdigest()
    return f"lexicon-{digest[:12]}"


class LexiconEngine:
    """Words with a score, negations and phrases: quick, and each verdict can be explained."""

    name = "lexicon"

    def __init__(self, threads: int = 1) -> None:
        self.version, self._threads = version(), threads

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

        db = self._db
        warehouse.reset(db)
        numbers = pa.array(range(len(texts)), pa.int64())
        nothing = pa.nulls(len(texts), pa.string())
        # Half an emoji, cut off by somebody else, cannot be written as UTF-8.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        items = {"item_id": numbers, "title": nothing, "text": pa.array(whole, pa.string())}
        items |= {"given_language": nothing, "rating_score": pa.nulls(len(texts), pa.float64())}
        warehouse.put(db, "staging.item", pa.table(items))
        language.put(db)
        warehouse.run_file(db, home.SQL / "staging" / "20_sentiment.sql")
        return db

    @functools.cached_property
    def _db(self) -> warehouse.Connection:
        """Only when a text comes: staging has a database of its own."""
        db = warehouse.connect(ZoneInfo("UTC"), self._threads)
        prepare(db)
        return db


def load() -> LexiconEngine:
    """For the registry."""
    return LexiconEngine()
