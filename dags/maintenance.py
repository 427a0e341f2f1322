"""
### Maintenance

Every Sunday night: is every raw page, partition and edition still what it was, by its hash? Temporary files that killed
processes left are removed, the ledger is checked and vacuumed. It fails when something is damaged, and its log says
what and how to mend it; nothing that is damaged is removed. `./weerklank maintain` does the same by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task


@dag(
    dag_id="maintenance",
    dag_display_name="Maintenance",
    doc_md=__doc__,
    schedule="0 3 * * SUN",
    start_date=datetime(2026, 1, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(hours=3)},
    tags=["care"],
)
def maintenance() -> None:
    """One task."""

    @task
    def maintain() -> dict[str, Any]:
        from tasks import steps

        return steps.maintain()

    maintain()


maintenance()
