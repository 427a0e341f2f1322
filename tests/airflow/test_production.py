"""As in production: PostgreSQL for Airflow and the ledger, users with roles, and a mail server with bad manners.

Five weeks, one more than may run at once, are backfilled twice; then one run by hand waits for its editor.
The institution wants to approve of every report: a backfill asks nobody, a run by hand does.
"""

from __future__ import annotations

import hashlib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tasks.cli.airflow_api import Api
from tests import postgres
from tests.airflow.approving import APPROVAL, NOTE, approve_with_a_note
from tests.airflow.backfilling import DAG, backfill, call, dags
from tests.airflow.people import check_what_each_may, number_of, of_every_role
from tests.airflow.server import alive, checkout_with, descendants, eventually, running
from tests.deliver.servers import Mailbox, serving

WEEKS = [f"2026-W{number}" for number in range(43, 48)]
EDITOR, LOOKS_AFTER_IT = "redactie@overbrugge.example", "beheer@overbrugge.example"
#: What the mail server does with each reader, and what the ledger says at first and in the end.
READERS = {
    "goed": ("", "sent", "sent"),
    "vol": ("452 4.2.2 mailbox full", "pending", "sent"),
    "weg": ("550 5.1.1 no such user", "refused", "refused"),
    "hangt": ("drop", "unknown", "unknown"),
    "zwijgt": ("silence", "unknown", "unknown"),
}


@pytest.mark.slow
def test_backfilled_twice_then_approved_and_mailed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with postgres.cluster() as base, serving() as box:
        ledger = postgres.database(base, "ledger")
        arguments = ["--users", "--database", postgres.database(base, "airflow")]
        checkout = checkout_with(tmp_path / "checkout", overbrugge=APPROVAL.format(user=3))
        with_readers(checkout / "config" / "institutions" / "overbrugge.toml")
        with running(state, checkout, *arguments, WEERKLANK_LEDGER_URL=ledger) as server:
            people = of_every_role(server)
            assert number_of(people["editor"]) == "3"
            call(server.api, "POST", "/api/v2/connections", connection(box))
            eventually(lambda: DAG in dags(server.api), 300)
            check_what_each_may(people)
            assert call(server.api, "GET", f"/api/v2/dags/{DAG}/dagRuns")["dag_runs"] == []  # none by itself

            backfill_twice(people["analyst"], state)
            assert box.messages == []

            mail_an_approved_report(people, box, ledger)

            everything = descendants(server.process.pid)
            assert len(everything) >= 4
            server.end()
        assert alive(everything) == {}


def with_readers(file: Path) -> None:
    """Give the demo's institution our readers, and a connection of its own."""
    written = file.read_text()
    old = [line for line in written.splitlines() if line.strip().startswith("{ email = ")]
    new = [f'  {{ email = "{name}@overbrugge.example", language = "en" }},' for name in READERS]
    for line in old[1:]:
        written = written.replace(f"{line}\n", "")
    file.write_text(written.replace(old[0], "\n".join(new)).replace('"smtp_weerklank"', '"smtp_school"'))


def connection(box: Mailbox) -> dict[str, Any]:
    return {
        "connection_id": "smtp_school",
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": box.server.port,
        "extra": '{"disable_ssl": true, "disable_tls": true, "timeout": 5}',
    }


def backfill_twice(analyst: Api, state: Path) -> None:
    """The same bytes both times, nobody asked."""
    first = backfill(analyst, "none")
    assert len(first) == len(WEEKS)
    made = editions(state)
    assert sorted({path.parts[0] for path in made}) == WEEKS
    assert {path.parts[1] for path in made} == {"r1", "r1.quoted.json"}
    pdfs = {path.name for path in made if path.suffix == ".pdf"}
    assert pdfs == {f"{page}.{language}.pdf" for page in ("report", "department-it") for language in ("nl", "en")}
    assert len([path for path in made if path.suffix == ".pdf"]) == len(pdfs) * len(WEEKS)

    again = backfill(analyst, "completed", since="2026-11-09")
    assert {run["dag_run_id"] for run in again} == {run["dag_run_id"] for run in first}
    assert editions(state) == made  # the same bytes, and no second revision
    reviews = [f"/api/v2/dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances/review" for run in again]
    assert {call(analyst, "GET", path)["state"] for path in reviews} == {"skipped"}


def editions(state: Path) -> dict[Path, str]:
    """Every file of every edition, by its content."""
    reports = state / "reports" / "overbrugge"
    files = [path for path in sorted(reports.rglob("*")) if path.is_file()]
    return {path.relative_to(reports): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def mail_an_approved_report(people: dict[str, Api], box: Mailbox, ledger: str) -> None:
    """Nobody is mailed before the editor's answer; after it each reader at most once, and it is known how that went."""
    addresses = {name: f"{name}@overbrugge.example" for name in READERS}
    for name, (answer, _, _) in READERS.items():
        box.answers["rcpt" if answer[:1].isdigit() else "data", addresses[name]] = answer
    run = approve_with_a_note(people, DAG)
    assert [recipient for recipient, _ in box.messages][:1] == [EDITOR]
    deliver = f"{run}/taskInstances/deliver"
    eventually(lambda: call(people["admin"], "GET", deliver)["state"] in ("up_for_retry", "failed"), 600)
    assert states(ledger) == {addresses[name]: first for name, (_, first, _) in READERS.items()}

    box.answers["rcpt", addresses["vol"]] = ""
    once_more = {"task_ids": ["deliver"], "dag_run_id": run.rpartition("/")[2], "dry_run": False, "only_failed": False}
    call(people["editor"], "POST", f"/api/v2/dags/{DAG}/clearTaskInstances", once_more)  # Airflow would, in a minute
    eventually(lambda: call(people["admin"], "GET", run)["state"] in ("success", "failed"), 600)
    assert call(people["admin"], "GET", deliver)["try_number"] == 2  # when only a person can know, none follows
    assert states(ledger) == {addresses[name]: last for name, (_, _, last) in READERS.items()}
    eventually(lambda: box.count[LOOKS_AFTER_IT], 300)  # that a person has to settle two of them
    taken = {EDITOR, LOOKS_AFTER_IT, *(addresses[name] for name in READERS if name != "weg")}
    assert box.count == dict.fromkeys(taken, 1)
    message = message_from_bytes(dict(box.messages)[addresses["vol"]], policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body
    assert NOTE["note_en"] in " ".join(body.get_content().split())


def states(ledger: str) -> dict[str, str]:
    """How far each reader's mail is, in the ledger's words."""
    engine = create_engine(ledger)
    with engine.connect() as open_one:
        rows = open_one.execute(text("SELECT recipient, state FROM delivery WHERE week LIKE '____-W__'")).all()
    engine.dispose()
    return {row.recipient: row.state for row in rows}
