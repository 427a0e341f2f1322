"""
### Watch

Every quarter of an hour: is last week's report of every institution made and mailed, can its figures be trusted? Who is
in `[alerts] recipients` is mailed once about each thing that is wrong, with what to do. Then a heartbeat goes to
`WEERKLANK_HEARTBEAT`, for somebody outside who notices when it stops: `docs/alerts.md`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task


@dag(
    dag_id="watch",
    dag_display_name="Watch",
    doc_md=__doc__,
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(minutes=10)},
    tags=["care"],
)
def watch() -> None:
    """One task."""

    @task
    def look() -> dict[str, Any]:
        from mail_connection import mail_server

        from tasks import steps

        return steps.counted(steps.watch(server=lambda institution: mail_server(institution.deliver.connection)))

    look()


watch()
