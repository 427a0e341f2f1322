"""Meta's Graph API, as Facebook and Instagram share it: no source of its own.

The token goes in a header. Lists are read to their end each time, by times: what turns a page (`paging`) holds tokens
and is not to be kept, so it is taken out of an answer before anybody sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from tasks.extract.http.faults import WaitUntil
from tasks.extract.sources.table import Listened
from tasks.tables import Identifier

if TYPE_CHECKING:
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.answer import Answer
    from tasks.extract.http.client import Client

API = "https://graph.facebook.com"
Native = Annotated[str, Field(pattern=r"^\d{5,25}$")]
#: Codes of errors: of limits, of a token, and (with what comes below it) of an object that is not there.
LIMITS = {4, 17, 32, 341, 613, 80001, 80002}
TOKEN = {102, 190}
NO_SUCH_OBJECT = {(100, 33), (803, 0)}
#: Nobody says when the limit of an hour opens again, unless a header does.
PAUSE = timedelta(hours=1)
USAGE = "x-business-use-case-usage"
SECRETS = ("access_token", "appsecret_proof")


class Own(Listened):
    """What is read of one account of ours, with its own token."""

    connection: Identifier
    #: Of the Graph API. Each lives for about two years.
    version: Annotated[str, Field(pattern=r"^v\d{1,2}\.\d$")] = "v25.0"


class Graph:
    """Asks one account's objects."""

    def __init__(self, client: Client, version: str) -> None:
        self.client, self.api = client, f"{API}/{version}"

    def get(self, path: str, parameters: Mapping[str, Any], *, may_be_gone: bool = False) -> Answer:
        """200, or with ``may_be_gone`` 400 of an object that is not there; raises WaitUntil at a limit."""
        headers = {"Authorization": f"Bearer {self.client.credentials.need('token')}"}
        answer = self.client.get(f"{self.api}/{path}", parameters, headers=headers, accepted=(400, 401, 403))
        if answer.status == 200:
            return answer
        code, _ = codes_of(answer)
        if code in LIMITS:
            moment = self.client.time.now() + (_regained(answer) or PAUSE)
            raise WaitUntil(
                f"{self.client.source}: Meta's limit is reached, until about {moment:%Y-%m-%d %H:%M} UTC. "
                "The next run goes on from here.",
                moment,
            )
        if code in TOKEN:
            raise answer.refused("The token is not accepted (any more): put a new one in the connection.", 401)
        if may_be_gone and is_gone(answer):
            return answer
        raise answer.refused(
            f"Meta's error {code}: look at the account's id, and at what the token was allowed to see."
        )

    def pages(
        self, path: str, parameters: Mapping[str, Any], *, by_cursor: bool = False
    ) -> Iterator[tuple[Answer, list[Any]]]:
        """(answer without what turns the page, its objects). ``by_cursor``: a list that does not name its next page."""
        following: dict[str, Any] = {}
        while True:
            answer = self.get(path, {**parameters, **following})
            found, turn = objects(answer)
            if found:
                yield replace(answer, body=_without_paging(answer.json())), found
            before, following = following, _next(turn, by_cursor=by_cursor and bool(found))
            if not following or following == before:
                return


def objects(answer: Answer) -> tuple[list[Any], Mapping[str, Any]]:
    """The objects of a list, and how to turn its page."""
    found = answer.json()
    data = found.get("data") if isinstance(found, dict) else None
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise answer.bad("it is no list of Meta's")
    turn = found.get("paging")
    return data, turn if isinstance(turn, dict) else {}


def things_in(payload: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list, of a map by id, or the single one; none of an error."""
    if isinstance(payload.get("data"), list):
        yield from payload["data"]
    elif "id" in payload:
        yield payload
    elif "error" not in payload:
        yield from payload.values()


def is_gone(answer: Answer | Envelope) -> bool:
    """Whether Meta says that there is no such object. It says the same of one that a token may not see."""
    return codes_of(answer) in NO_SUCH_OBJECT


def codes_of(answer: Answer | Envelope) -> tuple[int, int]:
    """Meta's own numbers of what went wrong; 0 where there is none."""
    try:
        error = answer.json()["error"]
        return int(error["code"]), int(error.get("error_subcode", 0))
    except (KeyError, TypeError, ValueError, AttributeError):
        return 0, 0


def moment(told: Any) -> str:
    """``2021-06-30T21:21:18+0000`` as the exchange format writes it; raises ValueError."""
    return datetime.fromisoformat(str(told)).astimezone(UTC).isoformat()


def _without_paging(payload: Any) -> bytes:
    waiting = [payload]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            one.pop("paging", None)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()


def _next(turn: Mapping[str, Any], *, by_cursor: bool) -> dict[str, str]:
    """What the next page is asked with: taken from its address, which itself is not followed."""
    if isinstance(turn.get("next"), str):
        return {name: value for name, value in parse_qsl(urlsplit(turn["next"]).query) if name not in SECRETS}
    after = turn.get("cursors", {}).get("after") if by_cursor else None
    return {"after": str(after)} if after else {}


def _regained(answer: Answer) -> timedelta | None:
    """How long until the limit opens, where a header says so: the longest of its minutes."""
    try:
        usage = json.loads(answer.headers[USAGE])
        minutes = [int(one["estimated_time_to_regain_access"]) for uses in usage.values() for one in uses]
        return timedelta(minutes=max(minutes)) if max(minutes, default=0) > 0 else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
