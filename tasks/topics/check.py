"""What a changed taxonomy moves in a week that was staged: which topics gain and lose which mentions, by pattern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from tasks import home, lake, warehouse
from tasks.errors import UsageError
from tasks.settings import Institution
from tasks.topics.tag import Tagger
from tasks.topics.taxonomy import Topic

#: Words of an excerpt.
SHOWN_WORDS = 12
READ = ("item_id", "title", "text", "author_kind", "visibility", "deleted", "direction")


@dataclass
class Move:
    """One topic before and after: counts, and the ids of mentions that came and went."""

    before: int = 0
    after: int = 0
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def newest_week(slug: str) -> str:
    """The last week that was staged; raises UsageError when there is none."""
    folder = home.lake() / "mentions" / f"institution={slug}"
    weeks = sorted(path.parent.name.removeprefix("week=") for path in folder.glob("week=*/part-0.parquet"))
    filled = [week for week in weeks if lake.count("mentions", slug, week)]
    if not filled:
        raise UsageError(f"{slug} has no mentions yet: import files first, or ./weerklank demo.")
    return filled[-1]


def compare(
    institution: Institution, week: str, before: Sequence[Topic], after: Sequence[Topic]
) -> tuple[dict[str, Move], dict[str, str]]:
    """{topic: move} for every topic of either taxonomy, and {id: excerpt} of the public mentions that move.

    Patterns only: what the descriptions add is not looked at, since every change to one moves it a little.
    """
    mentions = lake.read("mentions", institution.slug, week)
    if mentions is None or not mentions.num_rows:
        raise UsageError(f"{institution.slug} has no mentions in {week}: nothing to hold the taxonomy against.")
    with warehouse.connect(institution.zone) as db:
        old, new = _tagged(db, mentions, before), _tagged(db, mentions, after)
        moves = {key: Move() for key in dict.fromkeys([*(one.key for one in before), *(one.key for one in after)])}
        for key, move in moves.items():
            move.before, move.after = len(old[key]), len(new[key])
            move.gained, move.lost = sorted(new[key] - old[key]), sorted(old[key] - new[key])
        moved = sorted({item for move in moves.values() for item in (*move.gained, *move.lost)})
        return moves, _excerpts(db, mentions, moved)


def _tagged(db: warehouse.Connection, mentions: pa.Table, topics: Sequence[Topic]) -> dict[str, set[str]]:
    """{topic: ids of mentions that a pattern of it finds}."""
    warehouse.reset(db)
    inbound = duckdb.ColumnExpression("direction") == duckdb.ConstantExpression("inbound")
    warehouse.put(db, "staging.item", db.from_arrow(mentions.select(READ)).filter(inbound).to_arrow_table())
    warehouse.run_file(db, home.SQL / "staging" / "25_topic.sql")
    tagger = Tagger(topics, ())
    tagger.find(db)
    tagger.decide(db)
    found: dict[str, set[str]] = defaultdict(set)
    for item, topic in db.table("staging.topic").project("item_id, topic").fetchall():
        found[topic].add(item)
    return found


def _excerpts(db: warehouse.Connection, mentions: pa.Table, moved: Sequence[str]) -> dict[str, str]:
    """The first words, masked when the page was read, of those that are public and not deleted."""
    wanted = set(moved)
    rows = mentions.select(READ).to_pylist()
    return {
        row["item_id"]: _short(row["title"] or row["text"] or "")
        for row in rows
        if row["item_id"] in wanted and row["visibility"] == "public" and not row["deleted"]
    }


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")
