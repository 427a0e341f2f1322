"""A client for tests: it may talk to one server of this machine, and its time is made up."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.extract.http.address import Guard
from tasks.extract.http.client import Client
from tasks.extract.http.timing import Time
from tests.extract.server import Faults

BEGAN = datetime(2026, 11, 16, 12, tzinfo=UTC)


class MadeUpTime(Time):
    """Sleeping takes no time, but the clock knows of it."""

    def __init__(self, began: datetime = BEGAN) -> None:
        self.at = began
        self.slept: list[float] = []
        super().__init__(now=lambda: self.at, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


def client(faults: Faults, **more: Any) -> Client:
    timing = more.pop("timing", None) or MadeUpTime()
    return Client("source", timing=timing, chance=random.Random(7), guard=Guard(allowed=[faults.address]), **more)  # noqa: S311
