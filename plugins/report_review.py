"""The task that waits for a person: Airflow's own human-in-the-loop screen, asked and settled by our steps.

Not a plugin: it lies here because every DAG can import it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, conf
from airflow.sdk.exceptions import AirflowSkipException
from mail_connection import mail_server


def review(institution: Any) -> Review:
    """The task that asks an institution's reviewers."""
    from tasks.deliver.body import words

    approval, languages = institution.approval, institution.institution.languages
    say = words(approval.reviewers[0].language, "review")
    notes = {
        f"note_{one}": Param(None, type=["null", "string"], maxLength=600, title=say("note", language=one))
        for one in languages
    }
    return Review(
        task_id="review",
        slug=institution.slug,
        connection=institution.deliver.connection,
        subject="",
        options=[say("send"), say("hold")],
        defaults=say(approval.then),
        params=notes,
        assigned_users=[{"id": one.user, "name": one.user} for one in approval.people],
        response_timeout=timedelta(hours=approval.wait_hours),
        retries=3,  # each one asks again: after a note that cannot be printed, and when Airflow lost the answer
    )


class Review(HITLOperator):
    """Ask an institution's reviewers whether the edition that ``render`` made may be mailed.

    Skips itself when nobody needs to look. Without an answer in time it takes the institution's choice, with nobody's
    name on it.
    """

    def __init__(self, *, slug: str, connection: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slug, self.connection = slug, connection

    def execute(self, context: Any) -> Any:
        """Ask, and wait."""
        from tasks import steps

        ti = context["ti"]
        run, rendered = ti.xcom_pull(task_ids="plan"), ti.xcom_pull(task_ids="render")
        base = conf.get("api", "base_url", fallback="").rstrip("/")
        asked = steps.ask(
            self.slug,
            run,
            folder_url=_folder_url(base, ti.dag_id, rendered["edition"]),
            url=f"{base}/dags/{quote(ti.dag_id)}/runs/{quote(ti.run_id)}/tasks/{quote(ti.task_id)}/required_actions",
            server=mail_server(self.connection),
        )
        if "why_not" in asked:
            raise AirflowSkipException(asked["why_not"])
        self.subject, self.body = asked["subject"], asked["body"]
        ti.xcom_push(key="asked", value={"edition": asked["edition"], "fingerprint": asked["fingerprint"]})
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Write down what was answered."""
        from tasks import steps

        answered = super().execute_complete(context, event)
        ti, user = context["ti"], answered.get("responded_by_user") or {}
        note = {name.removeprefix("note_"): text for name, text in (answered["params_input"] or {}).items()}
        answer = {
            "approved": answered["chosen_options"] == self.options[:1],
            "by": str(user.get("name") or user.get("id") or ""),
            "note": note,
        }
        return steps.settle(self.slug, ti.xcom_pull(task_ids="plan"), ti.xcom_pull(key="asked"), answer)


def _folder_url(base: str, dag_id: str, edition: str) -> str:
    """Where the Reports page has an edition: ``…/reports-page/weekly_report__overbrugge/2026-W47/r1``."""
    _, _, name = edition.rpartition("/reports/")
    return f"{base}/reports-page/{quote(dag_id)}/{quote(name.partition('/')[2])}"
