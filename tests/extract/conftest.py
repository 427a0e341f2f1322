from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extract import certificates, server
from tests.extract.world import School, listening


@pytest.fixture
def faults() -> Iterator[server.Faults]:
    with server.running() as running:
        yield running


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """A school that listens over TLS; a module that needs more of it has a fixture of this name that takes this one."""
    with server.running(certificates.serving()) as running:
        yield listening(monkeypatch, tmp_path, running)
