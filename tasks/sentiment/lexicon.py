"""The words behind the tone: those of packages, and our own (sql/lexicon/lexicon.csv), which come first."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from tasks import home
from tasks.errors import MetricError

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("language", "word", "score")
#: sql/staging/entry.sql has so many columns for them.
MOST_WORDS = 4


def table() -> pa.Table:
    """Columns language ('nl', 'en', 'any'), word (lower case), score (-1 … 1; 0 turns the words after it around) and
    origin ('pattern', 'vader', 'house'), sorted by language and word, each pair once.

    Raises MetricError when our own list cannot be read, WeerklankError when a package's cannot.
    """
    return _made()[0]


def digest() -> str:
    """A hash of the table: equal hash, equal rows."""
    return _made()[1]


def own_list() -> Path:
    """What analysts edit. A row replaces a package's row of its language and word; ``any`` replaces it in all."""
    return home.SQL / "lexicon" / "lexicon.csv"


def _made() -> tuple[pa.Table, str]:
    path = own_list()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise MetricError(f"sql/lexicon/{path.name} cannot be read: {error.strerror}.") from None


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed_ns: int) -> tuple[pa.Table, str]:
    import pyarrow as pa

    from tasks.sentiment import packaged

    own = house(path)
    everywhere = {word for language, word in own if language == "any"}
    found: dict[tuple[str, str], tuple[float | None, str]] = {
        (language, word): (score, origin)
        for language, origin, words in (("nl", "pattern", packaged.pattern()), ("en", "vader", packaged.vader()))
        for word, score in words.items()
        if word not in everywhere
    }
    found |= {key: (score, "house") for key, score in own.items()}
    rows = [
        {"language": language, "word": word, "score": score, "origin": origin}
        for (language, word), (score, origin) in sorted(found.items())
        if score is not None
    ]
    schema = pa.schema(
        [("language", pa.string()), ("word", pa.string()), ("score", pa.float64()), ("origin", pa.string())]
    )
    made = pa.Table.from_pylist(rows, schema)
    return made, hashlib.sha256(repr([tuple(row.values()) for row in rows]).encode()).hexdigest()


def house(path: Path) -> dict[tuple[str, str], float | None]:
    """Our own words: {(language, word): score}. No score at all: this word says nothing, whatever a package thinks."""
    import pyarrow as pa
    import pyarrow.csv

    schema = {"language": pa.string(), "word": pa.string(), "score": pa.float64()}
    try:
        read = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=schema))
        rows = read.select(COLUMNS).to_pylist()
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise MetricError(f"sql/lexicon/{path.name}: needs the columns {', '.join(COLUMNS)}. {error}") from None
    found: dict[tuple[str, str], float | None] = {}
    for line, row in enumerate(rows, 2):
        key = (row["language"], row["word"].lower())
        where = f"sql/lexicon/{path.name}, line {line}: “{row['word']}”"
        if row["language"] not in ("nl", "en", "any"):
            raise MetricError(f"{where} has the language “{row['language']}”; use nl, en or any.")
        if key in found:
            raise MetricError(f"{where} ({row['language']}) is there twice; remove one of the two lines.")
        if (words := len(row["word"].split())) > MOST_WORDS:
            raise MetricError(f"{where} has {words} words; at most four are looked at together.")
        if row["score"] is not None and not -1 <= row["score"] <= 1:
            raise MetricError(f"{where} scores {row['score']}; use -1 (bad) to 1 (good), 0 for a word like “not”.")
        found[key] = row["score"]
    return found
