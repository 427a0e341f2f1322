"""No test touches the checkout's own state, or is touched by what the person who runs it has set."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty state folder per test; its SMTP server and ledger are nobody's."""
    monkeypatch.setenv("WEERKLANK_HOME", str(tmp_path / "var"))
    for name in ("WEERKLANK_SMTP", "WEERKLANK_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks are measured and editions drawn in this process, where a test is not about those of their own."""
    from tests import shared

    shared.work_here(monkeypatch)
