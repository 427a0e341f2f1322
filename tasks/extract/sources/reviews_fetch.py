"""How reviews are asked for: from the newest down, and known ones again: was one answered, changed, or is it gone?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tasks.extract.asking import BELIEVED_GONE, Ask, Reached
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import Unreachable
from tasks.extract.sources.reviews import reply_id

MOST_SWEPT = 40
GONE = (404, 410)
#: An answer and the reviews in it, as they are kept.
Page = tuple[Answer, list[dict[str, Any]]]


class Fetch:
    """One collection. ``position``: ``sweep``, the last review that was looked at again."""

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.sweep: str = ask.position.get("sweep", "")
        self.read: set[str] = set()

    # What a site's own class says:

    def pages(self) -> Iterator[Page]:
        """Reviews, the newest first."""
        raise NotImplementedError

    def again(self, review: str) -> tuple[Answer, dict[str, Any] | None]:
        """One review by its id; None when it is gone."""
        raise NotImplementedError

    def moment(self, review: Mapping[str, Any]) -> datetime:
        """What the list is in order of."""
        raise NotImplementedError

    def native(self, review: Mapping[str, Any]) -> str:
        """A review's id."""
        raise NotImplementedError

    def replied(self, review: Mapping[str, Any]) -> bool:
        """Whether there is a reply."""
        raise NotImplementedError

    # What they share:

    def run(self) -> Iterator[Envelope | Reached]:
        yield from self.newest()
        yield from self.rest()

    def newest(self) -> Iterator[Envelope]:
        """From the newest down to the moment that is asked for."""
        for answer, page in self.pages():
            if page:
                yield self._envelope("reviews", answer, page)
            if not page or min(map(self.moment, page)) < self.ask.look_from:
                return

    def rest(self) -> Iterator[Envelope | Reached]:
        """Known ones again, and where it ended."""
        if self.ask.live:
            yield from self._look_again()
        yield Reached({"sweep": self.sweep} if self.sweep else {})

    def _envelope(self, stream: str, answer: Answer, page: list[dict[str, Any]]) -> Envelope:
        """Reviews as they are kept, with what only an earlier run knows."""
        known = self.ask.known.things
        first: dict[str, str] = {}
        asked: dict[str, str] = {}
        for review in page:
            self.read.add(self.native(review))
            name = reply_id(self.native(review))
            if name in known and not known[name].deleted:
                (first if self.replied(review) else asked)[name] = known[name].created_at.isoformat()
        about = {key: told for key, told in (("first", first), ("asked", asked)) if told}
        return Envelope(stream, answer.url, 200, json.dumps({"reviews": page}).encode(), about, answer.kept())

    def _look_again(self) -> Iterator[Envelope | Reached]:
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        listed = self.ask.known.to_sweep(since, self.sweep, 4 * MOST_SWEPT)
        some = [name for name in listed if not name.endswith(":reply") and name not in self.read][:MOST_SWEPT]
        away: list[tuple[str, Answer]] = []
        for name in some:
            answer, review = self.again(name)
            if review is None:
                away.append((name, answer))
            else:
                yield self._envelope("sweep", answer, [review])
        if len(away) == len(some) > BELIEVED_GONE:
            raise Unreachable(f"{self.source.id}: every review is said to be gone, which is not believed.")
        known = self.ask.known.things
        for name, answer in away:
            both = [one for one in (name, reply_id(name)) if one in known and not known[one].deleted]
            asked = {one: known[one].created_at.isoformat() for one in both}
            yield Envelope("sweep", answer.url, answer.status, b"{}", {"asked": asked})
        if some:
            self.sweep = some[-1]
