"""A state folder, ledgers on both databases, and mail servers that behave as told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.deliver.servers import Mailbox, serving


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of one's own."""
    place = tmp_path / "state"
    place.mkdir()
    monkeypatch.setenv("WEERKLANK_HOME", str(place))
    monkeypatch.delenv("WEERKLANK_LEDGER_URL", raising=False)
    return place


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The URL of a PostgreSQL."""
    with postgres.cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty ledger on either database, also set for the processes a test starts."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/ledger/ledger.sqlite"
    else:
        url = postgres.database(request.getfixturevalue("cluster"), f"ledger_{os.urandom(6).hex()}")
    monkeypatch.setenv("WEERKLANK_LEDGER_URL", url)
    return url


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server that says 250 until told otherwise."""
    with serving() as box:
        yield box
