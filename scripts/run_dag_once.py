"""Run one DAG once, through Airflow's own ``dag.test``: real tasks, but no scheduler, no servers and no waiting.

    python scripts/run_dag_once.py DAG_ID LOGICAL_DATE PROGRESS_FD [--migrate]

``./weerklank demo`` starts this with the environment of tasks/cli/airflow_home.py. It is a program of its own because
tasks/ never imports Airflow. What Airflow prints goes where this process's output goes; the progress descriptor gets
one JSON object per line: ``{"event": "migrated" | "loaded" | "begins" | "ends" | "failed"}``, with the ``task``, and
what it returned as ``result`` or why it failed as ``error``.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.listeners import hookimpl
from airflow.sdk.listener import get_listener_manager
from airflow.utils import db
from airflow.utils.state import DagRunState


class Progress:
    """A listener: hears from Airflow how each task goes, and passes it on."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, event: str, **details: Any) -> None:
        """One line."""
        os.write(self._descriptor, (json.dumps({"event": event, **details}) + "\n").encode())

    @hookimpl
    def on_task_instance_running(self, previous_state: object, task_instance: Any) -> None:
        """A task begins."""
        self.tell("begins", task=task_instance.task_id)

    @hookimpl
    def on_task_instance_success(self, previous_state: object, task_instance: Any) -> None:
        """A task is done; what it returned is what the tasks after it get."""
        one = {"task_ids": task_instance.task_id, "map_indexes": task_instance.map_index}
        self.tell("ends", task=task_instance.task_id, result=task_instance.xcom_pull(**one))

    @hookimpl
    def on_task_instance_failed(self, previous_state: object, task_instance: Any, error: object) -> None:
        """A task failed; the error's own words."""
        ours = type(error).__module__.startswith("tasks.")  # written for people, unlike others'
        self.tell(
            "failed", task=task_instance.task_id, error=str(error) if ours else f"{type(error).__name__}: {error}"
        )


def main(dag_id: str, logical_date: str, descriptor: str, *options: str) -> int:
    """0 when every task succeeded."""
    progress = Progress(int(descriptor))
    if "--migrate" in options:
        db.initdb()
        progress.tell("migrated")
    bundle = next(iter(DagBundlesManager().get_all_dag_bundles()))
    bag = BundleDagBag(dag_folder=str(bundle.path), bundle_path=bundle.path, bundle_name=bundle.name)
    progress.tell("loaded")
    dag = bag.dags.get(dag_id)
    if dag is None:
        progress.tell(
            "failed", task="airflow", error="\n".join(bag.import_errors.values()) or f"there is no DAG {dag_id}"
        )
        return 1
    for task in dag.tasks:
        task.retries = 0  # dag.test would try again at once, for ever
    get_listener_manager().add_listener(progress)
    moment = datetime.fromisoformat(logical_date)
    run = dag.test(run_after=moment, logical_date=moment)
    return int(run.state != DagRunState.SUCCESS)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
