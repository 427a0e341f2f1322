"""kill -9 at seeded points of every step: a rerun gives the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import home
from tests.world import INSTITUTION, item, jsonl

#: WEERKLANK_KILL_POINTS=20 is the longer proof: seven minutes instead of two.
POINTS = int(os.environ.get("WEERKLANK_KILL_POINTS", "4"))


@pytest.mark.slow
@pytest.mark.parametrize("step", ["extract", "stage", "measure", "render"])
def test_a_rerun_after_kill_9_gives_the_same_bytes(step: str, tmp_path: Path) -> None:
    (tmp_path / "institutions").mkdir()
    (tmp_path / "institutions" / "school.toml").write_text(INSTITUTION, encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    for day in range(1, 6):
        asked = [
            item(f"q{day}{n}", f"2026-09-0{day + 6 if day < 4 else day}T1{n}:00", needs_reply=True) for n in range(4)
        ]
        answers = [
            item(f"a{day}{n}", f"2026-09-08T1{n}:30", in_reply_to=f"q{day}{n}", author_kind="own")
            for n in range(0, 4, 2)
        ]
        jsonl(tmp_path / "inbox" / f"{day}.jsonl", *asked, *answers, "a broken line")
    key = tmp_path / "state" / "keys" / "school.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"the same key in every run")
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing", step, str(tmp_path), str(POINTS)],
        cwd=home.ROOT,
        env=os.environ | {"WEERKLANK_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["wrong"] == []
    assert len(result["points"]) == POINTS or len(result["points"]) == result["events"]
    assert result["files"] >= 5
