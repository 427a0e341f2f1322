"""Small sites of reviews on the server of faults: Google Business Profile, and Trustpilot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.extract.server import Faults, Handler

PLACE, UNIT = "accounts/1/locations/2", "46d6a890000064000500e0c3"
GOOGLE = f"""
[[source]]
id         = "google"
type       = "google_business"
name       = {{ nl = "Google", en = "Google" }}
connection = "google"
locations  = ["{PLACE}"]
"""
TRUSTPILOT = f"""
[[source]]
id            = "trustpilot"
type          = "trustpilot"
name          = {{ nl = "Trustpilot", en = "Trustpilot" }}
connection    = "trustpilot"
business_unit = "{UNIT}"
"""


@dataclass
class Google:
    """``reviews`` by name; lists are in order of the last change, two a page."""

    faults: Faults
    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)

    def review(self, moment: str, stars: str, text: str | None = None) -> str:
        name = f"{PLACE}/reviews/r{len(self.reviews)}"
        self.reviews[name] = {
            "name": name,
            "reviewId": name.rpartition("/")[2],
            "reviewer": {"displayName": "Marijke de Groot", "profilePhotoUrl": "https://x.example/m.jpg"},
            "starRating": stars,
            "createTime": f"{moment}:00.123456Z",
            "updateTime": f"{moment}:00.123456Z",
            **({"comment": text} if text else {}),
        }
        return name

    def reply(self, name: str, moment: str, text: str) -> None:
        self.reviews[name]["reviewReply"] = {"comment": text, "updateTime": f"{moment}:00Z"}

    def serve(self) -> Google:
        self.faults.script("/token", lambda handler: handler.send_json({"access_token": "handed-out-just-now"}))
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0].removeprefix("/v4/")
        if path in self.reviews:
            return handler.send_json(self.reviews[path])
        if path != f"{PLACE}/reviews":
            return handler.send_json({"error": {"status": "NOT_FOUND"}}, 404)
        start = int(handler.query.get("pageToken", ["0"])[0])
        listed = sorted(self.reviews.values(), key=lambda one: str(one["updateTime"]), reverse=True)
        page = listed[start : start + 2]
        more = {"nextPageToken": str(start + 2)} if len(listed) > start + 2 else {}
        return handler.send_json(({"reviews": page} if page else {}) | {"totalReviewCount": len(listed)} | more)


@dataclass
class Trustpilot:
    """``reviews`` by id; lists are in order of writing."""

    faults: Faults
    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)

    def review(self, moment: str, stars: int, text: str) -> str:
        native = f"5f{len(self.reviews):022x}"
        self.reviews[native] = {
            "id": native,
            "stars": stars,
            "title": "Open dag",
            "text": text,
            "language": "nl",
            "consumer": {"id": "consumer-1", "displayName": "Marijke de Groot"},
            "createdAt": f"{moment}:00Z",
            "updatedAt": None,
            "companyReply": None,
        }
        return native

    def serve(self) -> Trustpilot:
        self.faults.otherwise(self._answer)
        return self

    def _answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if handler.headers.get("apikey") != "the-key-of-the-school":
            return handler.send_json({"fault": "invalid key"}, 401)
        if path == f"/v1/business-units/{UNIT}/reviews":
            listed = sorted(self.reviews.values(), key=lambda one: str(one["createdAt"]), reverse=True)
            return handler.send_json({"links": [], "reviews": listed})
        found = re.fullmatch(r"/v1/reviews/(\w+)", path)
        if not found or found[1] not in self.reviews:
            return handler.send_json({"message": "not found"}, 404)
        return handler.send_json(self.reviews[found[1]])
