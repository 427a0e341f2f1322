"""A small YouTube on the server of faults: threads that show two of their answers, videos, a search, and a quota."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.extract.server import Faults, Handler

Thing = dict[str, Any]
OURS = "UC" + "o" * 22
PATH = "/youtube/v3"


def channel(name: str) -> str:
    """A channel's id of somebody."""
    return "UC" + name.ljust(22, "x")


@dataclass
class YouTube:
    """``comments`` and ``videos`` by id, in order of writing; ``off``: videos whose comments are switched off."""

    faults: Faults
    comments: dict[str, Thing] = field(default_factory=dict)
    videos: dict[str, Thing] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    page: int = 3

    def video(self, moment: str, title: str, owner: str = OURS) -> str:
        native = f"video{len(self.videos):06}"
        said = {
            "publishedAt": f"{moment}:00Z",
            "channelId": owner,
            "channelTitle": "A Channel With A Name",
            "title": title,
            "description": f"{title}, beschreven",
        }
        self.videos[native] = {"kind": "youtube#video", "id": native, "snippet": said}
        return native

    def comment(self, moment: str, to: str, text: str, author: str) -> str:
        """Below a video, or in answer to a comment."""
        below = to in self.videos
        parent = None if below else to
        native = f"Ug{len(self.comments):05}AaABAg" if below else f"{to}.9{len(self.comments):05}"
        video = to if below else self.comments[to]["snippet"]["videoId"]
        said = {
            "videoId": video,
            "textDisplay": f"<b>{text}</b>",
            "textOriginal": text,
            "authorDisplayName": "Somebody With A Name",
            "authorChannelId": {"value": author},
            "likeCount": 0,
            "publishedAt": f"{moment}:00Z",
            "updatedAt": f"{moment}:00Z",
        } | ({"parentId": parent} if parent else {})
        self.comments[native] = {"kind": "youtube#comment", "id": native, "snippet": said}
        return native

    def edit(self, native: str, moment: str, text: str) -> None:
        self.comments[native]["snippet"] |= {"textOriginal": text, "updatedAt": f"{moment}:00Z"}

    def delete(self, native: str) -> None:
        for one in [native, *self._answers(native)]:
            del self.comments[one]

    def serve(self) -> YouTube:
        for resource, step in {
            "commentThreads": self._threads,
            "comments": self._alone,
            "videos": self._videos,
            "channels": self._channels,
            "playlistItems": self._uploads,
            "search": self._search,
        }.items():
            self.faults.script(f"{PATH}/{resource}", step)
        return self

    def _answers(self, native: str) -> list[str]:
        return [one for one, thing in self.comments.items() if thing["snippet"].get("parentId") == native]

    def _list(self, handler: Handler, kind: str, found: list[Thing]) -> None:
        """A page of it; none at all has no items."""
        start = int(handler.query.get("pageToken", ["0"])[0])
        page = found[start : start + self.page] if "id" not in handler.query else found
        told: Thing = {"kind": f"youtube#{kind}ListResponse", "etag": "x", "pageInfo": {"resultsPerPage": self.page}}
        told |= {"items": page} if page else {}
        told |= {"nextPageToken": str(start + self.page)} if len(found) > start + len(page) and page else {}
        handler.send_json(told)

    def _thread(self, native: str) -> Thing:
        top, answers = self.comments[native], self._answers(native)
        video = self.videos[top["snippet"]["videoId"]]
        told: Thing = {
            "kind": "youtube#commentThread",
            "id": native,
            "snippet": {
                "channelId": video["snippet"]["channelId"],
                "videoId": video["id"],
                "topLevelComment": top,
                "totalReplyCount": len(answers),
            },
        }
        shown = [self.comments[one] for one in answers[-2:]]
        return told | ({"replies": {"comments": shown}} if shown else {})

    def _threads(self, handler: Handler) -> None:
        asked = handler.query
        video = asked.get("videoId", [""])[0]
        if video in self.off:
            return self.refuse(handler, "commentsDisabled")
        tops = [one for one in self.comments if "parentId" not in self.comments[one]["snippet"]]
        if "id" in asked:
            tops = [one for one in asked["id"][0].split(",") if one in tops]
        elif video:
            tops = [one for one in tops if self.comments[one]["snippet"]["videoId"] == video]
        else:
            owner = asked["allThreadsRelatedToChannelId"][0]
            owners = {one: self.videos[self.comments[one]["snippet"]["videoId"]]["snippet"] for one in tops}
            tops = [one for one in tops if owners[one]["channelId"] == owner]
        newest = sorted(tops, key=lambda one: self.comments[one]["snippet"]["publishedAt"], reverse=True)
        return self._list(handler, "commentThread", [self._thread(one) for one in newest])

    def _alone(self, handler: Handler) -> None:
        asked = handler.query
        natives = asked["id"][0].split(",") if "id" in asked else self._answers(asked["parentId"][0])
        found = [self.comments[one] for one in natives if one in self.comments]
        # Of a comment alone the video is not told.
        bare = [one | {"snippet": {k: v for k, v in one["snippet"].items() if k != "videoId"}} for one in found]
        self._list(handler, "comment", bare)

    def _videos(self, handler: Handler) -> None:
        self._list(
            handler, "video", [self.videos[one] for one in handler.query["id"][0].split(",") if one in self.videos]
        )

    def _channels(self, handler: Handler) -> None:
        native = handler.query["id"][0]
        told = {"relatedPlaylists": {"uploads": f"UU{native[2:]}"}}
        self._list(handler, "channel", [{"kind": "youtube#channel", "id": native, "contentDetails": told}])

    def _uploads(self, handler: Handler) -> None:
        owner = f"UC{handler.query['playlistId'][0][2:]}"
        owned = [one for one in self.videos.values() if one["snippet"]["channelId"] == owner]
        told = [
            {
                "id": f"P{one['id']}",
                "contentDetails": {"videoId": one["id"], "videoPublishedAt": one["snippet"]["publishedAt"]},
            }
            for one in reversed(owned)
        ]
        self._list(handler, "playlistItem", told)

    def _search(self, handler: Handler) -> None:
        asked = handler.query
        words, since, until = (asked[name][0] for name in ("q", "publishedAfter", "publishedBefore"))
        told = [
            {"id": {"kind": "youtube#video", "videoId": one["id"]}}
            for one in self.videos.values()
            if words in one["snippet"]["title"] and since <= one["snippet"]["publishedAt"] < until
        ]
        self._list(handler, "search", told)

    @staticmethod
    def refuse(handler: Handler, reason: str, code: int = 403) -> None:
        error = {"code": code, "message": "as scripted", "errors": [{"domain": "youtube.quota", "reason": reason}]}
        handler.send_json({"error": error}, code)
