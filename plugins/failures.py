"""When a task fails, or has failed for good. Not a plugin: it lies here for the DAGs to import."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

log = logging.getLogger(__name__)


@contextmanager
def for_good_when_in_doubt() -> Iterator[None]:
    """No further tries once only a person can say whether somebody was mailed; who looks after it hears of it now."""
    from airflow.sdk.exceptions import AirflowFailException

    from tasks.errors import DeliveryInDoubt, DeliveryRefused

    try:
        yield
    except (DeliveryInDoubt, DeliveryRefused) as error:
        raise AirflowFailException(str(error)) from None


def tell_failed(institution: Any) -> Callable[[Any], None] | None:
    """A callback that mails who looks after an institution; None where nobody does."""
    if not institution.alerts.recipients:
        return None
    slug, connection = institution.slug, institution.deliver.connection

    def tell(context: Any) -> None:
        from airflow.sdk import conf
        from mail_connection import mail_server

        from tasks import steps
        from tasks.errors import WeerklankError

        ti, run = context["ti"], context["dag_run"]
        planned = ti.xcom_pull(task_ids="plan") or {}
        quiet = run.run_type.value == "backfill" or (planned and not planned["send"])
        if quiet:  # nobody waits for it: whoever asked for the run sees it fail
            return
        week = planned.get("week") or steps.newest_week(slug, run.run_after)
        base = conf.get("api", "base_url", fallback="").rstrip("/")
        url = f"{base}/dags/{quote(ti.dag_id)}/runs/{quote(ti.run_id)}/tasks/{quote(ti.task_id)}"
        try:
            steps.failed(slug, week, ti.task_id, url=url, server=mail_server(connection))
        except WeerklankError as error:
            log.warning("%s", error)

    return tell
