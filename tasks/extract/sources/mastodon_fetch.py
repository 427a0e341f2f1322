"""How a Mastodon server is asked: streams upwards from where an earlier run was, threads, and what is known again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Position, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import Refused
from tasks.extract.sources.mastodon import GONE

PAGE, SEARCH_PAGE, LOOKED_AT = 40, 40, 20
#: Of one collection: threads that are read whole, and batches of known items that are looked at again.
MOST_THREADS, MOST_BATCHES = 60, 10
#: What a server says that cannot go on from an id of ours.
EXPIRED = (400, 404, 410, 422)


class Fetch:
    """One collection. ``position``: ``streams`` (stream → ids that were newest, by when), ``resume`` (stream → the id
    a run that was cut short had come to), ``ids`` (handle → account), ``sweep`` (the last id that was looked at again).
    """

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        self.api = f"{ask.source.instance}/api"
        given = ask.position
        self.marks: dict[str, list[list[str]]] = {name: list(m) for name, m in given.get("streams", {}).items()}
        self.resume: Position = dict(given.get("resume", {}))
        self.ids: Position = dict(given.get("ids", {}))
        self.sweep: str = given.get("sweep", "")
        self.replies: dict[str, str] = dict(ask.known.pending)  # new items that answer something: id → parent
        self.seen: set[str] = set()

    def run(self) -> Iterator[Envelope | Reached]:
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Iterator[Envelope | Reached]]:
        source = self.source
        for tag in source.tags:
            yield self._stream(f"tag:{tag}", f"/v1/timelines/tag/{quote(tag.lstrip('#'), safe='')}", {})
        for account in (*source.accounts, *source.staff):
            yield self._own(account)
        if source.notifications:
            yield self._stream("notifications", "/v1/notifications", {"types[]": "mention"})
        for query in source.queries:
            yield self._search(query)
        yield self._threads()
        if self.ask.live:
            yield self._look_again()

    def _get(self, path: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        token = self.client.credentials.get("token")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.get(f"{self.api}{path}", parameters, headers=headers, accepted=accepted)

    def _reached(self) -> Reached:
        position = {"streams": self.marks, "resume": self.resume, "ids": self.ids, "sweep": self.sweep}
        return Reached({key: value for key, value in position.items() if value})

    def _own(self, account: str) -> Iterator[Envelope | Reached]:
        name = account.strip().lstrip("@")
        if name not in self.ids:
            self.ids[name] = _id(self._get("/v1/accounts/lookup", {"acct": name}).json())
        yield from self._stream(f"own:{account}", f"/v1/accounts/{quote(self.ids[name], safe='')}/statuses", {})

    def _stream(self, stream: str, path: str, parameters: dict[str, Any]) -> Iterator[Envelope | Reached]:
        """Upwards from the id where an earlier run was, or downwards to the moment that is asked for."""
        newest = ""
        start = self._start(stream)
        upwards = start is not None
        try:
            for answer, page in self._upwards(path, parameters, start) if start else self._downwards(path, parameters):
                yield envelope.of(answer, stream)
                newest = max([newest, *(_id(one) for one in page)], key=_order)
                self._note(page)
                if upwards:
                    self.resume[stream] = newest
                    yield self._reached()
        except Refused as error:
            if not (upwards and error.status in EXPIRED):
                raise
            self.marks.pop(stream, None)
            self.resume.pop(stream, None)
            yield from self._stream(stream, path, parameters)
            return
        self.resume.pop(stream, None)
        if newest and self.ask.live:
            marks = [*self.marks.get(stream, []), [self.ask.until.isoformat(), newest]]
            early = self._early(marks)
            self.marks[stream] = marks[max(0, len(early) - 1) :]
        yield self._reached()

    def _start(self, stream: str) -> str | None:
        """Where an earlier run of this stream was, somewhat before its last: late posts have ids between older ones."""
        if not self.ask.live:
            return None
        if stream in self.resume:
            return str(self.resume[stream])
        marks = self.marks.get(stream, [])
        return str((self._early(marks)[-1:] or marks[:1])[0][1]) if marks else None

    def _early(self, marks: list[list[str]]) -> list[list[str]]:
        """Those that are older than the last one by what is looked at again."""
        cut = datetime.fromisoformat(marks[-1][0]) - timedelta(hours=self.source.lookback_hours) if marks else None
        return [mark for mark in marks if cut and datetime.fromisoformat(mark[0]) <= cut]

    def _upwards(self, path: str, parameters: dict[str, Any], start: str) -> Iterator[tuple[Answer, list[Any]]]:
        while True:
            answer = self._get(path, {**parameters, "limit": PAGE, "min_id": start})
            page = _page(answer)
            if not page:
                return
            yield answer, page
            before, start = start, max((_id(one) for one in page), key=_order)
            if _order(start) <= _order(before):
                return

    def _downwards(self, path: str, parameters: dict[str, Any]) -> Iterator[tuple[Answer, list[Any]]]:
        last: dict[str, Any] = {}
        while True:
            answer = self._get(path, {**parameters, "limit": PAGE, **last})
            page = _page(answer)
            if page:
                yield answer, page
            if not page or min(_moment(one) for one in page) < self.ask.look_from:
                return
            oldest = min((_id(one) for one in page), key=_order)
            if oldest == last.get("max_id"):
                return
            last = {"max_id": oldest}

    def _search(self, query: str) -> Iterator[Envelope | Reached]:
        offset = 0
        while True:
            parameters = {"q": query, "type": "statuses", "resolve": "false", "limit": SEARCH_PAGE, "offset": offset}
            answer = self._get("/v2/search", parameters)
            found = answer.json()
            page = found.get("statuses") if isinstance(found, dict) else None
            if not isinstance(page, list):
                raise answer.bad("it has no statuses")
            if page:
                yield envelope.of(answer, f"search:{query}")
                self._note(page)
            if len(page) < SEARCH_PAGE or min(_moment(one) for one in page) < self.ask.look_from:
                break
            offset += SEARCH_PAGE
        yield self._reached()

    def _note(self, page: list[Any]) -> None:
        """Remember which new items answer something."""
        for one in page:
            status = one.get("status", one) if "type" in one else one
            native = _id(status)
            if native in self.ask.known or len(self.replies) >= 10 * MOST_THREADS:
                continue
            if status.get("in_reply_to_id"):
                self.replies[native] = str(status["in_reply_to_id"])

    def _threads(self) -> Iterator[Envelope | Reached]:
        """The whole thread of what is new and answers something: who asked, and who answered."""
        asked = 0
        for native in sorted(self.replies, key=_order):
            if native in self.seen or asked >= MOST_THREADS:
                continue
            asked += 1
            answer = self._get(f"/v1/statuses/{quote(native, safe='')}/context", {}, GONE)
            if answer.status in GONE:
                continue
            found = answer.json()
            if not isinstance(found, dict) or "ancestors" not in found:
                raise answer.bad("it is no thread")
            self.seen |= {_id(one) for one in (*found["ancestors"], *found["descendants"])}
            yield envelope.of(answer, "thread", of=native)

    def _look_again(self) -> Iterator[Envelope | Reached]:
        """Known items, some each time, round and round: was one changed, or is it gone?"""
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        ids = self.ask.known.to_sweep(since, self.sweep, MOST_BATCHES * LOOKED_AT)
        batches, is_any_there, gone = True, False, list[tuple[str, Answer]]()
        for place in range(0, len(ids), LOOKED_AT):
            some = ids[place : place + LOOKED_AT]
            answer = self._get("/v1/statuses", {"id[]": some}, GONE) if batches else None
            if answer is not None and answer.status == 200:
                page = _page(answer)
                yield envelope.of(answer, "sweep")
                there = {_id(one) for one in page}
                missing = [native for native in some if native not in there]
                is_any_there |= bool(there)
            else:  # a server from before 4.3: one by one, and fewer
                batches, missing = False, some
                if place >= 2 * LOOKED_AT:
                    break
            for native in missing:
                alone = self._get(f"/v1/statuses/{quote(native, safe='')}", {}, GONE)
                if alone.status in GONE:
                    gone.append((native, alone))
                    continue
                is_any_there = True
                yield envelope.of(alone, "sweep")
            if is_any_there:
                yield from self._tombstones(gone)
                self.sweep = some[-1]
                yield self._reached()
        if len(gone) > BELIEVED_GONE:
            raise gone[0][1].bad("it says that everything is gone, which is not believed")
        yield from self._tombstones(gone)
        self.sweep = ids[-1] if ids and not is_any_there else self.sweep
        yield self._reached()

    def _tombstones(self, gone: list[tuple[str, Answer]]) -> Iterator[Envelope]:
        while gone:
            native, answer = gone.pop(0)
            asked = {native: self.ask.known.things[native].created_at.isoformat()}
            yield envelope.of(answer, "sweep", asked=asked)


def _page(answer: Answer) -> list[Any]:
    found = answer.json()
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and {"id", "created_at"} <= one.keys() for one in found
    ):
        raise answer.bad("it is no list of statuses")
    return found


def _id(one: Any) -> str:
    return str(one["id"])


def _order(native: str) -> tuple[int, str]:
    """Ids grow: numbers by value, so by length first."""
    return len(native), native


def _moment(one: Any) -> datetime:
    moment = datetime.fromisoformat(str(one["created_at"]))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
