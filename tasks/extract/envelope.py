"""An answer as it is landed: what was asked, what came, and what the one who asked knew; without secrets or clock.

One line of JSON. Two answers that say the same are the same bytes, whenever they came, so landing names them alike;
when it came, and its headers, stand in the page's manifest.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.errors import SourceError
from tasks.extract.http.answer import Answer


@dataclass(frozen=True, slots=True)
class Envelope:
    """``stream`` says which of a source's questions this answers, like ``tag:overbrugge``; it is shown to people.

    ``about``: what the parser needs and the answer does not say, like the ids that were asked for.
    """

    stream: str
    url: str
    status: int
    body: bytes
    about: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """The bytes that are landed."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("status", "stream", "url")}
        told["about"] = dict(self.about)
        try:
            told["payload"] = self.body.decode("utf-8")
        except UnicodeDecodeError:
            told["payload_base64"] = base64.b64encode(self.body).decode()
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"

    def json(self) -> Any:
        """The payload as JSON; raises ValueError where it is none."""
        return json.loads(self.body)


def of(answer: Answer, stream: str, **about: Any) -> Envelope:
    """An answer, to be landed."""
    return Envelope(stream, answer.url, answer.status, answer.body, about, answer.kept())


def read(data: bytes) -> Envelope:
    """A landed envelope; raises SourceError when it is none."""
    try:
        told = json.loads(data)
        body = base64.b64decode(told["payload_base64"]) if "payload_base64" in told else told["payload"].encode()
        return Envelope(told["stream"], told["url"], told["status"], body, told["about"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SourceError("a raw page is no envelope: it was not landed by Weerklank") from None
