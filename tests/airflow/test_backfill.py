"""Five weeks, one more than may run at once, through a real Airflow over REST; then all again; then one by hand.

The institution wants to approve of every report: a backfill asks nobody, a run by hand does.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.approving import APPROVAL, approve_with_a_note, call
from tests.airflow.server import Server, alive, checkout_with, descendants, eventually, running

DAG = "weekly_report__overbrugge"
WEEKS = [f"2026-W{number}" for number in range(43, 48)]
RUN_SECONDS = 600


@pytest.mark.slow
def test_five_weeks_side_by_side_and_once_more(tmp_path: Path) -> None:
    state = tmp_path / "state"
    checkout = checkout_with(tmp_path / "checkout", overbrugge=APPROVAL)
    with running(state, checkout) as server:
        eventually(lambda: DAG in dags(server), 120)
        assert call(server, "GET", f"/api/v2/dags/{DAG}/dagRuns")["dag_runs"] == []  # none by itself

        first = backfill(server, "none")
        assert len(first) == len(WEEKS)
        made = editions(state)
        assert sorted({path.parts[0] for path in made}) == WEEKS
        assert {path.parts[1] for path in made} == {"r1"}
        pdfs = {path.name for path in made if path.suffix == ".pdf"}
        assert pdfs == {f"{page}.{language}.pdf" for page in ("report", "department-it") for language in ("nl", "en")}
        assert len([path for path in made if path.suffix == ".pdf"]) == len(pdfs) * len(WEEKS)

        again = backfill(server, "completed")
        assert {run["dag_run_id"] for run in again} == {run["dag_run_id"] for run in first}
        assert editions(state) == made  # the same bytes, and no second revision
        assert list((state / "mail").glob("*.eml")) == []
        reviews = [f"/api/v2/dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances/review" for run in again]
        assert {call(server, "GET", path)["state"] for path in reviews} == {"skipped"}

        approve_with_a_note(server, DAG, state)

        everything = descendants(server.process.pid)
        assert len(everything) >= 4
        server.end()
    assert alive(everything) == {}


def dags(server: Server) -> list[str]:
    return [dag["dag_id"] for dag in call(server, "GET", "/api/v2/dags")["dags"]]


def backfill(server: Server, reprocess: str) -> list[dict[str, Any]]:
    """Backfill the weeks with four runs at a time; returns the runs, which must all have succeeded."""
    made = call(
        server,
        "POST",
        "/api/v2/backfills",
        {
            "dag_id": DAG,
            "from_date": "2026-10-19T00:00:00+02:00",
            "to_date": "2026-11-16T00:00:00+01:00",
            "max_active_runs": 4,
            "reprocess_behavior": reprocess,
            "run_backwards": False,
            "dag_run_conf": {},
        },
    )
    path = f"/api/v2/backfills/{made['id']}"
    eventually(lambda: call(server, "GET", path)["completed_at"], RUN_SECONDS)
    runs: list[dict[str, Any]] = call(server, "GET", f"/api/v2/dags/{DAG}/dagRuns?limit=100")["dag_runs"]
    assert {run["state"] for run in runs} == {"success"}
    assert {run["run_type"] for run in runs} == {"backfill"}
    return runs


def editions(state: Path) -> dict[Path, str]:
    """Every file of every edition, by its content."""
    reports = state / "reports" / "overbrugge"
    files = [path for path in sorted(reports.rglob("*")) if path.is_file()]
    return {path.relative_to(reports): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
