"""Texts as staging judges them, without a lake: topics, intents and who owns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from tasks import settings, warehouse
from tasks.topics.listening import Listening
from tasks.topics.meaning import Embed

OVERBRUGGE = settings.load("overbrugge")


@dataclass(frozen=True)
class Judged:
    """What became of one text; ``topics`` has the main one first, with what fired."""

    topics: dict[str, str]
    signs: frozenset[str]
    department: str | None
    rule: str | None


def judge(
    texts: Sequence[str],
    institution: settings.Institution = OVERBRUGGE,
    embed: Embed | None = None,
    source: str = "mastodon",
    accounts: Sequence[str] = (),
) -> list[Judged]:
    """Every text, in its order, as a post by the public in ``source`` that names ``accounts`` of ours."""
    listening = Listening(institution, embed)
    with warehouse.connect(institution.zone, threads=1) as db:
        warehouse.put(db, "staging.item", _items(texts, source, accounts))
        listening.find(db)
        listening.judge(db, embed)
        topics = db.sql("SELECT item_id, topic, fired FROM staging.topic ORDER BY item_id, place").fetchall()
        signs = db.sql("SELECT item_id, mark FROM staging.fired WHERE kind = 'intent'").fetchall()
        owners = {
            item: owner for item, *owner in db.sql("SELECT item_id, department, rule FROM staging.routed").fetchall()
        }
    return [
        Judged(
            {topic: fired for item, topic, fired in topics if item == name},
            frozenset(mark for item, mark in signs if item == name),
            *owners.get(name, (None, None)),
        )
        for name in map(_name, range(len(texts)))
    ]


def _items(texts: Sequence[str], source: str, accounts: Sequence[str]) -> pa.Table:
    return pa.table(
        {
            "item_id": [_name(number) for number in range(len(texts))],
            "source": [source] * len(texts),
            "title": pa.array([None] * len(texts), pa.string()),
            "text": list(texts),
            "author_kind": ["public"] * len(texts),
            "visibility": ["public"] * len(texts),
            "accounts": pa.array([list(accounts)] * len(texts), pa.list_(pa.string())),
        }
    )


def _name(number: int) -> str:
    return f"{number:05d}"
