"""
### Retention

Every night: what is over by `[privacy]` in an institution's file goes, raw pages before texts before rows; and what the
public deleted itself, whatever its age. Measured figures and editions stay. First *look* says what would go, and
changes nothing; then *retain* lets it go, and its report is in what it returns and in
`var/privacy/<institution>/retention`. `./weerklank privacy retain` does the same by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task


@dag(
    dag_id="retention",
    dag_display_name="Retention",
    doc_md=__doc__,
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(hours=3)},
    tags=["privacy"],
)
def retention() -> None:
    """Two tasks, one after the other."""

    @task
    def look() -> dict[str, Any]:
        from tasks.privacy import run

        return run.retain_all(really=False)

    @task
    def retain() -> dict[str, Any]:
        from tasks.privacy import run

        return run.retain_all(really=True)

    look() >> retain()


retention()
