"""The few questions that we ask our own Airflow over REST."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

TIMEOUT_SECONDS = 20


class Api:
    """A session with the Airflow on ``port`` of this machine. Every method raises OSError when it does not answer."""

    def __init__(self, port: int, timeout_seconds: int = TIMEOUT_SECONDS) -> None:
        self.timeout_seconds = timeout_seconds
        self.address = f"http://127.0.0.1:{port}"
        self.token = ""

    def log_in(self, user: str, password: str) -> None:
        """Ask as this person from now on."""
        self.token = self.call("POST", "/auth/token", {"username": user, "password": password})["access_token"]

    def health(self) -> dict[str, str | None]:
        """``{"scheduler": "healthy", "dag_processor": …, "metadatabase": …}``; None for what never ran."""
        return {part: says["status"] for part, says in self.call("GET", "/api/v2/monitor/health").items()}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded JSON answer; raises urllib's HTTPError (an OSError) for a refusal."""
        request = urllib.request.Request(self.address + path, method=method)  # noqa: S310  (always this machine)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, self.timeout_seconds) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None
