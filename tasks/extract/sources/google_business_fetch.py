"""How Google Business Profile is asked: a token for an hour, and the reviews of each place, without anybody's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tasks.extract.asking import Reached
from tasks.extract.envelope import Envelope
from tasks.extract.http.answer import Answer
from tasks.extract.sources import google_business, reviews_fetch
from tasks.extract.sources.tickets import moment
from tasks.extract.sources.tickets_fetch import only

PAGE = 50
REVIEW = ("name", "starRating", "comment", "createTime", "updateTime")
REPLY = ("comment", "updateTime")


class Fetch(reviews_fetch.Fetch):
    """Reviews are named by their place: ``accounts/…/locations/…/reviews/…``."""

    token = ""
    location = ""

    def run(self) -> Iterator[Envelope | Reached]:
        self._log_in()
        for location in self.source.locations:
            self.location = location
            yield from self.newest()
        yield from self.rest()

    def pages(self) -> Iterator[reviews_fetch.Page]:
        following: dict[str, Any] = {}
        while True:
            asked = {"pageSize": PAGE, "orderBy": "updateTime desc", **following}
            answer = self._get(f"/{self.location}/reviews", asked)
            found = answer.json()
            if not isinstance(found, dict) or not isinstance(found.get("reviews", []), list):
                raise answer.bad("it has no reviews")
            yield answer, [_kept(answer, one) for one in found.get("reviews", [])]
            if not found.get("nextPageToken") or found["nextPageToken"] == following.get("pageToken"):
                return
            following = {"pageToken": found["nextPageToken"]}

    def again(self, review: str) -> tuple[Answer, dict[str, Any] | None]:
        answer = self._get(f"/{review}", {}, reviews_fetch.GONE)
        return answer, None if answer.status in reviews_fetch.GONE else _kept(answer, answer.json())

    def moment(self, review: Mapping[str, Any]) -> datetime:
        return datetime.fromisoformat(moment(review["updateTime"]))

    def native(self, review: Mapping[str, Any]) -> str:
        return str(review["name"])

    def replied(self, review: Mapping[str, Any]) -> bool:
        return bool(review.get("reviewReply"))

    def _log_in(self) -> None:
        given = self.client.credentials
        form = {"grant_type": "refresh_token", "refresh_token": given.need("token")}
        form |= {name: given.need(name) for name in ("client_id", "client_secret")}
        answer = self.client.post(f"{google_business.LOGIN}/token", form)
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise answer.bad("it gave no token: look at the client id, the secret and the token in the connection")
        given.hide(token)
        self.token = token

    def _get(self, path: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(f"{google_business.API}{path}", parameters, headers=headers, accepted=accepted)


def _kept(answer: Answer, one: Any) -> dict[str, Any]:
    """A review, without who wrote it."""
    try:
        kept = only(one, *REVIEW)
        moment(kept["updateTime"])
        if reply := one.get("reviewReply"):
            kept["reviewReply"] = only(reply, *REPLY)
        return {**kept, "name": str(kept["name"])}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a review in it has no name or no times") from None
