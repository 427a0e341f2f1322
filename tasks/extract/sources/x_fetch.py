"""How X is asked: what is new from the newest down, then what an earlier run could not pay for, then conversations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Position, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import BudgetSpent, Refused
from tasks.extract.sources import x

PAGE, LEAST_SEARCHED, LEAST_LISTED = 100, 10, 5
#: Each post may bring an author with it, and both are paid for.
EACH = 2
#: Conversations of one search, of which the newest page is read; of one collection; batches of known posts of one.
TOGETHER, MOST_CONVERSATIONS, MOST_BATCHES = 5, 60, 5
RECENT, SLACK, SECOND = timedelta(days=7), timedelta(minutes=1), timedelta(seconds=1)
WANTED = {
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,lang,note_tweet,referenced_tweets",
    "expansions": "author_id",
    "user.fields": "username",
}
GONE, CLOSED = "/resource-not-found", "/not-authorized-for-resource"


class Fetch:
    """One collection. ``position``: ``streams`` (stream → ``top``, up to when it was read, and ``holes``, stretches
    that were not paid for yet), ``ids`` (handle → account), ``followed`` (conversations that a run which was cut short
    has read), ``sweep`` (the day, and the last id that was looked at again on it).
    """

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        given = ask.position
        self.streams: dict[str, Any] = dict(given.get("streams", {}))
        self.ids: dict[str, str] = dict(given.get("ids", {}))
        self.followed: list[str] = list(given.get("followed", ()))
        self.sweep: list[str] = list(given.get("sweep", ("", "")))
        self.headers = {"Authorization": f"Bearer {client.credentials.need('token')}"}
        self.conversations: set[str] = set(ask.known.pending.values())
        self.seen: set[str] = set(ask.known.things)

    def run(self) -> Iterator[Envelope | Reached]:
        yield from each(self._parts())
        self.followed = []
        yield self._reached()

    def _parts(self) -> Iterator[Iterator[Envelope | Reached]]:
        source = self.source
        for account in (*source.accounts, *source.staff):
            yield self._of(account, "own", "tweets")
        for account in source.accounts if source.mentions else ():
            yield self._of(account, "mentions", "mentions")
        for query in source.queries:
            yield self._stream(f"search:{query}", {"query": query})
        yield self._conversations()
        if self.ask.live:
            yield self._look_again()

    def _reached(self) -> Reached:
        kept: Position = {"streams": self.streams, "ids": self.ids, "followed": self.followed, "sweep": self.sweep}
        return Reached({key: value for key, value in kept.items() if value})

    def _ask(self, path: str, parameters: dict[str, Any]) -> tuple[Answer, dict[str, Any]]:
        """An answer, and what it says; all that came is counted as read."""
        answer = self.client.get(f"{x.API}{path}", parameters, headers=self.headers)
        found = answer.json()
        try:
            listed = [dict(one) for one in found.get("data") or ()]
            brought = sum(map(len, (found.get("includes") or {}).values()))
            named = found.keys() & {"data", "meta", "errors"}
        except (TypeError, ValueError, AttributeError):
            named = set()
        if not named:
            raise answer.bad("it is no list of posts")
        self.client.budget.read(len(listed) + brought)
        return answer, found

    def _of(self, account: str, stream: str, listing: str) -> Iterator[Envelope | Reached]:
        name = x.handle(account, self.source)
        if name not in self.ids:
            self._name_accounts()
        if name not in self.ids:
            told = (
                f"{self.source.id}: X has no account @{name} (any more): look at the names in the institution's file."
            )
            raise Refused(told, 404)
        yield from self._stream(f"{stream}:{name}", {}, f"/users/{self.ids[name]}/{listing}")

    def _name_accounts(self) -> None:
        """The ids of all accounts at once: each costs something."""
        names = sorted({x.handle(one, self.source) for one in (*self.source.accounts, *self.source.staff)})
        missing = [name for name in names if name not in self.ids][:PAGE]
        self.client.budget.reads_left(self.source.id, len(missing), len(missing))
        _, found = self._ask("/users/by", {"usernames": ",".join(missing)})
        self.ids |= {str(one["username"]).lower(): str(one["id"]) for one in found.get("data") or ()}

    def _stream(
        self, stream: str, parameters: dict[str, Any], listing: str | None = None
    ) -> Iterator[Envelope | Reached]:
        """What is new, and then what earlier runs left; after every page it is known what is still to be read."""
        todo = self._todo(stream)
        while todo:
            for answer, found in self._pages(parameters, listing, *map(datetime.fromisoformat, todo[0])):
                posts = x.posts_in(found)
                yield envelope.of(answer, stream)
                self._note(posts)
                oldest = min(datetime.fromisoformat(post["created_at"]) for post in posts)
                todo[0][1] = (oldest + SECOND).isoformat()
                self._keep(stream, todo)
                yield self._reached()
            del todo[0]
            self._keep(stream, todo)
            yield self._reached()

    def _todo(self, stream: str) -> list[list[str]]:
        """Stretches to be read, the newest first."""
        kept = self.streams.get(stream) if self.ask.live else None
        if kept is None:
            return [[self.ask.look_from.isoformat(), self.ask.until.isoformat()]]
        # Up to now is up to half a minute ago.
        top = datetime.fromisoformat(kept["top"]) - max(SLACK, timedelta(hours=self.source.lookback_hours))
        return [[top.isoformat(), self.ask.until.isoformat()], *(list(hole) for hole in kept["holes"])]

    def _keep(self, stream: str, todo: list[list[str]]) -> None:
        if self.ask.live:
            self.streams[stream] = {"top": self.ask.until.isoformat(), "holes": [list(one) for one in todo]}

    def _pages(
        self, parameters: dict[str, Any], listing: str | None, begin: datetime, end: datetime
    ) -> Iterator[tuple[Answer, dict[str, Any]]]:
        """Pages with something on them, from the newest down. Before seven days ago there is the whole archive."""
        now = self.client.time.now()
        search = "/tweets/search/recent" if begin >= now - RECENT + SLACK else "/tweets/search/all"
        least, token = (LEAST_LISTED, "pagination_token") if listing else (LEAST_SEARCHED, "next_token")
        asked = {**parameters, **WANTED, "start_time": _text(begin)}
        if end < now - SLACK:  # up to now is what is meant by none
            asked["end_time"] = _text(end)
        while True:
            left = self.client.budget.reads_left(self.source.id, EACH * PAGE, EACH * least)
            answer, found = self._ask(listing or search, {**asked, "max_results": left // EACH})
            if any("created_at" not in post for post in x.posts_in(found)):
                raise answer.bad("it has posts without a time")
            if x.posts_in(found):
                yield answer, found
            following = (found.get("meta") or {}).get("next_token")
            if not following or following == asked.get(token):
                return
            asked[token] = following

    def _note(self, posts: list[dict[str, Any]]) -> None:
        """Remember which conversations something new was said in, in answer to something."""
        for post in posts:
            if x.replied_to(post) and x.first_id(post) not in self.ask.known and post.get("conversation_id"):
                self.conversations.add(str(post["conversation_id"]))
            self.seen.add(x.first_id(post))

    def _conversations(self) -> Iterator[Envelope | Reached]:
        """Who asked, and who answered: a search does not give what a conversation began with."""
        new = sorted(self.conversations - {*self.followed})[:MOST_CONVERSATIONS]
        for place in range(0, len(new), TOGETHER):
            some = new[place : place + TOGETHER]
            yield from self._beginnings([native for native in some if native not in self.seen])
            query = " OR ".join(f"conversation_id:{native}" for native in some)
            recent = self.client.time.now() - RECENT + 2 * SLACK
            begin = recent if self.ask.live else self.ask.look_from
            for answer, found in islice(self._pages({"query": query}, None, begin, self.ask.until), 1):
                self.seen |= {x.first_id(post) for post in x.posts_in(found)}
                yield envelope.of(answer, "thread")
            self.followed += some
            yield self._reached()

    def _beginnings(self, natives: list[str]) -> Iterator[Envelope]:
        if natives:
            self.client.budget.reads_left(self.source.id, EACH * len(natives), EACH * len(natives))
            answer, found = self._ask("/tweets", {"ids": ",".join(natives), **WANTED})
            if x.posts_in(found):
                yield envelope.of(answer, "thread")

    def _look_again(self) -> Iterator[Envelope | Reached]:
        """Known posts, each once a day, as far as the budget goes: looking costs what reading costs."""
        today = self.ask.until.date().isoformat()
        if self.sweep[0] != today:
            self.sweep = [today, ""]
        since = self.ask.until - timedelta(days=self.source.sweep_days)
        known = self.ask.known.to_sweep(since, self.sweep[1], MOST_BATCHES * PAGE)
        natives = [native for native in known if native > self.sweep[1]]
        while natives:
            try:
                many = self.client.budget.reads_left(self.source.id, min(PAGE, len(natives)))
            except BudgetSpent:  # nothing new is missing for it, and the next run goes on
                return
            some, natives = natives[:many], natives[many:]
            answer, found = self._ask("/tweets", {"ids": ",".join(some)})
            if gone := {native for native in _gone(answer, found) if native in some}:
                asked = {native: self.ask.known.things[native].created_at.isoformat() for native in sorted(gone)}
                yield envelope.of(answer, "sweep", asked=asked)
            self.sweep[1] = some[-1]
            yield self._reached()


def _gone(answer: Answer, found: dict[str, Any]) -> set[str]:
    """What X says is not there, or not to be seen any more, of what was asked for by its id."""
    kinds = (GONE, CLOSED) if found.get("data") else (GONE,)
    told = [one for one in found.get("errors") or () if str(one.get("type")).endswith(kinds)]
    if len(told) > BELIEVED_GONE and not found.get("data"):
        raise answer.bad("it says that everything is gone, which is not believed")
    return {str(one.get("resource_id") or one.get("value")) for one in told}


def _text(moment: datetime) -> str:
    """As X takes it: to the second, in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
