"""A small Reddit on the server of faults: listings from the newest down, threads, and what became of a comment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.extract.server import Faults, Handler

Thing = dict[str, Any]


@dataclass
class Reddit:
    """``things`` by full name."""

    faults: Faults
    things: dict[str, Thing] = field(default_factory=dict)
    more: bool = False

    def post(self, moment: str, title: str, author: str = "student", **more: Any) -> str:
        native = f"p{len(self.things)}"
        return self._add("t3", native, moment, author, title=title, selftext=more.get("text", ""), num_comments=1)

    def comment(self, moment: str, to: str, body: str, author: str) -> str:
        link = to if to.startswith("t3_") else self.things[to]["data"]["link_id"]
        return self._add("t1", f"c{len(self.things)}", moment, author, body=body, parent_id=to, link_id=link)

    def _add(self, kind: str, native: str, moment: str, author: str, **more: Any) -> str:
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
        name = f"{kind}_{native}"
        data = {"id": native, "name": name, "author": author, "created_utc": at, "edited": False, "replies": ""}
        self.things[name] = {"kind": kind, "data": data | {"permalink": f"/r/school/comments/{native}/"} | more}
        return name

    def delete(self, name: str) -> None:
        """As its author does: the place stays, the words go."""
        data = self.things[name]["data"]
        data |= {"author": "[deleted]", **({"body": "[deleted]"} if "body" in data else {"selftext": "[deleted]"})}

    def serve(self) -> Reddit:
        self.faults.script("/api/v1/access_token", lambda h: h.send_json({"access_token": "handed-out-just-now"}))
        self.faults.script("/r/school/new", lambda h: self._listing(h, "t3"))
        self.faults.script("/r/school/comments", lambda h: self._listing(h, "t1"))
        self.faults.script("/user/school_care/submitted", lambda h: self._listing(h, "t3", "school_care"))
        self.faults.script("/user/school_care/comments", lambda h: self._listing(h, "t1", "school_care"))
        self.faults.script("/api/info", self._info)
        self.faults.otherwise(self._thread)
        return self

    def _sorted(self, kind: str, author: str | None = None) -> list[Thing]:
        of_kind = [one for one in self.things.values() if one["kind"] == kind]
        chosen = [one for one in of_kind if author in (None, one["data"]["author"])]
        return sorted(chosen, key=lambda one: -one["data"]["created_utc"])

    def _listing(self, handler: Handler, kind: str, author: str | None = None) -> None:
        found = self._sorted(kind, author)
        names = [one["data"]["name"] for one in found]
        after = handler.query.get("after", [None])[0]
        start = names.index(after) + 1 if after in names else 0
        page = found[start : start + 3]
        following = page[-1]["data"]["name"] if start + 3 < len(found) else None
        listing = {"kind": "Listing", "data": {"children": page, "after": following}}
        handler.send_json(listing, x_ratelimit_remaining="97.0", x_ratelimit_reset="412")

    def _info(self, handler: Handler) -> None:
        names = handler.query["id"][0].split(",")
        children = [self.things[name] for name in names if name in self.things]
        handler.send_json({"kind": "Listing", "data": {"children": children, "after": None}})

    def _thread(self, handler: Handler) -> None:
        found = re.fullmatch(r"/comments/(\w+)", handler.path.partition("?")[0])
        name = f"t3_{found[1]}" if found else ""
        if name not in self.things:
            return handler.send_json({"error": 404}, 404)
        comments = [one for one in self.things.values() if one["data"].get("link_id") == name]
        children = comments[:1] if self.more else comments
        left = [one["data"]["id"] for one in comments[1:]] if self.more else []
        more = [{"kind": "more", "data": {"children": left, "count": len(left)}}] if left else []
        return handler.send_json(
            [
                {"kind": "Listing", "data": {"children": [self.things[name]]}},
                {"kind": "Listing", "data": {"children": [*children, *more]}},
            ]
        )
