"""Backfills over REST, as Airflow's form asks for them."""

from __future__ import annotations

import time
from datetime import date
from typing import Any
from urllib.error import HTTPError
from zoneinfo import ZoneInfo

from tasks.cli.airflow_api import Api
from tasks.period import midnight
from tests.airflow.server import eventually

DAG = "weekly_report__overbrugge"
RUN_SECONDS = 1800


def call(api: Api, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask again when Airflow was too busy: it answers 503 and has changed nothing, or not in time."""
    for _ in range(30):
        try:
            return api.call(method, path, body)
        except HTTPError as error:
            if error.code != 503:
                raise
        except TimeoutError:
            if method != "GET":
                raise
        time.sleep(2)
    raise AssertionError(f"{method} {path}: no answer in 30 tries")


def start(api: Api, dag: str, run_id: str, conf: dict[str, Any]) -> str:
    """Start a run by hand; returns its path. Its name makes asking again safe when no answer came in time."""
    path = f"/api/v2/dags/{dag}/dagRuns"
    for _ in range(5):
        try:
            call(api, "POST", path, {"logical_date": None, "dag_run_id": run_id, "conf": conf})
        except TimeoutError:
            continue
        except HTTPError as error:
            if error.code != 409:  # it is there: the answer before was lost
                raise
        return f"{path}/{run_id}"
    raise AssertionError(f"{dag} {run_id}: no answer in 5 tries")


def dags(api: Api) -> list[str]:
    return [dag["dag_id"] for dag in call(api, "GET", "/api/v2/dags")["dags"]]


def backfill(api: Api, reprocess: str, since: str = "2026-10-19") -> list[dict[str, Any]]:
    """Backfill the weeks with four runs at a time; returns the runs, which must all have succeeded."""
    made = call(
        api,
        "POST",
        "/api/v2/backfills",
        {
            "dag_id": DAG,
            "from_date": midnight(date.fromisoformat(since), ZoneInfo("Europe/Amsterdam")).isoformat(),
            "to_date": "2026-11-16T00:00:00+01:00",
            "max_active_runs": 4,
            "reprocess_behavior": reprocess,
            "run_backwards": False,
            "dag_run_conf": {},
        },
    )
    path = f"/api/v2/backfills/{made['id']}"
    eventually(lambda: call(api, "GET", path)["completed_at"], RUN_SECONDS)
    runs: list[dict[str, Any]] = call(api, "GET", f"/api/v2/dags/{DAG}/dagRuns?limit=100")["dag_runs"]
    assert {run["state"] for run in runs} == {"success"}
    assert {run["run_type"] for run in runs} == {"backfill"}
    return runs
