"""How YouTube is asked: threads with all their answers, our videos, what is known again, and now and then a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.extract import envelope
from tasks.extract.asking import BELIEVED_GONE, Ask, Position, Reached, each
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.sources import youtube_ask
from tasks.extract.sources.youtube import VIDEO
from tasks.extract.sources.youtube_ask import items_of

BATCH = 50
#: Of one collection: threads whose answers are asked for apart, batches of known items that are looked at again, and
#: videos of others that are followed.
MOST_THREADS, MOST_BATCHES, MOST_VIDEOS = 60, 10, 50
WORDS = {"part": "snippet", "textFormat": "plainText"}
THREAD = {"part": "snippet,replies", "textFormat": "plainText"}
Asked = Iterator[Envelope | Reached]


class Fetch:
    """One collection. ``position``: ``uploads`` (channel → its list of videos), ``searched`` (query → when last),
    ``videos`` (of others → when published), ``sweep`` (the last id that was looked at again).
    """

    def __init__(self, ask: Ask, client: Client) -> None:
        self.ask, self.client, self.source = ask, client, ask.source
        given = ask.position
        self.uploads: Position = dict(given.get("uploads", {}))
        self.searched: Position = {q: at for q, at in given.get("searched", {}).items() if q in self.source.queries}
        self.since_known = ask.until - timedelta(days=self.source.sweep_days)
        self.videos: Position = self._still_followed(given.get("videos", {}))
        self.sweep: str = given.get("sweep", "")
        self.asked_apart = 0
        things = ask.known.things.items()
        self.answers = Counter(native.partition(".")[0] for native, one in things if "." in native and not one.deleted)

    def run(self) -> Asked:
        yield from each(self._parts())
        yield self._reached()

    def _parts(self) -> Iterator[Asked]:
        for channel in self.source.accounts:
            yield self._threads(f"threads:{channel}", {"allThreadsRelatedToChannelId": channel})
            yield self._own_videos(channel)
        for video in sorted(self.videos):
            yield self._threads(f"video:{video}", {"videoId": video}, {"post": f"{VIDEO}{video}"})
        if self.ask.live:
            yield self._look_again()
        for query in self.source.queries:
            yield self._search(query)

    def _reached(self) -> Reached:
        position = {name: getattr(self, name) for name in ("uploads", "searched", "videos", "sweep")}
        return Reached({key: value for key, value in position.items() if value})

    def _still_followed(self, videos: Position) -> Position:
        """Videos of others are followed as long as anything is looked at again, the newest of them."""
        fresh = sorted((at, native) for native, at in videos.items() if _moment(at) >= self.since_known)
        return {native: at for at, native in fresh[-MOST_VIDEOS:]}

    def _get(self, resource: str, parameters: Mapping[str, Any]) -> Answer:
        return youtube_ask.get(self.client, resource, parameters)

    def _pages(self, resource: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Answer, list[Any]]]:
        return youtube_ask.pages(self.client, resource, parameters)

    def _threads(self, stream: str, which: Mapping[str, str], about: Mapping[str, str] | None = None) -> Asked:
        """Newest first, until before the moment. ``about``: the video they stand below, where it is not ours."""
        about = about or {}
        for answer, threads in self._pages("commentThreads", {**THREAD, "order": "time", **which}):
            newest = max(_moment(one["snippet"]["topLevelComment"]["snippet"]["publishedAt"]) for one in threads)
            yield envelope.of(answer, stream, **about)
            for thread in threads:
                yield from self._other_answers(thread, about)
            if newest < self.ask.look_from:
                break
        yield self._reached()

    def _other_answers(self, thread: Any, about: Mapping[str, str]) -> Iterator[Envelope]:
        """A thread shows some of its answers only: the others too, unless as many are known. Those that a live run does
        not come to are asked for by the next, which looks at known threads again.
        """
        native, count = str(thread["id"]), thread["snippet"].get("totalReplyCount", 0)
        shown = len(thread.get("replies", {}).get("comments", ()))
        if count <= max(shown, self.answers[native]) or (self.ask.live and self.asked_apart >= MOST_THREADS):
            return
        self.asked_apart += 1
        for answer, _ in self._pages("comments", {**WORDS, "parentId": native}):
            yield envelope.of(answer, "thread", **about)

    def _own_videos(self, channel: str) -> Asked:
        """What we published ourselves since the moment."""
        if channel not in self.uploads:
            found = items_of(self._get("channels", {"part": "contentDetails", "id": channel}))
            if not found:
                return
            self.uploads[channel] = str(found[0]["contentDetails"]["relatedPlaylists"]["uploads"])
        fresh: list[str] = []
        for _, items in self._pages("playlistItems", {"part": "contentDetails", "playlistId": self.uploads[channel]}):
            told = [one["contentDetails"] for one in items]
            new = [str(one["videoId"]) for one in told if _since(one.get("videoPublishedAt"), self.ask.look_from)]
            fresh += new
            if not new:
                break
        for answer in self._described(fresh):
            yield envelope.of(answer, f"own:{channel}")
        yield self._reached()

    def _described(self, videos: list[str]) -> Iterator[Answer]:
        """A search and a list of uploads cut descriptions short: the videos themselves do not."""
        for place in range(0, len(videos), BATCH):
            answer = self._get("videos", {"part": "snippet", "id": ",".join(videos[place : place + BATCH])})
            if items_of(answer):
                yield answer

    def _search(self, query: str) -> Asked:
        """Videos of others, and what is said below them; not each time, since searches are few."""
        since, pause = self.ask.look_from, timedelta(hours=self.source.search_every_hours)
        if self.ask.live and (last := self.searched.get(query)):
            if self.ask.until - _moment(last) < pause:
                return
            since = min(since, _moment(last) - timedelta(hours=self.source.lookback_hours))
        between = {"publishedAfter": _stamp(since), "publishedBefore": _stamp(self.ask.until)}
        asked = {"part": "id", "q": query, "type": "video", "order": "date", "maxResults": BATCH, **between}
        found = [str(one["id"]["videoId"]) for one in items_of(self._get("search", asked)) if "videoId" in one["id"]]
        for answer in self._described(found):
            yield envelope.of(answer, f"search:{query}")
            for video in items_of(answer):
                yield from self._below(str(video["id"]), video["snippet"])
        if self.ask.live:
            self.searched[query] = self.ask.until.isoformat()
        yield self._reached()

    def _below(self, video: str, said: Mapping[str, Any]) -> Asked:
        """What is said below a video that was just found, if it is not ours."""
        if said["channelId"] not in self.source.accounts and video not in self.videos:
            self.videos[video] = str(said["publishedAt"])
            yield from self._threads(f"video:{video}", {"videoId": video}, {"post": f"{VIDEO}{video}"})

    def _look_again(self) -> Asked:
        """Known items, some each time, round and round: was one changed, answered, or is it gone?"""
        ids = self.ask.known.to_sweep(self.since_known, self.sweep, MOST_BATCHES * BATCH)
        for place in range(0, len(ids), BATCH):
            some = ids[place : place + BATCH]
            videos = [native for native in some if native.startswith(VIDEO)]
            comments = [native for native in some if native not in videos]
            yield from self._again("videos", {"part": "snippet"}, videos)
            # A thread that does not come may only be shut: the comment itself is asked for, and decides.
            there = yield from self._threads_again([native for native in comments if "." not in native])
            yield from self._again("comments", WORDS, [native for native in comments if native not in there])
            self.sweep = some[-1]
            yield self._reached()

    def _threads_again(self, ids: list[str]) -> Generator[Envelope, None, set[str]]:
        if not ids:
            return set()
        answer = self._get("commentThreads", {**THREAD, "id": ",".join(ids)})
        if answer.status != 200:  # comments were switched off since
            return set()
        threads = items_of(answer)
        yield envelope.of(answer, "sweep")
        for thread in threads:
            video = thread["snippet"].get("videoId")
            yield from self._other_answers(thread, {"post": f"{VIDEO}{video}"} if video in self.videos else {})
        return {str(one["id"]) for one in threads}

    def _again(self, resource: str, parameters: Mapping[str, str], ids: list[str]) -> Iterator[Envelope]:
        if not ids:
            return
        prefix = VIDEO if resource == "videos" else ""
        answer = self._get(resource, {**parameters, "id": ",".join(native.removeprefix(prefix) for native in ids)})
        there = {f"{prefix}{one['id']}" for one in items_of(answer)}
        things = self.ask.known.things
        missing = {native: things[native].created_at.isoformat() for native in ids if native not in there}
        if missing and not there and len(ids) > BELIEVED_GONE:
            raise answer.bad("it says that everything is gone, which is not believed")
        yield envelope.of(answer, "sweep", **({"asked": missing} if missing else {}))


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _since(told: str | None, moment: datetime) -> bool:
    return told is not None and _moment(told) >= moment


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
