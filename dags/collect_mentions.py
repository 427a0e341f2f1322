"""
### Collect mentions

Hourly, or as often as the most impatient `[[source]]` of `config/institutions/<institution>.toml` says
(`every_minutes`): **plan → due → collect → stage → announce**, and **digest**. *due* are the sources whose time has
come; each is asked for what is new since its last collection, for what comes late, and whether known items were
changed or deleted. A source that lets nobody in for a while leaves its worker and comes back, or waits for the next
run. One that fails is red, with the reason; no other hears of it, the weekly report names what is missing, and the
next run goes on where this one began.

*digest* mails the contacts of departments who newly waits for an answer, if `[digest]` is enabled; each item once.

**Now**: *Trigger* → *Single Run*; one source only: fill in *Source*. **What was missed**: *Trigger* → *Backfill*: it
asks only for stretches that did not come whole, of sources that know the past, and leaves the live collection alone;
it tells nobody. Other DAGs can be scheduled on the asset `weerklank://<institution>/mentions`, which changes when
items did.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, CronDataIntervalTimetable, DeltaDataIntervalTimetable, Param, dag, task

from tasks import collecting, settings

SOURCE = Param(
    None,
    type=["null", "string"],
    pattern=r"^[a-z][a-z0-9_]{0,39}$",
    title="Source",
    description="The id of one [[source]]; leave it empty for all that are listened to.",
)


def every(minutes: int) -> CronDataIntervalTimetable | DeltaDataIntervalTimetable:
    """On the hour, or at even parts of it, where that can be."""
    if 60 % minutes == 0:
        return CronDataIntervalTimetable("0 * * * *" if minutes == 60 else f"*/{minutes} * * * *", timezone="UTC")
    if minutes % 60 == 0 and 24 % (minutes // 60) == 0:
        return CronDataIntervalTimetable(f"0 */{minutes // 60} * * *", timezone="UTC")
    return DeltaDataIntervalTimetable(timedelta(minutes=minutes))


def build(institution: settings.Institution) -> None:
    """Make one institution's DAG; Airflow finds it by itself."""
    slug = institution.slug
    connections = {one.id: one.connection for one in collecting.listened(institution)}

    @dag(
        dag_id=f"collect_mentions__{slug}",
        dag_display_name=f"Collect mentions · {institution.name}",
        doc_md=__doc__,
        schedule=every(collecting.every_minutes(institution)),
        start_date=datetime(2020, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        params={"source": SOURCE},
        default_args={"retries": 0, "execution_timeout": timedelta(hours=1)},
        tags=["collect"],
    )
    def collect_mentions() -> None:
        @task
        def plan(
            params: dict[str, Any],
            dag_run: Any,
            data_interval_start: datetime | None = None,
            data_interval_end: datetime | None = None,
        ) -> dict[str, Any]:
            from tasks import collecting

            return collecting.plan(
                slug,
                clock=dag_run.run_after,
                run_type=dag_run.run_type.value,
                start=data_interval_start,
                end=data_interval_end,
                only=params["source"],
            )

        @task
        def due(run: dict[str, Any]) -> list[str]:
            return list(run["sources"])  # what a task is mapped over must be all that another returned

        @task(map_index_template="{{ task.op_kwargs['source_id'] }}")
        def collect(run: dict[str, Any], source_id: str) -> dict[str, Any]:
            from coming_back import or_come_back  # plugins/coming_back.py
            from source_connection import credentials  # plugins/source_connection.py

            from tasks import collecting

            told = collecting.collect(slug, run, source_id, credentials(connections.get(source_id)))
            return or_come_back(told, run["wait_until"])

        @task(retries=2, retry_delay=timedelta(minutes=1), trigger_rule="all_done_min_one_success")
        def stage(run: dict[str, Any]) -> dict[str, Any]:
            from tasks import steps

            return steps.stage(slug, run["week"])

        @task(outlets=[Asset(name=f"{slug}_mentions", uri=f"weerklank://{slug}/mentions")])
        def announce(staged: dict[str, Any]) -> dict[str, Any]:
            from coming_back import or_skip  # plugins/coming_back.py

            return or_skip(staged, staged["weeks"])

        # Safe to retry: what was told to whom is in the ledger from before the attempt.
        @task(retries=5, retry_delay=timedelta(minutes=1), retry_exponential_backoff=True)
        def digest(run: dict[str, Any], staged: dict[str, Any]) -> dict[str, Any]:
            from failures import for_good_when_in_doubt  # plugins/failures.py
            from mail_connection import mail_server

            from tasks import collecting, steps

            if run["past"]:
                return {}
            with for_good_when_in_doubt():
                return steps.counted(collecting.tell(slug, server=mail_server(institution.deliver.connection)))

        run = plan()
        collected = collect.partial(run=run).expand(source_id=due(run))
        staged = stage(run)
        collected >> staged
        announce(staged)
        digest(run, staged)

    collect_mentions()


for _, one in settings.load_all():
    # What is wrong with the others, dags/institution_files.py says.
    if isinstance(one, settings.Institution) and (collecting.collected(one) or one.digest.enabled):
        build(one)
