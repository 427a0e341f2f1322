"""What came back: bytes, and the few headers that are worth keeping."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.extract.http.faults import BadAnswer, Refused

#: What is kept of an answer's headers: nothing in them is a secret.
KEPT = (
    "content-type",
    "date",
    "etag",
    "last-modified",
    "link",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
)
NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*?rel="?(\w+)"?')
CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``url`` is without secrets; ``headers`` in lower case, all that came."""

    source: str
    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def kept(self) -> dict[str, str]:
        """The headers that are landed."""
        return {name: self.headers[name] for name in KEPT if name in self.headers}

    def link(self, relation: str) -> str | None:
        """An address from the Link header, by its relation (RFC 8288)."""
        return next((url for url, found in NEXT.findall(self.headers.get("link", "")) if found == relation), None)

    def bad(self, why: str) -> BadAnswer:
        """The fault to raise when this answer cannot be what was asked for."""
        return BadAnswer(
            f"{self.source}: {self.url} gave an answer that cannot be used: {why}. It is kept aside; the next run "
            "asks again.",
            url=self.url,
            status=self.status,
            head=self.body[:65_536],
        )

    def refused(self, advice: str, status: int | None = None) -> Refused:
        """The fault to raise when the source understood and will not. ``status``: what it means, where it is told
        otherwise than by the answer's own.
        """
        return Refused(f"{self.source}: {self.url} was refused (HTTP {self.status}). {advice}", status or self.status)

    def json(self) -> Any:
        """The body as JSON; raises BadAnswer for a page of HTML, half a document, or bytes that are not text."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind and kind not in ("application/json", "text/json", "text/javascript") and not kind.endswith("+json"):
            raise self.bad(f"it says that it is {kind[:60]}, not JSON")
        return decoded(self)


def decoded(answer: Answer) -> Any:
    """JSON in the charset that the answer names, or UTF-8."""
    named = CHARSET.search(answer.headers.get("content-type", ""))
    charset = named[1] if named else "utf-8"
    try:
        text = answer.body.decode(codecs.lookup(charset).name)
    except LookupError:
        raise answer.bad(f"its charset “{charset[:20]}” is not known") from None
    except (UnicodeDecodeError, ValueError):
        raise answer.bad(f"it is not the {charset[:20]} text that it says it is") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise answer.bad("it is not valid JSON; perhaps the end is missing") from None
