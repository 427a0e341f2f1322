"""Everything of an institution that decides what a post is about, whose it is, and whether it is ours: loaded once."""

from __future__ import annotations

import json

import pyarrow as pa

from tasks import home, warehouse
from tasks.settings import Institution
from tasks.topics import intent, meaning, routing, tag, taxonomy
from tasks.topics.read import Reader

#: In the order in which they run, with the topics between them.
BEFORE, AFTER = "25_topic", "28_route"
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
    """Topics, intents, routes and names of one institution. ``embed`` adds meaning to the patterns (meaning.py)."""

    def __init__(self, institution: Institution, embed: meaning.Embed | None = None, embedder: str = "") -> None:
        self.reader = Reader(institution)
        self.topics = taxonomy.load(institution.slug)
        self.urgent = institution.urgent.on
        self.kinds = tuple(kind for kind in intent.load() if self.urgent or kind.key != intent.URGENT)
        self.rules = routing.rules(institution, self.topics)
        self._embedder = embedder if embed else ""
        self._tagger = tag.Tagger(self.topics, self.kinds, embed)
        names = institution.names and institution.names.model_dump()
        self._names = [names, [one.model_dump() for one in institution.ignore]]

    def definition(self) -> str:
        """All of it as text: equal text, equal judgements. ``embedder`` names what made the embeddings."""
        files = [home.SQL / "staging" / f"{step}.sql" for step in (BEFORE, AFTER)]
        files += sorted((home.SQL / "topics").glob("*.sql"))
        told = {
            "version": VERSION,
            "embedder": self._embedder,
            "topics": [topic.model_dump() for topic in self.topics],
            "kinds": [kind.model_dump() for kind in self.kinds],
            "rules": self.rules,
            "names": self._names,
        }
        return "\n".join([*(path.read_text(encoding="utf-8") for path in files), json.dumps(told)])

    def judge(self, db: warehouse.Connection) -> None:
        """Make staging.topic, staging.fired and staging.routed from staging.item."""
        warehouse.run_file(db, home.SQL / "staging" / f"{BEFORE}.sql")
        self._tagger.run(db)
        warehouse.put(db, "staging.route", routing.table(self.rules))
        warehouse.run_file(db, home.SQL / "staging" / f"{AFTER}.sql")
