"""One source asked politely: limits kept to, errors tried again a few times, everything counted.

No cookies, no proxies of the environment, no library that logs addresses: an `httpx.Request` goes straight to a pool
of connections that only lead to public addresses (`tasks.extract.http.address`).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpcore
import httpx
import tenacity

from tasks.extract.http import address, body, limits
from tasks.extract.http.answer import Answer
from tasks.extract.http.budget import Budget
from tasks.extract.http.credentials import Credentials
from tasks.extract.http.faults import Forbidden, Unreachable, WaitUntil
from tasks.extract.http.line import AGENT, Line
from tasks.extract.http.timing import Time

TRIES = 4
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 20.0
#: A longer wait than this is no wait but an appointment.
LONGEST_WAIT_SECONDS = 60.0
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
AGAIN = (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524)
Parameters = Mapping[str, str | int | list[str]]


class _Again(Exception):
    """Worth another try; says what went wrong."""


class Client:
    """Asks one source. ``source`` is its id, for messages; ``closed_until``: what an earlier run was told of limits."""

    def __init__(
        self,
        source: str,
        *,
        credentials: Credentials | None = None,
        budget: Budget | None = None,
        caps: body.Caps | None = None,
        timing: Time | None = None,
        chance: random.Random | None = None,
        guard: address.Guard | None = None,
        closed_until: datetime | None = None,
        agent: str = AGENT,
    ) -> None:
        self.source = source
        self.credentials = Credentials() if credentials is None else credentials
        self.budget = budget or Budget()
        self.caps = caps or body.Caps()
        self.time = timing or Time()
        self._chance = chance or random.Random()  # noqa: S311 spreads retries, keeps no secret
        self._line = Line(guard or address.Guard(), self.caps, agent, self.time.monotonic)
        self.closed_until = closed_until

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    @property
    def spent(self) -> Any:
        """What was asked so far, and what it took."""
        return self.budget.spent

    def get(
        self,
        url: str,
        parameters: Parameters | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accepted: tuple[int, ...] = (),
    ) -> Answer:
        """Ask for something. 2xx, 304 after ``etag`` or ``last_modified``, and any status ``accepted`` are answers;
        everything else raises: Refused, Unreachable, WaitUntil, BudgetSpent, BadAnswer or Forbidden.
        """
        given = dict(headers or {})
        if etag:
            given["If-None-Match"] = etag
        if last_modified:
            given["If-Modified-Since"] = last_modified
        request = httpx.Request("GET", url, params=_pairs(parameters), headers=given)
        return self._tried(request, accepted + ((304,) if etag or last_modified else ()))

    def post(
        self, url: str, form: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, as_json: bool = False
    ) -> Answer:
        """Send a form, or the same as JSON: only ever to get a token, or to ask what an address has no room for."""
        sent: dict[str, Any] = {"json" if as_json else "data": dict(form)}
        return self._tried(httpx.Request("POST", url, headers=dict(headers or {}), **sent), ())

    def _tried(self, request: httpx.Request, accepted: tuple[int, ...]) -> Answer:
        """With another try for what may pass by itself; jittered, so that many sources do not knock together."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type(_Again),
            sleep=self._wait,
            before_sleep=self._count_retry,
            reraise=True,
        )
        try:
            return retrying(self._followed, request, accepted)
        except _Again as error:
            raise Unreachable(
                f"{self.source}: {self._shown(request.url)} gave no usable answer in {TRIES} tries: {error}. "
                "The next run asks again."
            ) from None

    def _pause(self, state: tenacity.RetryCallState) -> float:
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (state.attempt_number - 1))
        return longest * (0.5 + self._chance.random() / 2)

    def _count_retry(self, _state: tenacity.RetryCallState) -> None:
        self.spent.retries += 1

    def _followed(self, request: httpx.Request, accepted: tuple[int, ...]) -> Answer:
        """To the end of its redirects, each looked at as if it had been asked for."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(request)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return self._judged(request, answer, accepted)
            request = self._redirected(request, answer)
        raise Forbidden(f"{self.source}: {answer.url} redirects more than {MOST_REDIRECTS} times.")

    def _redirected(self, request: httpx.Request, answer: Answer) -> httpx.Request:
        if request.method != "GET":
            raise Forbidden(f"{self.source}: {answer.url} redirects a form; a token is never sent on.")
        try:
            target = request.url.join(answer.headers["location"])
        except httpx.InvalidURL:
            raise answer.bad("it redirects to something that is no address") from None
        if request.url.scheme == "https" and target.scheme != "https":
            raise Forbidden(f"{self.source}: {answer.url} redirects to {target.scheme[:10]}:, which is not encrypted.")
        kept = {k: v for k, v in request.headers.items() if k.lower() != "host"}
        if (target.scheme, target.host, target.port) != (request.url.scheme, request.url.host, request.url.port):
            kept = {k: v for k, v in kept.items() if k.lower() in ("accept", "if-none-match", "if-modified-since")}
        return httpx.Request("GET", target, headers=kept)

    def _judged(self, request: httpx.Request, answer: Answer, accepted: tuple[int, ...]) -> Answer:
        status = answer.status
        if 200 <= status < 300 or status in accepted:
            return answer
        if status == 429:
            self._keep_away(answer)
            raise _Again("too many requests")
        if status in AGAIN:
            self._keep_away(answer, only_retry_after=True)
            raise _Again(f"HTTP {status}")
        raise answer.refused(_advice(status))

    def _keep_away(self, answer: Answer, *, only_retry_after: bool = False) -> None:
        """Remember until when this source wants to be left alone."""
        now = self.time.now()
        headers = answer.headers
        if only_retry_after:
            headers = {"retry-after": headers["retry-after"]} if "retry-after" in headers else {}
        until = limits.refused_until(headers, now)
        if until and until > now:
            self.closed_until = until

    def _once(self, request: httpx.Request) -> Answer:
        """One request on the line, when it is allowed; its body read within the caps."""
        self._wait_until_allowed()
        self._check(request.url)
        self.budget.ask(self.source)
        url, begun = self._shown(request.url), self.time.monotonic()
        answer = Answer(self.source, request.method, url, 0, {}, b"")
        try:
            answer = self._line.send(request, answer, begun)
            self.spent.bytes += len(answer.body)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            self.spent.statuses["none"] += 1
            raise _Again(self.credentials.redact(str(error)) or type(error).__name__) from None
        except body.BodyFault as error:  # too short
            self.spent.statuses["none"] += 1
            raise _Again(f"the answer {error}") from None
        except Forbidden as error:
            raise Forbidden(f"{self.source}: {url} is not asked: {error}") from None
        finally:
            self.spent.seconds += self.time.monotonic() - begun
        self.spent.statuses[str(answer.status)] += 1
        self._note_limits(answer)
        return answer

    def _check(self, url: httpx.URL) -> None:
        if url.scheme not in address.SCHEMES or not url.host:
            raise Forbidden(f"{self.source}: {url.scheme[:20] or 'no scheme'}: is not asked, only https and http.")

    def _note_limits(self, answer: Answer) -> None:
        self.spent.remaining = left if (left := limits.remaining(answer.headers)) is not None else self.spent.remaining
        until = limits.next_allowed(answer.headers, self.time.now())
        if until and answer.status != 429:
            self.closed_until = until

    def _wait_until_allowed(self) -> None:
        if self.closed_until is None:
            return
        seconds = (self.closed_until - self.time.now()) / timedelta(seconds=1)
        if seconds > LONGEST_WAIT_SECONDS:
            raise WaitUntil(
                f"{self.source}: its limit is reached until {self.closed_until:%Y-%m-%d %H:%M:%S} UTC. "
                "The next run goes on from here.",
                self.closed_until,
            )
        if seconds > 0:
            self._wait(seconds)
        self.closed_until = None

    def _wait(self, seconds: float) -> None:
        self.spent.waited_seconds += seconds
        self.time.sleep(seconds)

    def _shown(self, url: httpx.URL) -> str:
        return self.credentials.shown(str(url))


def _pairs(parameters: Parameters | None) -> httpx.QueryParams | None:
    """``id=["1", "2"]`` as ``id=1&id=2``."""
    if parameters is None:
        return None
    lists = ((name, value if isinstance(value, list) else [value]) for name, value in parameters.items())
    return httpx.QueryParams([(name, str(one)) for name, values in lists for one in values])


def _advice(status: int) -> str:
    if status == 401:
        return "The token or password is not accepted: put a new one in the connection."
    if status == 402:
        return "There is no credit left: buy some, or ask for less."
    if status == 403:
        return "The account behind the token may not see this: look at its permissions."
    if status in (404, 410):
        return "There is no such thing there (any more): look at the names in the institution's file."
    return "Look at what the source asks for in its documentation."
