"""
### Withdraw a report

A wrong number went out. Mend the cause and run the week again first (*Weekly report*, *Trigger*): the corrected edition
is then `r2`, and withdrawing `r1` brings it to exactly those who have `r1`, in the same thread. Without a corrected
edition they get a notice with your reason.

*Trigger* it with *Do it* off to see who has the edition: the log of the task says so, and nothing happens. An edition
that was withdrawn stays in the archive, marked, and is never mailed again. To ask twice mails nobody twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from failures import for_good_when_in_doubt  # plugins/failures.py

from tasks import settings

REASON = Param(
    type="string", minLength=5, maxLength=300, title="Reason", description="For its readers, as you write it."
)
REALLY = Param(False, type="boolean", title="Do it", description="Off: only say who has this edition.")


def build(institution: settings.Institution) -> None:
    """Make one institution's DAG; Airflow finds it by itself."""
    slug = institution.slug

    @dag(
        dag_id=f"withdraw_report__{slug}",
        dag_display_name=f"Withdraw a report · {institution.name}",
        doc_md=__doc__,
        schedule=None,
        is_paused_upon_creation=False,
        params={
            "edition": Param(
                type="string",
                pattern=r"^\d{4}-W\d{2}(/interim-\d{8}T\d{4}Z)?/r[1-9]\d*$",
                title="Edition",
                description="Week and revision, like 2026-W47/r1; they stand at the foot of every page.",
            ),
            "reason": REASON,
            "really": REALLY,
        },
        default_args={"retries": 3, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(hours=1)},
        tags=["report", "by hand"],
    )
    def withdraw_report() -> None:
        @task
        def withdraw(params: dict[str, Any], dag_run: Any) -> dict[str, Any]:
            from mail_connection import mail_server

            from tasks import steps

            with for_good_when_in_doubt():
                done = steps.withdraw(
                    f"{slug}/{params['edition']}",
                    params["reason"],
                    by=dag_run.triggering_user_name or "",
                    server=lambda found: mail_server(found.deliver.connection),
                    really=params["really"],
                )
            return steps.counted(done)

        withdraw()

    withdraw_report()


for _, one in settings.load_all():
    if isinstance(one, settings.Institution):  # what is wrong with the others, dags/institution_files.py says
        build(one)
