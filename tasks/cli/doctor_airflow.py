"""What the doctor asks of Airflow, by Airflow's own commands: this program never imports it."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tasks.cli import airflow_home
from tasks.deliver.smtp import Server
from tasks.doctor.finding import Finding
from tasks.doctor.institution import mail_server
from tasks.errors import UsageError
from tasks.settings import Institution

PATIENCE_SECONDS = 120
DATABASE = "airflow"


def settings() -> Mapping[str, str] | None:
    """The environment to ask in: an admin's own Airflow, the one of ``./weerklank airflow``, or None without either."""
    if os.environ.get("AIRFLOW_HOME"):
        return os.environ
    return airflow_home.environment() if airflow_home.database_file(DATABASE).exists() else None


def database(environment: Mapping[str, str] | None) -> Finding:
    """Does it answer, and is it this Airflow's?"""
    if environment is None:
        return Finding("Airflow database", "warn", "Airflow has not run here yet", "./weerklank airflow starts it.")
    done = _ask(environment, "db", "check-migrations", "--migration-wait-timeout", "1")
    if done.returncode:
        remedy = "Is it up? Then: airflow db migrate (./weerklank airflow does so by itself)."
        return Finding("Airflow database", "fail", "does not answer, or is another version's", remedy)
    return Finding("Airflow database", "ok", "answers, and is up to date")


def scheduler(environment: Mapping[str, str]) -> Finding:
    """Is anybody there who starts Monday's run?"""
    if _ask(environment, "jobs", "check", "--job-type", "SchedulerJob").returncode:
        remedy = "Start it: airflow scheduler (or, to try things out, ./weerklank airflow)."
        return Finding("Airflow scheduler", "warn", "none is running: nothing happens on Monday", remedy)
    return Finding("Airflow scheduler", "ok", "is running")


def about(institution: Institution, environment: Mapping[str, str] | None) -> Iterator[Finding]:
    """Time zone of the forms, the newest run, the connection for mail, and the mail server behind it."""
    if environment is not None:
        yield zone(institution, environment)
        yield newest_run(institution, environment)
    yield from mail(institution, environment)


def newest_run(institution: Institution, environment: Mapping[str, str]) -> Finding:
    """How did the last run end that was no backfill?"""
    dag = f"weekly_report__{institution.slug}"
    runs = _records(_ask(environment, "dags", "list-runs", dag, "--no-backfill", "--output", "json").stdout)
    if not runs:
        return Finding("newest run", "warn", f"{dag} has not run yet", "Nothing: it runs on Monday. Or trigger it.")
    newest = max(runs, key=lambda one: str(one.get("run_after") or one.get("start_date") or ""))
    found = f"{newest.get('run_id')}: {newest.get('state')}"
    if newest.get("state") != "failed":
        return Finding("newest run", "ok", found)
    remedy = "Its red task's log says why; mend that, and Clear the task: what was done before is kept."
    return Finding("newest run", "fail", found, remedy)


def zone(institution: Institution, environment: Mapping[str, str]) -> Finding:
    """Does Airflow read the dates of a backfill on the institution's own clock?"""
    theirs = _ask(environment, "config", "get-value", "core", "default_timezone").stdout.strip()
    if theirs == institution.institution.timezone:
        return Finding("time zone", "ok", f"{theirs}, as Airflow's")
    found = f"{institution.institution.timezone}; Airflow's default is {theirs or 'not to be read'}"
    remedy = (
        f"Set AIRFLOW__CORE__DEFAULT_TIMEZONE={institution.institution.timezone}: a backfill's first and last "
        "day are read on that clock, and would leave a week out."
    )
    return Finding("time zone", "warn", found, remedy)


def mail(institution: Institution, environment: Mapping[str, str] | None) -> Iterator[Finding]:
    """The connection the institution names, and a log-in at the server behind it; nothing is sent."""
    name, fallback = institution.deliver.connection, os.environ.get("WEERKLANK_SMTP")
    found = _connection(environment, name) if name and environment is not None else None
    if name and found is None and not fallback:
        demo = all(source.type == "demo" for source in institution.sources)
        if demo and not os.environ.get("AIRFLOW_HOME"):  # an admin's own Airflow has no mail server of ours
            yield Finding("mail server", "ok", "the demo's own, up while ./weerklank airflow runs")
            return
        remedy = f"In Airflow: Admin, Connections, add {name} of type SMTP (or set WEERKLANK_SMTP)."
        yield Finding("mail connection", "fail", f"Airflow has no connection {name}", remedy)
        return
    try:
        if found:
            yield Finding("mail connection", "ok", str(name))
            port = int(found.get("port") or 0)  # printed as text
            secrets = (found.get("login") or "", found.get("password") or "")
            server = Server.from_connection(found.get("host"), port, found["extra_dejson"] or {}, *secrets)
        else:
            server = Server.from_url(fallback or "smtp://127.0.0.1:25")
    except UsageError as error:
        yield Finding("mail server", "fail", str(error), "Mend it and look again.")
        return
    yield mail_server(server)


def _connection(environment: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """What Airflow knows of a connection; None when it knows none."""
    done = _ask(environment, "connections", "get", name, "--output", "json")
    try:
        (found,) = _records(done.stdout)
        extra = found["extra_dejson"]  # the command prints a Python dictionary as text
        return {**found, "extra_dejson": ast.literal_eval(extra) if isinstance(extra, str) else extra}
    except (ValueError, SyntaxError, TypeError, KeyError):
        return None


def _records(printed: str) -> list[dict[str, Any]]:
    """The JSON table that a command prints, maybe after warnings; empty when there is none."""
    lines = printed.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("["):
            with contextlib.suppress(ValueError):
                return list(json.loads("\n".join(lines[at:])))
    return []


def _ask(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflow", *arguments]
    try:
        return subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "")
