"""Somebody lets a report go in Airflow's own screen, over REST: used by the test that runs an Airflow anyway."""

from __future__ import annotations

import time
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.airflow.server import Server, eventually

#: The demo's institution asks its administrator.
APPROVAL = """
[approval]
always    = true
reviewers = [{ user = "admin", email = "redactie@overbrugge.example", language = "nl" }]
"""


def call(server: Server, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask again when SQLite was busy: Airflow then answers 503 and has changed nothing."""
    for _ in range(30):
        try:
            return server.api.call(method, path, body)
        except HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(2)
    raise AssertionError(f"{method} {path}: 503 for a minute")


def approve_with_a_note(server: Server, dag: str, state: Path) -> None:
    """One run by hand: nobody is mailed before the answer, and everybody once after it, with the note in it."""
    run = call(server, "POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": {}})["dag_run_id"]
    here = f"/api/v2/dags/{dag}/dagRuns/{run}"
    eventually(lambda: call(server, "GET", f"{here}/taskInstances/review")["state"] == "awaiting_input", 240)
    asked = call(server, "GET", f"{here}/taskInstances/review/-1/hitlDetails")
    assert asked["options"] == ["Versturen", "Tegenhouden"]
    assert "reports-page/weekly_report__overbrugge/2026-W47/r1/report.nl.pdf" in asked["body"]
    assert [mail["To"] for mail in mails(state)] == ["redactie@overbrugge.example"]

    look_at_the_reports_page(server, dag, run)
    time.sleep(5)  # Airflow's scheduler loses an answer that comes within a second of the question, and asks again
    words = {"note_nl": "Wij bellen iedereen terug.", "note_en": "We call everybody back."}
    answer = {"chosen_options": ["Versturen"], "params_input": words}
    call(server, "PATCH", f"{here}/taskInstances/review/-1/hitlDetails", answer)
    with pytest.raises(HTTPError, match="409"):
        call(server, "PATCH", f"{here}/taskInstances/review/-1/hitlDetails", answer)
    eventually(lambda: call(server, "GET", here)["state"] in ("success", "failed"), 240)
    assert call(server, "GET", here)["state"] == "success"
    sent = {mail["To"]: mail for mail in mails(state)}
    assert set(sent) == {"redactie@overbrugge.example", "bestuur@overbrugge.example", "board@overbrugge.example"}
    assert len(mails(state)) == len(sent)
    text = sent["board@overbrugge.example"].get_body(("plain",))
    assert text is not None
    assert words["note_en"] in " ".join(text.get_content().split())


def look_at_the_reports_page(server: Server, dag: str, run: str) -> None:
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
        status, headers, body = get(server, path, logged_in=True)
        assert (status, text in body) == (200, True), path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert path.endswith(".pdf") or "default-src 'none'" in headers["Content-Security-Policy"]
        assert get(server, path, logged_in=False)[0] == 401, path
    for path in (f"{here}/manifest.json", f"{here}/..%2F..%2F..%2Fkeys", f"/reports-page/{dag}/2026-W47/r9/"):
        assert get(server, path, logged_in=True)[0] == 404, path


def get(server: Server, path: str, *, logged_in: bool) -> tuple[int, Any, bytes]:
    request = urllib.request.Request(server.api.address + path)  # noqa: S310  (always this machine)
    if logged_in:
        request.add_header("Authorization", f"Bearer {server.api.token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, b""


def mails(state: Path) -> list[EmailMessage]:
    """What arrived."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (state / "mail").glob("*.eml")]
    return [one for one in found if isinstance(one, EmailMessage)]
