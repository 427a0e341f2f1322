"""A small LinkedIn on the server of faults, made after its documentation: nobody has seen the real one answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from tests.extract.server import Faults, Handler

Thing = dict[str, Any]
ORG, PATH = "urn:li:organization:1234", "/rest"


def milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


@dataclass
class LinkedIn:
    """``posts`` and ``comments`` by their names; ``told``: notifications, which only go by times."""

    faults: Faults
    posts: dict[str, Thing] = field(default_factory=dict)
    comments: dict[str, Thing] = field(default_factory=dict)
    told: list[Thing] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def serve(self) -> LinkedIn:
        self.faults.otherwise(self._answer)
        return self

    def post(self, moment: str, commentary: str, author: str = ORG) -> str:
        native = f"urn:li:activity:{7000 + len(self.posts)}"
        at = milliseconds(moment)
        self.posts[native] = {"id": native, "author": author, "commentary": commentary}
        self.posts[native] |= {"createdAt": at, "publishedAt": at, "lastModifiedAt": at}
        if author != ORG:
            self._tell("SHARE_MENTION", at, sourcePost=native, generatedActivity=native)
        return native

    def comment(self, moment: str, to: str, text: str, actor: str) -> str:
        parent = to if to in self.comments else None
        post = self.comments[to]["object"] if parent else to
        number, at = 9000 + len(self.comments), milliseconds(moment)
        native = f"urn:li:comment:({post},{number})"
        self.comments[native] = {
            "id": str(number),
            "commentUrn": native,
            "actor": actor,
            "object": post,
            "message": {"text": text},
            "created": {"actor": actor, "time": at},
            "lastModified": {"actor": actor, "time": at},
        } | ({"parentComment": parent} if parent else {})
        self._tell("ADMIN_COMMENT" if actor == ORG else "COMMENT", at, sourcePost=post)
        return native

    def edit(self, native: str, moment: str, text: str) -> None:
        self.comments[native] |= {"message": {"text": text}, "lastModified": {"time": milliseconds(moment)}}
        self._tell("COMMENT_EDIT", milliseconds(moment), sourcePost=self.comments[native]["object"])

    def delete(self, native: str, moment: str) -> None:
        gone = self.comments.pop(native)
        self._tell("COMMENT_DELETE", milliseconds(moment), sourcePost=gone["object"])

    def _tell(self, action: str, at: int, **more: str) -> None:
        number = len(self.told) + 1
        self.told.append({"notificationId": number, "action": action, "lastModifiedAt": at, **more})

    def _answer(self, handler: Handler) -> None:
        self.asked.append(handler.path)
        path = [unquote(part) for part in handler.path.partition("?")[0].removeprefix(f"{PATH}/").split("/")]
        if path[0] == "organizationalEntityNotifications":
            return self._notifications(handler)
        if path[0] == "posts":
            own = sorted(
                (one for one in self.posts.values() if one["author"] == ORG), key=lambda one: -one["createdAt"]
            )
            return self._list(handler, own) if len(path) == 1 else self._one(handler, self.posts.get(path[1]))
        if len(path) == 4:
            return self._one(handler, self.comments.get(f"urn:li:comment:({path[1]},{path[3]})"))
        return self._list(handler, self._below(path[1]))

    def _below(self, native: str) -> list[Thing]:
        found = [one for one in self.comments.values() if one.get("parentComment", one["object"]) == native]
        counts = {"commentsSummary": {"aggregatedTotalComments": 0}}
        return [one | (counts if not self._answers(one["commentUrn"]) else {}) for one in found]

    def _answers(self, native: str) -> list[Thing]:
        return [one for one in self.comments.values() if one.get("parentComment") == native]

    def _notifications(self, handler: Handler) -> None:
        """Rest.li: brackets as they are, names inside quoted."""
        query = handler.path.partition("?")[2]
        assert "actions=List(COMMENT," in query
        assert "organizationalEntity=urn%3Ali%3Aorganization%3A1234" in query
        start, end = handler.query["timeRange"][0].strip("()").split(",")
        since, until = int(start.removeprefix("start:")), int(end.removeprefix("end:"))
        self._list(handler, [one for one in self.told if since <= one["lastModifiedAt"] <= until])

    def _list(self, handler: Handler, found: list[Thing]) -> None:
        start, count = (int(handler.query[name][0]) for name in ("start", "count"))
        told = {"paging": {"start": start, "count": count, "links": []}, "elements": found[start : start + count]}
        handler.send_json(told)

    @staticmethod
    def _one(handler: Handler, found: Thing | None) -> None:
        handler.send_json(found or {"message": "Not found", "status": 404}, 200 if found else 404)
