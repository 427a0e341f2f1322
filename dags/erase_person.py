"""
### Erase a person

Somebody asked to be forgotten, and the request was filed on the machine itself:
`./weerklank privacy erase INSTITUTION --author HANDLE --source SOURCE --file`. It prints a number; fill that in here.
A handle does not belong in this form: Airflow keeps what is filled in, in clear, for as long as it keeps the run.

*Trigger* it with *Do it* off to see what there is: the log of the task says so, in numbers and names of editions, and
nothing happens. With *Do it* on it is done, and the receipt for the register is in what the task returns, and in
`var/privacy`. Killed half-way, *Clear* the task: it ends what it began.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task

from tasks import settings


def build(institution: settings.Institution) -> None:
    """Make one institution's DAG; Airflow finds it by itself."""
    slug = institution.slug

    @dag(
        dag_id=f"erase_person__{slug}",
        dag_display_name=f"Erase a person · {institution.name}",
        doc_md=__doc__,
        schedule=None,
        is_paused_upon_creation=False,
        max_active_runs=1,
        params={
            "request": Param(
                type="string",
                pattern=r"^[0-9a-f]{8}$",
                title="Request",
                description="The number that ./weerklank privacy erase … --file printed. No handle, no name.",
            ),
            "really": Param(False, type="boolean", title="Do it", description="Off: only say what there is."),
        },
        default_args={"retries": 1, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(hours=3)},
        tags=["privacy", "by hand"],
    )
    def erase_person() -> None:
        @task
        def erase(params: dict[str, Any], dag_run: Any) -> dict[str, Any]:
            from tasks import steps
            from tasks.privacy import journal, run

            by = journal.of_airflow(dag_run.triggering_user_name)
            told: dict[str, Any] = run.erase_requested(slug, params["request"], by=by, really=params["really"])
            counted: dict[str, Any] = steps.counted(told)
            return counted

        erase()

    erase_person()


for _, one in settings.load_all():
    if isinstance(one, settings.Institution):  # what is wrong with the others, dags/institution_files.py says
        build(one)
