from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extract import server


@pytest.fixture
def faults() -> Iterator[server.Faults]:
    with server.running() as running:
        yield running
