"""kill -9 in the middle of an erasure, a rotation, a round of retention: the same command ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import home

#: WEERKLANK_KILL_POINTS=20 is the longer proof.
POINTS = int(os.environ.get("WEERKLANK_KILL_POINTS", "2"))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["erase", "rotate", "retain"])
def test_what_was_killed_is_ended_by_the_same_command(what: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.privacy.killing", what, str(tmp_path), str(POINTS)],
        cwd=home.ROOT,
        env=os.environ | {"WEERKLANK_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["wrong"] == []
    assert len(result["points"]) == POINTS
