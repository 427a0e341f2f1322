"""Recorded customer care of 25 companies: the command line gives the known answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks import home
from tasks.cli import main
from tests.recorded import DATA
from tests.world import settle

FILE = DATA / "exchange" / "twitter_care.jsonl"

pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason=f"needs the recorded exchanges: {FILE} (WEERKLANK_TEST_DATA)"),
    pytest.mark.usefixtures("here"),
]


def test_the_known_median_of_525_conversations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(monkeypatch, tmp_path, (home.ROOT / "docs" / "examples" / "care.toml").read_text(encoding="utf-8"), "care")
    assert main(["import", "care", str(FILE)]) == 0
    assert "1,168 items loaded, 0 lines set aside" in capsys.readouterr().out
    weeks = ["--from", "2018-W01", "--to", "2020-W53"]
    assert main(["metric", "run", "first_response_time", "care", *weeks, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    pooled = rows[-1]
    assert [row["week"] for row in rows].count("all") == 1
    assert len(rows) == 52 + 52 + 53 + 1
    assert (pooled["week"], pooled["group"], pooled["n"], pooled["answered"]) == ("all", "all", 525, 525)
    assert (pooled["median_calendar_seconds"], pooled["median_open_seconds"]) == (7419, 7419)
    assert sum(row["n"] for row in rows[:-1]) == 525
    assert main(["report", "care", "2020-W14"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_bytes().startswith(b"%PDF")
