"""Everything of an institution that decides what a post is about, whose it is, and whether it is ours: loaded once."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from tasks import home, warehouse
from tasks.errors import ConfigError
from tasks.settings import Institution
from tasks.topics import intent, meaning, routing, tag, taxonomy
from tasks.topics.read import Reader

#: In the order in which they run, with the topics between them.
BEFORE, AFTER = "25_topic", "28_route"
TOPICS = home.SQL / "topics"
#: Raise it when the code under tasks/topics judges otherwise with the same files.
VERSION = 1
URGENT = pa.schema(
    [
        ("item_id", pa.string()),
        ("source", pa.string()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("page", pa.string()),
        ("line", pa.int32()),
    ]
)


class Listening:
    """Topics, intents, routes and names of one institution.

    With ``describe``, which embeds the taxonomy's descriptions, meaning is added to the patterns (meaning.py).
    """

    def __init__(self, institution: Institution, describe: meaning.Embed | None = None, embedder: str = "") -> None:
        self.reader = Reader(institution)
        self.topics = taxonomy.load(institution.slug)
        self.urgent = institution.urgent.on
        self.kinds = tuple(kind for kind in intent.load() if self.urgent or kind.key != intent.URGENT)
        if self.urgent and not any(kind.key == intent.URGENT for kind in self.kinds):
            raise ConfigError(
                f"config/institutions/{institution.slug}.toml: [urgent] is on, and config/intent.toml has no class "
                f"“{intent.URGENT}” to look for."
            )
        self.rules = routing.rules(institution, self.topics)
        self._embedder = embedder if describe else ""
        self._describe = describe
        names = institution.names and institution.names.model_dump()
        self._names = [names, [one.model_dump() for one in institution.ignore]]

    def files(self) -> list[Path]:
        """The SQL that judges."""
        return [*(home.SQL / "staging" / f"{step}.sql" for step in (BEFORE, AFTER)), *sorted(TOPICS.glob("*.sql"))]

    @cached_property
    def definition(self) -> str:
        """All that people wrote down about it, as text: equal text and equal ``files``, equal judgements."""
        told = {
            "version": VERSION,
            "embedder": self._embedder,
            "topics": [topic.model_dump() for topic in self.topics],
            "kinds": [kind.model_dump() for kind in self.kinds],
            "rules": self.rules,
            "names": self._names,
        }
        return json.dumps(told)

    @cached_property
    def _tagger(self) -> tag.Tagger:
        return tag.Tagger(self.topics, self.kinds, self._describe)

    def find(self, db: warehouse.Connection) -> None:
        """Make staging.worded and staging.fired from staging.item: what patterns find."""
        warehouse.run_file(db, home.SQL / "staging" / f"{BEFORE}.sql")
        self._tagger.find(db)

    def judge(self, db: warehouse.Connection, embed: meaning.Embed | None = None) -> None:
        """Make staging.topic and staging.routed of what was found; ``embed`` knows the items' texts."""
        self._tagger.decide(db, embed)
        warehouse.put(db, "staging.route", routing.table(self.rules))
        warehouse.run_file(db, home.SQL / "staging" / f"{AFTER}.sql")
