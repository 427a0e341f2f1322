"""A task that has to wait leaves its worker meanwhile. Not a plugin: it lies here because every DAG can import it."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def or_come_back(told: dict[str, Any], until: str) -> dict[str, Any]:
    """What a task returned, unless it says ``again_at`` a moment up to ``until``: then Airflow runs it again at that.

    Airflow holds back mapped tasks and sensors only; any other would start again at once.
    """
    from airflow.sdk.exceptions import AirflowRescheduleException

    again_at = told.get("again_at")
    if again_at and datetime.fromisoformat(again_at) <= datetime.fromisoformat(until):
        raise AirflowRescheduleException(datetime.fromisoformat(again_at))
    return told


def or_skip(told: dict[str, Any], changed: Any) -> dict[str, Any]:
    """What a task returned when anything changed; else the task is skipped, and no asset says that something did."""
    from airflow.sdk.exceptions import AirflowSkipException

    if not changed:
        raise AirflowSkipException("nothing new")
    return told
