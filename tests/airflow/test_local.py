"""The local Airflow looks after itself: broken files, dead programs, and its own end, however it comes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tasks.cli import processes
from tests.airflow.backfilling import DAG, backfill, dags
from tests.airflow.server import alive, command_of, descendants, eventually, running


@pytest.mark.slow
def test_weeks_are_backfilled_a_dead_scheduler_is_replaced_and_a_kill_leaves_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with running(state) as server:
        eventually(lambda: DAG in dags(server.api), 300)
        two_at_once = backfill(server.api, "none", since="2026-11-09")  # as a newcomer does, on SQLite
        assert len(two_at_once) == 2
        assert list((state / "mail").glob("*.eml")) == []
        everything = descendants(server.process.pid)
        scheduler = next(one for one in everything if "airflow scheduler" in command_of(one))
        os.kill(scheduler, signal.SIGKILL)
        eventually(lambda: "scheduler ended; starting it again" in (tmp_path / "airflow.err").read_text(), 120)
        eventually(lambda: any("airflow scheduler" in command_of(one) for one in descendants(server.process.pid)), 120)
        everything |= descendants(server.process.pid)

        server.end(signal.SIGKILL)  # no chance to tidy up: the kernel tells the others
        eventually(lambda: not alive(everything), 120)
    assert processes.sweep(state / "airflow" / "processes.json") == 0


def test_what_a_killed_start_left_is_found_and_ended(tmp_path: Path) -> None:
    records = tmp_path / "processes.json"
    script = "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork(); time.sleep(600)"
    stubborn = processes.Program("stubborn", ["python3", "-c", script], os.environ, tmp_path / "log")
    stubborn.start(records)
    assert stubborn.session
    eventually(lambda: len(processes.members([stubborn.session or 0])) == 2, 60)
    processes.PATIENCE_SECONDS, patience = 0.5, processes.PATIENCE_SECONDS
    try:
        assert processes.sweep(records) == 2
    finally:
        processes.PATIENCE_SECONDS = patience
    assert processes.members([stubborn.session]) == []
    assert not stubborn.is_running()
    assert processes.sweep(records) == 0


def test_somebody_elses_process_with_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    records = tmp_path / "processes.json"
    mine = processes.Program("mine", ["sleep", "60"], os.environ, tmp_path / "log")
    mine.start(records)
    try:
        written = records.read_text()
        assert mine.session
        began = processes._stat(mine.session)
        assert began
        records.write_text(written.replace(began[19], "1"))  # another process had this number
        assert processes.sweep(records) == 0
        assert mine.is_running()
    finally:
        processes.stop([mine], records)
