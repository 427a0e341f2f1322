"""How Trustpilot is asked: with the key of an application, a page of reviews at a time, without anybody's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tasks.extract.http.answer import Answer
from tasks.extract.sources import reviews_fetch, trustpilot
from tasks.extract.sources.tickets import moment
from tasks.extract.sources.tickets_fetch import only

PAGE = 100
REVIEW = ("id", "stars", "title", "text", "language", "createdAt", "updatedAt")
REPLY = ("text", "createdAt", "updatedAt")


class Fetch(reviews_fetch.Fetch):
    """The list is in order of writing: an answer to an old review is only seen when that is looked at again."""

    def pages(self) -> Iterator[reviews_fetch.Page]:
        page = 1
        while True:
            asked = {"perPage": PAGE, "page": page, "orderBy": "createdat.desc"}
            answer = self._get(f"/business-units/{self.source.business_unit}/reviews", asked)
            found = answer.json()
            if not isinstance(found, dict) or not isinstance(found.get("reviews"), list):
                raise answer.bad("it has no reviews")
            yield answer, [_kept(answer, one) for one in found["reviews"]]
            if len(found["reviews"]) < PAGE:
                return
            page += 1

    def again(self, review: str) -> tuple[Answer, dict[str, Any] | None]:
        answer = self._get(f"/reviews/{quote(review, safe='')}", {}, reviews_fetch.GONE)
        return answer, None if answer.status in reviews_fetch.GONE else _kept(answer, answer.json())

    def moment(self, review: Mapping[str, Any]) -> datetime:
        return datetime.fromisoformat(moment(review["createdAt"]))

    def native(self, review: Mapping[str, Any]) -> str:
        return str(review["id"])

    def replied(self, review: Mapping[str, Any]) -> bool:
        return bool(review.get("companyReply"))

    def _get(self, path: str, parameters: dict[str, Any], accepted: tuple[int, ...] = ()) -> Answer:
        headers = {"apikey": self.client.credentials.need("token")}
        return self.client.get(f"{trustpilot.API}{path}", parameters, headers=headers, accepted=accepted)


def _kept(answer: Answer, one: Any) -> dict[str, Any]:
    """A review: of who wrote it only the number."""
    try:
        kept = only(one, *REVIEW) | {"consumer": (one.get("consumer") or {}).get("id")}
        moment(kept["createdAt"])
        if reply := one.get("companyReply"):
            kept["companyReply"] = only(reply, *REPLY)
        return {**kept, "id": str(kept["id"])}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise answer.bad("a review in it has no id or no time") from None
