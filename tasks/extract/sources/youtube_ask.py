"""One question to YouTube's API: the key in a header, and what its refusals mean.

A quota that is spent is a 403 with a reason in the body, and opens again at midnight in California.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tasks.extract.http.answer import Answer
from tasks.extract.http.client import Client
from tasks.extract.http.faults import WaitUntil
from tasks.extract.sources import youtube

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY_SPENT = {"quotaExceeded", "dailyLimitExceeded"}
TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded"}
SWITCHED_OFF = "commentsDisabled"
LARGEST = {"commentThreads": 100, "comments": 100, "playlistItems": 50}


def get(client: Client, resource: str, parameters: Mapping[str, Any]) -> Answer:
    """200, or 403 where comments are switched off; raises what a client does, WaitUntil when the quota is spent."""
    headers = {"X-Goog-Api-Key": client.credentials.need("token")}
    answer = client.get(f"{youtube.API}/{resource}", parameters, headers=headers, accepted=(400, 403))
    if answer.status == 200:
        return answer
    reasons = _reasons(answer)
    if reasons & DAY_SPENT:
        moment = opens_again(client.time.now())
        raise WaitUntil(
            f"{client.source}: the day's quota of YouTube is used up until {moment:%Y-%m-%d %H:%M} UTC (midnight in "
            "California). The next run goes on from here.",
            moment,
        )
    if reasons & TOO_FAST:
        moment = client.time.now() + timedelta(minutes=1)
        raise WaitUntil(f"{client.source}: YouTube asks for a pause of a minute.", moment)
    if SWITCHED_OFF in reasons:
        return answer
    if answer.status == 400:
        raise answer.refused("The key is not accepted, or a query is none: look at the connection and at the queries.")
    raise answer.refused("The key may not see this: look at what it is restricted to, and whether the API is enabled.")


def pages(client: Client, resource: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Answer, list[Any]]]:
    """(answer, its items), as long as there are any."""
    token: str | None = ""
    while token is not None:
        following = {"pageToken": token} if token else {}
        answer = get(client, resource, {**parameters, "maxResults": LARGEST[resource], **following})
        if answer.status != 200:
            return
        if items := items_of(answer):
            yield answer, items
        before, token = token, answer.json().get("nextPageToken")
        if token == before:
            return


def items_of(answer: Answer) -> list[Any]:
    """The resources of an answer; none has no key for them."""
    found = answer.json()
    if not isinstance(found, dict) or not str(found.get("kind")).endswith("ListResponse"):
        raise answer.bad("it is no list of YouTube's")
    items = found.get("items", [])
    if not isinstance(items, list) or not all(isinstance(one, dict) and "id" in one for one in items):
        raise answer.bad("its items have no ids")
    return items


def opens_again(now: datetime) -> datetime:
    """The next midnight in California, in UTC."""
    there = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(there, time(), PACIFIC).astimezone(UTC)


def _reasons(answer: Answer) -> set[str]:
    found = answer.json()
    try:
        return {str(one.get("reason")) for one in found["error"].get("errors", ())}
    except (KeyError, TypeError, AttributeError):
        return set()
