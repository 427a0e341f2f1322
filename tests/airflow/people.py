"""Somebody of every role, and what each may do: used by the test that runs an Airflow with users anyway."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

from tasks.cli.airflow_api import Api
from tests.airflow.server import PATIENCE_SECONDS, Server

ROLES = ("viewer", "editor", "analyst")
DAG = "/api/v2/dags/weekly_report__overbrugge"
REVIEW = "dagRuns/none/taskInstances/review/-1/hitlDetails"
LOOKING, WORKING = "viewer editor analyst admin", "editor analyst admin"
#: Who may ask what. Nothing here is complete enough to change anything: who may is told 404, 409 or 422.
MAY: dict[tuple[str, str], str] = {
    ("GET", "/reports-page/"): LOOKING,
    ("GET", "/reports-page/weekly_report__overbrugge/"): LOOKING,
    ("GET", "/case-desk/"): WORKING,
    ("GET", "/case-desk/weekly_report__overbrugge/"): WORKING,
    ("GET", "/ui/dags"): LOOKING,
    ("GET", f"{DAG}/dagRuns"): LOOKING,
    ("GET", "/api/v2/dags/~/dagRuns/~/hitlDetails"): LOOKING,
    ("POST", f"{DAG}/dagRuns"): WORKING,
    ("POST", "/api/v2/backfills"): WORKING,
    ("POST", f"{DAG}/clearTaskInstances"): WORKING,
    ("POST", "/api/v2/dags/withdraw_report__overbrugge/dagRuns"): WORKING,
    ("PATCH", f"{DAG}/{REVIEW}"): "editor admin",
    ("GET", "/api/v2/dagSources/weekly_report__overbrugge"): "analyst admin",
    ("GET", f"{DAG}/dagRuns/none/taskInstances/plan/xcomEntries"): "analyst admin",
    ("DELETE", f"{DAG}/dagRuns/none"): "admin",
    ("GET", "/api/v2/connections"): "admin",
    ("POST", "/api/v2/connections"): "admin",
    ("GET", "/api/v2/variables"): "admin",
    ("GET", "/api/v2/eventLogs"): "admin",
    ("GET", "/auth/fab/v1/users"): "admin",
}


def of_every_role(server: Server) -> dict[str, Api]:
    """The administrator, somebody of each other role, and nobody, each logged in at this server."""
    port = int(server.api.address.rpartition(":")[2])
    people = {"admin": server.api, "nobody": Api(port, PATIENCE_SECONDS)}
    for role in ROLES:
        person = {
            "username": role,
            "password": f"password of {role}",
            "first_name": role.title(),
            "last_name": "Overbrugge",
            "email": f"{role}@overbrugge.example",
            "roles": [{"name": f"Weerklank {role}"}],
        }
        server.api.call("POST", "/auth/fab/v1/users", person)
        people[role] = Api(port, PATIENCE_SECONDS)
        people[role].log_in(role, f"password of {role}")
    return people


def number_of(api: Api) -> str:
    """What FAB calls this user to ``[approval]``."""
    return str(api.call("GET", "/ui/auth/me")["id"])


def check_what_each_may(people: dict[str, Api]) -> None:
    """Ask everything as everybody."""
    for (method, path), allowed in MAY.items():
        body = {} if method in ("POST", "PATCH") else None
        for name, api in people.items():
            told = status(api, method, path, body)
            expected = 401 if name == "nobody" else 200 if name in allowed.split() else 403
            if expected == 200:
                assert told in (200, 404, 409, 422), (name, method, path, told)
            else:
                assert told == expected, (name, method, path, told)


def status(api: Api, method: str, path: str, body: Any = None) -> int:
    """The status of the answer."""
    request = urllib.request.Request(api.address + path, method=method)  # noqa: S310  (always this machine)
    request.add_header("Content-Type", "application/json")
    if api.token:
        request.add_header("Authorization", f"Bearer {api.token}")
    try:
        with urllib.request.urlopen(request, None if body is None else json.dumps(body).encode(), 30) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        return error.code
