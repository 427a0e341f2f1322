"""What asking a Page and an Instagram account have in common: posts with all that is said below them, each time anew.

Below a post new comments come for weeks and nobody tells when, so the posts of ``sweep_days`` are read with all their
comments in every collection. What is known and did not come that way is asked for by its id; Meta says the same of
something that is gone and of something that the token may not see, so it is believed only while others' words are
readable with this token.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources.graph import Graph

MOST_ASKED = 25
Asked = Iterator[Envelope | Reached]


class Fetch:
    """One collection. ``position``: ``sweep``, the last id that was looked at again; nothing of Meta's own."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.source = ask, ask.source
        self.graph = Graph(client, self.source.version)
        self.sweep: str = ask.position.get("sweep", "")
        self.posts_from = ask.look_from - timedelta(days=self.source.sweep_days)
        self.seen: set[str] = set()
        self.others_are_readable = False
        self.unread = 0

    def run(self) -> Asked:
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Asked]:
        lists = list(self._lists())
        self.unread = len(lists)
        yield from lists
        if self.ask.live and not self.unread:
            yield self._look_again()

    def _lists(self) -> Iterator[Asked]:
        """Each of them ends with ``_read_whole``."""
        raise NotImplementedError

    def _is_ours(self, thing: Any) -> bool:
        raise NotImplementedError

    def _fields(self, native: str) -> tuple[str, str] | None:
        """(path, fields) to ask for a known item by its id; None where it cannot be asked for."""
        raise NotImplementedError

    def _read_whole(self) -> Reached:
        """A list came to its end: what is missing in it may be asked for by its id."""
        self.unread -= 1
        return self._reached()

    def _reached(self) -> Reached:
        return Reached({"sweep": self.sweep} if self.sweep else {})

    def _see(self, native: str, thing: Any) -> None:
        self.seen.add(native)
        self.others_are_readable |= not self._is_ours(thing)

    def _look_again(self) -> Asked:
        """Known items that no list had, some each time, round and round: are they gone?"""
        since, things = self.ask.until - timedelta(days=self.source.sweep_days), self.ask.known.things
        known = self.ask.known.to_sweep(since, self.sweep, len(things))
        asked = [(native, how) for native in known if native not in self.seen and (how := self._fields(native))]
        gone: list[tuple[str, Answer]] = []
        for native, (path, fields) in asked[:MOST_ASKED]:
            answer = self.graph.get(path, {"fields": fields}, may_be_gone=True)
            if answer.status != 200:
                gone.append((native, answer))
                continue
            self._see(native, answer.json())
            yield envelope.of(answer, "sweep")
        if len(gone) > BELIEVED_GONE and not self.others_are_readable:
            raise gone[0][1].bad("it says that all of others is gone, which is not believed")
        for native, answer in gone:
            yield envelope.of(answer, "sweep", asked={native: things[native].created_at.isoformat()})
        self.sweep = asked[:MOST_ASKED][-1][0] if asked else self.sweep
        yield self._reached()
