"""``./weerklank demo``: what a newcomer sees first, and sees again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import home


def demo(state: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "WEERKLANK_HOME": str(state), **environment}
    command = [sys.executable, "-m", "tasks.cli", "demo", "--no-open"]
    return subprocess.run(command, cwd=home.ROOT, env=env, capture_output=True, text=True, check=False, timeout=400)


@pytest.mark.slow
def test_the_demo_twice_makes_the_same_pdfs_and_mails_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    seen = []
    for _ in range(2):
        done = demo(state)
        assert done.returncode == 0, done.stderr
        pdf = Path(done.stdout.splitlines()[-1])
        assert pdf == state / "reports" / "overbrugge" / "2026-W47" / "r1" / "report.nl.pdf"
        told = re.findall(r"^  (\w+) +\d+\.\d s", done.stderr, re.M)
        assert told == ["airflow", "plan", "extract", "stage", "measure", "render", "deliver"]
        mails = {path.name: path.read_bytes() for path in (state / "mail").glob("*.eml")}
        assert len(mails) == 2  # the board, in Dutch and in English
        seen.append((mails, {path: path.read_bytes() for path in pdf.parents[1].rglob("*") if path.is_file()}))
    assert seen[0] == seen[1]


@pytest.mark.slow
def test_a_failing_task_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = demo(tmp_path / "state", WEERKLANK_LEDGER_URL=f"sqlite:///{tmp_path}/file/ledger.sqlite")
    assert (done.returncode, done.stdout) == (1, "")
    assert "weerklank: plan failed: " in done.stderr
    assert "Traceback" not in done.stderr
    log = Path(done.stderr.splitlines()[-1].removeprefix("All that Airflow said: "))
    assert "Traceback" in log.read_text() or "Error" in log.read_text()
