"""An editor lets a report go in Airflow's own screen, over REST: used by the test that runs an Airflow anyway."""

from __future__ import annotations

import time
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest

from tasks.cli.airflow_api import Api
from tests.airflow.backfilling import call
from tests.airflow.people import status
from tests.airflow.server import eventually

#: The demo's institution asks its editor, and tells its administrator what failed.
APPROVAL = """
[approval]
always    = true
reviewers = [{{ user = "{user}", email = "redactie@overbrugge.example", language = "nl" }}]

[alerts]
recipients = [{{ email = "beheer@overbrugge.example", language = "nl" }}]
"""
NOTE = {"note_nl": "Wij bellen iedereen terug.", "note_en": "We call everybody back."}


def approve_with_a_note(people: dict[str, Api], dag: str) -> str:
    """The path of a run by hand that only its reviewer could let go."""
    editor = people["editor"]
    run = call(editor, "POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": {}})["dag_run_id"]
    here = f"/api/v2/dags/{dag}/dagRuns/{run}"
    eventually(lambda: call(editor, "GET", f"{here}/taskInstances/review")["state"] == "awaiting_input", 600)
    asked = call(editor, "GET", f"{here}/taskInstances/review/-1/hitlDetails")
    assert asked["options"] == ["Versturen", "Tegenhouden"]
    assert "reports-page/weekly_report__overbrugge/2026-W47/r1/report.nl.pdf" in asked["body"]

    look_at_the_reports_page(people, dag, run)
    time.sleep(5)  # Airflow's scheduler loses an answer that comes within a second of the question, and asks again
    answer = {"chosen_options": ["Versturen"], "params_input": NOTE}
    answering = f"{here}/taskInstances/review/-1/hitlDetails"
    not_asked = {name: status(api, "PATCH", answering, answer) for name, api in people.items() if name != "editor"}
    assert not_asked == {"admin": 403, "analyst": 403, "viewer": 403, "nobody": 401}
    call(editor, "PATCH", answering, answer)
    with pytest.raises(HTTPError, match="409"):
        call(editor, "PATCH", answering, answer)
    eventually(lambda: heard(editor, here, answer), 600)
    return here


def heard(editor: Api, run: str, answer: dict[str, Any]) -> bool:
    """Whether the review has its answer; on a busy machine Airflow loses the first one, asks again, and gets it again."""
    state = call(editor, "GET", f"{run}/taskInstances/review")["state"]
    assert state != "failed"
    if state == "awaiting_input":
        call(editor, "PATCH", f"{run}/taskInstances/review/-1/hitlDetails", answer)
    return bool(state == "success")


def look_at_the_reports_page(people: dict[str, Api], dag: str, run: str) -> None:
    """The run's edition is there for who is logged in, and nothing is for who is not."""
    here = f"/reports-page/{dag}/2026-W47/r1"
    shown = {
        "/reports-page/": b"Hogeschool Overbrugge",
        f"/reports-page/{dag}/": b"/2026-W47/r1/",
        f"{here}/": b"report.en.html",
        f"{here}/report.nl.html": b"<!DOCTYPE html>",
        f"{here}/report.nl.pdf": b"%PDF-",
        f"/reports-page/run/{dag}/{run}": b"report.en.html",
    }
    for path, text in shown.items():
        answered, headers, body = get(people["viewer"], path)
        assert (answered, text in body) == (200, True), path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert path.endswith(".pdf") or "default-src 'none'" in headers["Content-Security-Policy"]
        assert get(people["nobody"], path)[0] == 401, path
    for path in (f"{here}/manifest.json", f"{here}/..%2F..%2F..%2Fkeys", f"/reports-page/{dag}/2026-W47/r9/"):
        assert get(people["admin"], path)[0] == 404, path


def get(api: Api, path: str) -> tuple[int, Any, bytes]:
    """Status, headers and body."""
    request = urllib.request.Request(api.address + path)  # noqa: S310  (always this machine)
    if api.token:
        request.add_header("Authorization", f"Bearer {api.token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, b""
