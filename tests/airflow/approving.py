"""Somebody lets a report go in Airflow's own screen, over REST: used by the test that runs an Airflow anyway."""

from __future__ import annotations

import time
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


def mails(state: Path) -> list[EmailMessage]:
    """What arrived."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (state / "mail").glob("*.eml")]
    return [one for one in found if isinstance(one, EmailMessage)]
