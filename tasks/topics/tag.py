"""Topics, intents and urgency of the items of one week: what fired, blended with what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks import home, warehouse
from tasks.errors import ConfigError
from tasks.topics import patterns
from tasks.topics.intent import Kind
from tasks.topics.meaning import Descriptions, Embed
from tasks.topics.taxonomy import Topic

#: What a pattern that fired is worth beside ``z`` (standard deviations, meaning.py), and how much it takes. So a
#: pattern fails only on a text that means something else (z < -0.6), and a description alone must be very near. In
#: five-fold cross-validation over the education posts all weights of 4 to 5 with a least of 2.6 to 3.8 come out within
#: one post of each other (docs/decisions/0014); the higher the least, the fewer topics everyday texts get.
FIRED = 4.0
LEAST = 3.4
#: A step of priority against ``z`` where several topics hold.
PRIORITY = 0.5
#: How a topic is explained that no pattern found.
DESCRIPTION = "description"
PATTERN = pa.schema(
    [*((name, pa.string()) for name in ("topic", "pattern", "expression", "needed")), ("place", pa.int32())]
)
FOUND = pa.schema([("topic", pa.string()), ("found", pa.string())])
REASON = pa.schema([*FOUND, ("pattern", pa.string()), ("rank", pa.int32())])
TOPIC = pa.schema(
    [
        ("item_id", pa.string()),
        ("place", pa.int32()),
        ("topic", pa.string()),
        ("fired", pa.string()),
        ("similarity", pa.float64()),
    ]
)
Hit = tuple[str, str, str]  # item, topic, pattern
Found = tuple[str, str, str, float | None]  # item, topic, what fired, similarity
MATCH, NARROW, HITS, LETTERED = (
    home.SQL / "topics" / f"{name}.sql" for name in ("match", "narrow", "ordered_hits", "lettered")
)
#: So many topics are first looked for as one. More than twenty, and RE2 gives up its automaton: forty times as slow.
TOGETHER = 9
#: Fewer items than this are looked through sooner than such an expression is made.
MANY = 3000


@dataclass(frozen=True, slots=True)
class Search:
    """One topic or intent as the two expressions that ``sql/topics/match.sql`` takes."""

    kind: str
    mark: str
    expression: str
    exclude: str | None


class Tagger:
    """A taxonomy and the intents, rendered once. Without embeddings, patterns alone decide on topics."""

    def __init__(self, topics: Sequence[Topic], kinds: Sequence[Kind], describe: Embed | None = None) -> None:
        self.topics, self._describe = topics, describe
        self._descriptions: Descriptions | None = None
        listed = [("topic", topic.key, topic.patterns.both, topic.exclude) for topic in topics]
        listed += [("intent", kind.key, kind.patterns.both, kind.exclude) for kind in kinds]
        self._searches = [
            Search(into, key, expression, patterns.union(exclude))
            for into, key, words, exclude in listed
            if (expression := patterns.union(words))
        ]
        rows = [
            {
                "topic": topic.key,
                "place": place,
                "pattern": pattern,
                "expression": f" {patterns.regex(pattern)} ",
                "needed": patterns.needed(pattern),
            }
            for topic in topics
            for place, pattern in enumerate(topic.patterns.both)
        ]
        self._patterns = pa.Table.from_pylist(rows, PATTERN)
        ranked = sorted(enumerate(topics), key=lambda one: (one[1].priority, one[0]))
        self._rank = {topic.key: rank for rank, (_, topic) in enumerate(ranked)}
        self._reasons: dict[tuple[str, str], str | None] = {}

    def find(self, db: warehouse.Connection) -> None:
        """Fill staging.fired with the topics and intents that patterns find. Reads what 25_topic.sql made."""
        match, narrow = (path.read_text(encoding="utf-8") for path in (MATCH, NARROW))
        heard = db.table("staging.worded").filter(duckdb.ColumnExpression("heard")).shape[0]
        size = TOGETHER if heard >= MANY else len(self._searches)
        for together in batched(self._searches, size):
            any_of_them = patterns.either(one.expression for one in together) if heard >= MANY else " "
            try:
                (found,) = db.execute(narrow, {"expression": any_of_them}).fetchall()[0]
            except duckdb.InvalidInputException:  # each by itself may still be small enough
                (found,) = db.execute(narrow, {"expression": " "}).fetchall()[0]
            for search in together if found else ():
                try:
                    db.execute(match, asdict(search))
                except duckdb.InvalidInputException as error:
                    raise _too_large(search, error) from None

    def decide(self, db: warehouse.Connection, embed: Embed | None = None) -> None:
        """Make staging.topic (``TOPIC``; ``place`` 1 is the item's main topic) of what was found.

        ``embed`` knows the texts of staging.item: with it, meaning is blended in.
        """
        self._explain(db)
        warehouse.run_file(db, home.SQL / "topics" / "hit.sql")
        if embed and self._describe:
            hits = db.sql(HITS.read_text(encoding="utf-8")).fetchall()
            warehouse.put(db, "staging.topic", pa.Table.from_pylist(self._blended(db, hits, embed), TOPIC))
        else:
            warehouse.run_file(db, home.SQL / "topics" / "by_pattern.sql")

    def _explain(self, db: warehouse.Connection) -> None:
        """Make staging.reason: which pattern it was. The same few words come back week after week."""
        unexplained, reason = (
            (home.SQL / "topics" / f"{name}.sql").read_text("utf-8") for name in ("unexplained", "reason")
        )
        found = db.sql(unexplained).fetchall()
        if new := [one for one in found if one not in self._reasons]:
            warehouse.put(db, "staging.pattern", self._patterns)
            rows = [{"topic": topic, "found": words} for topic, words in new]
            warehouse.put(db, "staging.unexplained", pa.Table.from_pylist(rows, FOUND))
            explained: dict[tuple[str, str], str | None] = dict.fromkeys(new)
            explained |= {(topic, words): pattern for topic, words, pattern in db.sql(reason).fetchall()}
            self._reasons |= explained  # at once: another week may be judged beside this one
        rows = [
            {"topic": topic, "found": words, "pattern": pattern, "rank": self._rank[topic]}
            for topic, words in found
            if (pattern := self._reasons[topic, words])
        ]
        warehouse.put(db, "staging.reason", pa.Table.from_pylist(rows, REASON))

    def _blended(self, db: warehouse.Connection, hits: Sequence[Hit], embed: Embed) -> list[dict[str, object]]:
        """Topics from patterns and meaning together."""
        texts = db.sql(LETTERED.read_text(encoding="utf-8")).fetchall()
        if not texts:
            return []
        self._descriptions = self._descriptions or Descriptions(self.topics, self._describe or embed)
        similarity = self._descriptions.similarity(embed([text for _, text in texts]))
        line = {item: number for number, (item, _) in enumerate(texts)}
        column = {topic.key: number for number, topic in enumerate(self.topics)}
        # What has no letters was not embedded, and a pattern may still have found a number.
        pattern = {(line[item], column[topic]): words for item, topic, words in hits if item in line}
        fired = np.zeros(similarity.shape, dtype=bool)
        fired[tuple(np.array(list(pattern), dtype=int).reshape(-1, 2).T)] = True
        score, holds = blend(self._descriptions.z(similarity), fired)
        score -= PRIORITY * np.array([topic.priority - 1 for topic in self.topics], dtype=np.float32)
        found: list[Found] = []
        for row in np.flatnonzero(holds.any(axis=1)).tolist():
            for topic in sorted(np.flatnonzero(holds[row]).tolist(), key=lambda topic: (-score[row, topic], topic)):
                fired_by = pattern.get((row, topic), DESCRIPTION)
                near = round(float(similarity[row, topic]), 3)
                found.append((texts[row][0], self.topics[topic].key, fired_by, near))
        return _placed(found)


def _too_large(search: Search, error: duckdb.Error) -> ConfigError:
    """RE2 gives an expression so much memory and no more; each pattern by itself was tried when the file was read."""
    where = "config/taxonomy" if search.kind == "topic" else "config/intent.toml"
    return ConfigError(
        f"{where}: the patterns of “{search.mark}” are too much together for one expression. Make two of it, or repeat "
        f"less in what begins with {patterns.RAW} ({str(error).splitlines()[0]})"
    )


def batched(searches: Sequence[Search], size: int) -> Iterator[Sequence[Search]]:
    """The searches, ``size`` at a time."""
    return (searches[first : first + size] for first in range(0, len(searches), size))


def blend(
    z: npt.NDArray[np.float32], fired: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """(score, holds), each (n texts, topics), from ``z`` and whether a pattern ``fired``.

    Where no pattern fired at all, the nearest description may hold, and no other.
    """
    score = np.asarray(z + FIRED * fired, dtype=np.float32)
    nearest = np.zeros_like(fired)
    nearest[np.arange(len(z)), z.argmax(axis=1)] = ~fired.any(axis=1)
    return score, (fired | nearest) & (score >= LEAST)


def _placed(found: Sequence[Found]) -> list[dict[str, object]]:
    """(item, topic, fired, similarity), the best first per item, as rows of ``TOPIC``."""
    rows: list[dict[str, object]] = []
    for item, topic, fired, similarity in found:
        place = int(str(rows[-1]["place"])) + 1 if rows and rows[-1]["item_id"] == item else 1
        rows.append({"item_id": item, "place": place, "topic": topic, "fired": fired, "similarity": similarity})
    return rows
