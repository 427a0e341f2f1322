"""
### The weekly reputation report

Every Monday at 06:00 on the institution's own clock, about the week that just ended:
**plan → extract → stage → measure → render → deliver**. The PDF is then in `var/reports/<institution>/<week>/`, and in
the mail of everybody listed in `config/institutions/<institution>.toml`.

**One week again**: *Trigger* → *Single Run*, and fill in the week, like `2026-W37`. It is rebuilt from what was
collected, and nobody is mailed. To mail it once more, on purpose, choose *Mail: again*.

**Many weeks again**: *Trigger* → *Backfill*, from the first Monday to the last. Choose *All Runs* to rebuild weeks that
have a run already. A backfill mails nobody, unless *Mail* is *again*.

**In a crisis**: *Trigger* → *Single Run*, *Edition: interim*: the running week as it is known at this moment, marked as
interim on every page. It never counts as the week's report, and mails nobody, unless *Mail* is *again*.

All of this is safe at any time: the same data give the same PDF, byte for byte, and no new revision; other data give a
new revision that says what changed; and the ledger knows who had which revision, so that nobody gets the same mail
twice by accident. If a task fails, mend the cause its log names and *Clear* the task: what was done before is kept.
A wrong number went out? *Withdraw a report*.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from failures import for_good_when_in_doubt, tell_failed  # plugins/failures.py
from reporting_week import ReportingWeekTimetable  # plugins/reporting_week.py

from tasks import settings

WEEK = Param(
    None,
    type=["null", "string"],
    pattern=r"^\d{4}-W\d{2}$",
    title="Week",
    description="Year and ISO week number, like 2026-W37. Leave it empty for the newest week that was over at the "
    "logical date: with the date that is filled in, the newest week there is. In a backfill, leave it empty.",
)
DELIVER = Param(
    "auto",
    type="string",
    enum=["auto", "never", "again"],
    title="Mail",
    description="auto: mail the newest complete week, if it was not mailed before; never an older week, never in a "
    "backfill. never: make the PDF only. again: mail this week once more, on purpose.",
)
EDITION = Param(
    "weekly",
    type="string",
    enum=["weekly", "interim"],
    title="Edition",
    description="weekly: the report on a week that is over. interim: by hand, in a crisis: what is known by now "
    "of the week that is running. It is marked as interim on every page, and mailed only when Mail is again.",
)


def build(institution: settings.Institution) -> None:
    """Make one institution's DAG; Airflow finds it by itself."""
    slug, about = institution.slug, institution.institution
    connections = {source.id: getattr(source, "connection", None) for source in institution.sources}

    @dag(
        dag_id=f"weekly_report__{slug}",
        dag_display_name=f"Weekly report · {institution.name}",
        doc_md=__doc__,
        schedule=ReportingWeekTimetable(about.timezone, about.automatic, about.clock),
        start_date=datetime(2010, 1, 4, tzinfo=UTC),  # the first week that a backfill may ask for
        catchup=False,
        max_active_runs=4,  # weeks do not touch each other
        is_paused_upon_creation=False,
        params={"week": WEEK, "deliver": DELIVER, "edition": EDITION},
        default_args={
            "retries": 1,
            "retry_delay": timedelta(minutes=1),
            "execution_timeout": timedelta(hours=1),
            "on_failure_callback": tell_failed(institution),
        },
        tags=["report"],
    )
    def weekly_report() -> None:
        @task
        def plan(params: dict[str, Any], dag_run: Any, data_interval_start: datetime | None = None) -> dict[str, Any]:
            from tasks import steps
            from tasks.period import Week

            interim = params["edition"] == "interim"
            named = data_interval_start and not interim  # the interval is about the newest week that is over
            begins = str(Week.containing(data_interval_start, institution.zone)) if named else None
            return steps.plan(
                slug,
                week=params["week"] or begins,
                clock=dag_run.run_after,
                run_type=dag_run.run_type.value,
                deliver=params["deliver"],
                interim=interim,
            )

        @task(retries=4, retry_exponential_backoff=True)
        def extract(run: dict[str, Any], source_id: str) -> dict[str, Any]:
            from source_connection import credentials  # plugins/source_connection.py

            from tasks import steps

            return steps.extract(slug, source_id, run["week"], credentials(connections.get(source_id)))

        @task
        def stage(run: dict[str, Any], extracted: Any) -> dict[str, Any]:
            from tasks import steps

            return steps.stage(slug, run["week"])

        @task
        def measure(run: dict[str, Any], staged: dict[str, Any]) -> dict[str, Any]:
            from tasks import steps

            return steps.measure(slug, run["week"], run["as_of"])

        @task
        def render(run: dict[str, Any], measured: dict[str, Any]) -> dict[str, Any]:
            from tasks import steps

            return steps.render(slug, run["week"], run["as_of"])

        # Safe to retry: the ledger has every recipient's state from before the attempt.
        @task(retries=5, retry_exponential_backoff=True, trigger_rule="none_failed")
        def deliver(run: dict[str, Any], rendered: dict[str, Any], run_id: str) -> dict[str, Any]:
            from mail_connection import mail_server

            from tasks import steps

            server = mail_server(institution.deliver.connection)
            with for_good_when_in_doubt():
                return steps.counted(steps.deliver(slug, run["week"], run, run_key=run_id, server=server))

        run = plan()
        extracted = extract.partial(run=run).expand(source_id=[source.id for source in institution.sources])
        rendered = render(run, measure(run, stage(run, extracted)))
        delivered = deliver(run, rendered)
        if institution.approval.asked:
            from report_review import review  # plugins/report_review.py

            rendered >> review(institution) >> delivered

    weekly_report()


for _, one in settings.load_all():
    if isinstance(one, settings.Institution):  # what is wrong with the others, dags/institution_files.py says
        build(one)
