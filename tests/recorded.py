"""The folder of recorded data; whoever needs it is skipped, visibly, where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tasks import home

DATA = Path(os.environ.get("WEERKLANK_TEST_DATA") or home.ROOT.parent / "shared" / "data")


def files(folder: str, pattern: str) -> list[Path]:
    """Its files that match, in order."""
    if not DATA.exists():
        pytest.skip(f"needs the recorded data: {DATA} (WEERKLANK_TEST_DATA)")
    return sorted((DATA / folder).glob(pattern))
