"""The hourly DAG in a real Airflow: collected, staged, announced, told; what is closed, broken or past; and erased."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from tasks.cli.airflow_api import Api
from tasks.period import Week
from tests.airflow.backfilling import call, dags, start
from tests.airflow.server import Server, checkout_with, eventually, running
from tests.extract import certificates
from tests.extract import server as faulty
from tests.extract.mastodon_server import Mastodon
from tests.world import INSTITUTION

DAG = "collect_mentions__school"
EXAMS = "exams@school.example"
WAIT_SECONDS = 61  # the shortest that is not waited for in the task itself
SOURCES = """
[[source]]
id       = "masto"
type     = "mastodon"
name     = {{ nl = "Mastodon", en = "Mastodon" }}
instance = "https://localhost:{port}"
tags     = ["school"]

[[source]]
id       = "shut"
type     = "feed"
name     = {{ nl = "Dicht", en = "Shut" }}
urls     = ["https://localhost:{port}/shut"]

[[source]]
id       = "broken"
type     = "feed"
name     = {{ nl = "Stuk", en = "Broken" }}
urls     = ["https://localhost:{port}/broken"]

[[department]]"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>Open dag</title>
<pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item></channel></rss>"""
DIGEST = """
[digest]
enabled = true
contact = "webcare@school.example"

[respond]
clock = "always"
"""


@pytest.mark.slow
def test_collected_told_and_erased_in_a_real_scheduler(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    state = tmp_path / "state"
    with faulty.running(certificates.serving()) as faults:
        asked = now - timedelta(hours=2)
        post = Mastodon(faults).serve().post(f"{asked:%Y-%m-%dT%H:%M}", "Wanneer is het tentamen?", author="sanne_dv")
        feed = faulty.answer(FEED.format(when=asked), content_type="application/rss+xml")
        faults.script("/shut", faulty.too_many(retry_after=str(WAIT_SECONDS)), feed)
        faults.script("/broken", faulty.status(403))
        (tmp_path / "authority.pem").write_text(certificates.authority())
        checkout = checkout_of_one_school(tmp_path / "checkout", faults.port)
        environment = {
            "WEERKLANK_ALLOWED_ADDRESSES": f"127.0.0.1:{faults.port}",
            "SSL_CERT_FILE": str(tmp_path / "authority.pem"),
        }
        with running(state, checkout, **environment) as server:
            eventually(lambda: DAG in dags(server.api), 300)
            collected_and_told(server.api, finished(server.api, DAG, {}), state, post)
            backfilled_without_a_word(server.api, asked, state)
            erased(
                server,
                checkout,
                f"@sanne_dv@localhost:{faults.port}",
                str(Week.containing(asked, ZoneInfo("Europe/Amsterdam"))),
            )
            assert finished(server.api, "retention", {})["state"] == "success"


def checkout_of_one_school(folder: Path, port: int) -> Path:
    checkout = checkout_with(folder)
    institutions = checkout / "config" / "institutions"
    for path in institutions.glob("*.toml"):
        path.unlink()
    text = INSTITUTION.replace("[[department]]", SOURCES.format(port=port), 1)
    text = text.replace('keywords = ["tentamen', f'contact = "{EXAMS}"\nkeywords = ["tentamen')
    text = text.replace('country   = "NL"', 'country   = "NL"\nautomatic = false')
    (institutions / "school.toml").write_text(text + DIGEST)
    return checkout


def finished(api: Api, dag: str, conf: dict[str, Any]) -> dict[str, Any]:
    """Start a run by hand and wait for its end."""
    eventually(lambda: dag in dags(api), 300)
    run = start(api, dag, "by-hand", conf)
    eventually(lambda: call(api, "GET", run)["state"] in ("success", "failed"), 900)
    found: dict[str, Any] = call(api, "GET", run)
    return found


def collected_and_told(api: Api, run: dict[str, Any], state: Path, post: str) -> None:
    """One source is red, one came back by itself without holding a worker, and the digest went out once."""
    path = f"/api/v2/dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances"
    tasks = call(api, "GET", path)["task_instances"]
    states = {f"{one['task_id']} {one['rendered_map_index'] or ''}".strip(): one["state"] for one in tasks}
    assert states == {
        "plan": "success",
        "due": "success",
        "collect masto": "success",
        "collect shut": "success",
        "collect broken": "failed",
        "stage": "success",
        "announce": "success",
        "digest": "success",
    }
    assert run["state"] == "success"
    (mail,) = mails(state)
    assert mail["To"] == EXAMS
    part = mail.get_body(("plain",))
    assert part
    assert f"/@sanne_dv/{post}" in part.get_content()
    events = call(api, "GET", "/api/v2/assets/events")["asset_events"]
    assert {one["source_dag_id"] for one in events} == {DAG}


def backfilled_without_a_word(api: Api, asked: datetime, state: Path) -> None:
    """A stretch of the past, over REST as the form does it: nothing is missing, nobody is mailed."""
    begin = asked.replace(minute=0) - timedelta(hours=3)
    body = {
        "dag_id": DAG,
        "from_date": begin.isoformat(),
        "to_date": (begin + timedelta(hours=1)).isoformat(),
        "max_active_runs": 2,
        "reprocess_behavior": "none",
        "run_backwards": False,
        "dag_run_conf": {},
    }
    made = call(api, "POST", "/api/v2/backfills", body)
    eventually(lambda: call(api, "GET", f"/api/v2/backfills/{made['id']}")["completed_at"], 900)
    runs = call(api, "GET", f"/api/v2/dags/{DAG}/dagRuns?run_type=backfill")["dag_runs"]
    assert runs
    assert {one["state"] for one in runs} == {"success"}
    assert len(mails(state)) == 1


def mails(state: Path) -> list[EmailMessage]:
    """What the mail server of `./weerklank airflow` took."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (state / "mail").glob("*.eml")]
    return [one for one in found if isinstance(one, EmailMessage)]


def erased(server: Server, checkout: Path, handle: str, week: str) -> None:
    """A request filed on the command line, carried out by the DAG with its form."""
    state = checkout.with_name("state")
    mentions = state / "lake" / "mentions" / "institution=school" / f"week={week}" / "part-0.parquet"
    assert "Wanneer is het tentamen?" in pq.ParquetFile(mentions).read()["text"].to_pylist()
    command = [sys.executable, "-m", "tasks.cli", "privacy", "erase", "school"]
    command += ["--author", handle, "--source", "masto", "--file"]
    filed = subprocess.run(
        command, cwd=checkout, env=os.environ | {"WEERKLANK_HOME": str(state)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert filed.returncode == 0, filed.stderr
    (number,) = re.findall(r"\b[0-9a-f]{8}\b", filed.stdout)
    done = finished(server.api, "erase_person__school", {"request": number, "really": True})
    assert done["state"] == "success"
    assert "Wanneer is het tentamen?" not in pq.ParquetFile(mentions).read()["text"].to_pylist()
