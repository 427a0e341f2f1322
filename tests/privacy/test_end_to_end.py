"""Marked people and marked secrets through the real pipeline: Airflow's own runs, a real mail server that asks for a
password, a ledger that cannot be reached, a token that is refused. Then everything that was left is searched.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tasks import home
from tasks.cli import airflow_home
from tasks.deliver import local_server
from tests.airflow.server import checkout_with
from tests.deliver import servers
from tests.privacy import marked, scan

MOMENT = "2026-11-23T06:00:00+01:00"
#: Raw pages are what came, as it came; keys are keys.
RAW = re.compile(r"landing/.*\.(jsonl\.gz|manifest\.json)|airflow/keys\.json|airflow/passwords\.json|keys/.*")
SETUP = """
import json, sys
from airflow.utils import db
db.initdb()
from airflow.models.connection import Connection
from airflow.utils.session import create_session
with create_session() as session:
    for given in json.loads(sys.stdin.read()):
        session.merge(Connection(**given))
"""

#: Deliver by connections that do not work; None: by WEERKLANK_SMTP. What goes wrong is printed whole.
MISTAKEN = """
import json, logging, sys, traceback
from tasks import steps
from tasks.deliver.smtp import Server
logging.basicConfig(level=logging.DEBUG)
run = {"week": "2026-W47", "as_of": "2026-11-23T06:00:00+01:00", "send": True, "again": False, "why_not": ""}
for one in json.loads(sys.stdin.read()):
    try:
        told = one and (one["host"], one["port"], json.loads(one["extra"]), one["login"], one.get("password", ""))
        server = Server.from_connection(*told) if told else None
        steps.deliver("school", run["week"], run, run_key="by hand", server=server)
    except Exception:
        traceback.print_exc()
    else:
        sys.exit(1)
"""


class Keep(local_server._Keep):
    """Takes mail after log-in, and refuses one reader in words that name them."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if marked.REFUSED in address:
            return f"550 5.1.1 <{address}>: {marked.full(49)} works here no more"
        envelope.rcpt_tos.append(address)
        return "250 ok"


@contextmanager
def mail_server(folder: Path, password: str) -> Iterator[int]:
    """On a free loopback port; its mails are kept in ``folder``. It repeats a password that is wrong."""

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        if data.password == password.encode():
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 {data.password.decode()} is wrong")

    class FreePort(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    folder.mkdir(parents=True, exist_ok=True)
    login = {"authenticator": known, "auth_required": True, "auth_require_tls": False}
    controller = FreePort(Keep(folder), hostname="127.0.0.1", port=0, ready_timeout=60, **login)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def token_server() -> Iterator[int]:
    """Refuses every client, and repeats all that it was told."""

    class Refuse(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(401)
            self.end_headers()
            self.wfile.write(json.dumps({"error": "invalid_client", "error_description": said}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refuse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class World:
    """A checkout with one institution, its state, and Airflow on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = folder / "state"
        self.checkout = checkout_with(folder / "checkout")
        config = self.checkout / "config" / "institutions"
        for old in config.glob("*.toml"):
            old.unlink()
        text = marked.INSTITUTION.format(reader=marked.READER, refused=marked.REFUSED)
        (config / "school.toml").write_text(text)
        (self.checkout / "scripts").symlink_to(home.ROOT / "scripts")
        metric = (self.checkout / "sql" / "metrics" / "mention_volume.sql").read_text()
        # An analyst's mistake that DuckDB explains by quoting what stands in the column.
        broken = metric.replace("count(*) FILTER (role = 'broadcast')", "(SELECT max(cause::INTEGER) FROM core.issue)")
        broken = broken.replace('["core.heard"]', '["core.heard", "core.issue"]').replace('"tile"', '"appendix"')
        (self.checkout / "sql" / "metrics" / "mistaken.sql").write_text(broken)
        monkeypatch.setattr(home, "ROOT", self.checkout)
        monkeypatch.setenv("WEERKLANK_HOME", str(self.state))
        self.environment = airflow_home.environment(database="demo")
        self.log = airflow_home.folder() / "demo.log"

    def run(self, *arguments: str, given: str = "", **variables: str) -> int:
        """Python in the checkout; all it says goes into the log in the state folder."""
        environment = self.environment | {"PYTHONPATH": str(self.checkout)} | variables
        with self.log.open("a") as log:
            log.write(f"$ {arguments[:2]}\n")
            log.flush()
            return subprocess.run(
                [sys.executable, *arguments],
                cwd=self.checkout, env=environment, input=given, text=True,
                stdout=log, stderr=log, timeout=900, check=False,
            ).returncode  # fmt: skip

    def handed_in(self, file: Path) -> str:
        """Import a file; what that prints to whoever does it."""
        done = subprocess.run(
            [sys.executable, "-m", "tasks.cli", "import", "school", str(file)],
            cwd=self.checkout, env=self.environment, capture_output=True, text=True, timeout=900, check=True,
        )  # fmt: skip
        return done.stdout + done.stderr

    def dag(self, name: str, **variables: str) -> int:
        """One run of a DAG; 0 when it succeeded. What each task returned goes into the log as well."""
        return self.run("scripts/run_dag_once.py", name, MOMENT, "2", **variables)


def connection(name: str, **extra: Any) -> dict[str, Any]:
    plain = {"disable_ssl": True, "disable_tls": True, "timeout": 20}
    return {
        "conn_id": name,
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "login": "report",
        "extra": json.dumps(plain | extra),
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on this machine, as here
def test_nobody_and_no_secret_is_left_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    file = marked.written(tmp_path)
    with mail_server(world.state / "mail", marked.CONNECTION) as port, token_server() as tokens, servers.dead() as dead:
        oauth = {"auth_type": "oauth2", "client_id": "weerklank", "client_secret": marked.CLIENT}
        good = connection("smtp_school") | {"port": port, "password": marked.CONNECTION}
        wrong = [
            connection("smtp_oauth", token_url=f"http://127.0.0.1:{tokens}/", **oauth) | {"port": port},
            connection("smtp_token", auth_type="oauth2", access_token=marked.TOKEN) | {"port": port},
            connection("smtp_wrong", api_key=marked.IN_EXTRA) | {"port": port, "password": marked.IN_EXTRA},
        ]
        assert world.run("-c", SETUP, given=json.dumps([good, *wrong])) == 0, world.log.read_text()[-3000:]
        told = world.handed_in(file)
        # Of what stood in the file only its name is repeated, to who gave it.
        assert scan.in_text(told, [*marked.PEOPLE, *marked.HIDDEN, *marked.SECRETS]) == {
            marked.PEOPLE[47],
            marked.IN_KEY,
        }

        ledger = f"postgresql+psycopg2://weerklank:{marked.LEDGER}@127.0.0.1:{dead.port}/ledger"
        assert world.dag("weekly_report__school", WEERKLANK_LEDGER_URL=ledger) == 1
        config = world.checkout / "config" / "institutions" / "school.toml"
        written = config.read_text()
        config.write_text(written.replace('"smtp_school"', '"smtp_oauth"'))
        assert world.dag("weekly_report__school") == 1
        url = f"smtp://report:{marked.SMTP_URL}@127.0.0.1:{port}"
        assert world.run("-c", MISTAKEN, given=json.dumps([*wrong[1:], None]), WEERKLANK_SMTP=url) == 0
        assert list((world.state / "mail").glob("*.eml")) == []
        config.write_text(written)
        assert world.dag("weekly_report__school") == 0, world.log.read_text()[-3000:]
        heartbeat = f"http://127.0.0.1:{dead.port}/ping/{marked.HEARTBEAT}"
        assert world.dag("watch", WEERKLANK_HEARTBEAT=heartbeat) == 0, world.log.read_text()[-3000:]

    assert len(list((world.state / "mail").glob("*.eml"))) == 1  # the other reader was refused
    edition = world.state / "reports" / "school" / marked.WEEK / "r1"
    assert {path.name for path in edition.glob("*.pdf")} >= {
        "report.nl.pdf",
        "report.en.pdf",
        "department-exams.nl.pdf",
    }
    told = json.loads((edition / "metrics.json").read_text())
    assert "mistaken" in told["unavailable"]
    assert any(row["excerpt"] for row in told["lists"]["open_items"])
    assert len(told["lists"]["solved_cases"]) == 3  # at most three of a department

    everybody = [*marked.PEOPLE, *marked.HIDDEN, *marked.SECRETS]
    raw = scan.search(world.state / "landing", everybody)
    assert {one.mark for one in raw} >= {*marked.PEOPLE[:48], *marked.HIDDEN}  # they really came
    found = scan.search(world.state, everybody, lambda name: RAW.fullmatch(name) is not None)
    assert [one for one in found if not may_be(one)] == []
    assert {one.mark for one in found if "mentions" in one.file} == set(marked.HIDDEN)  # what decision 34 admits


#: The columns that keep words. A small Parquet file has some of them uncompressed: then they are in its bytes as well.
WORDS = ("bytes", "parquet text", "parquet title", "parquet case_cause", "parquet case_action")


def may_be(one: scan.Found) -> bool:
    """A reader in the mail to them and in the ledger; whom no rule can tell, in the words of the lake."""
    if one.mark in (marked.READER, marked.REFUSED):
        to_them = one.file.endswith(".eml") and one.how in ("mail To", "bytes")
        return to_them or one.file in ("ledger.sqlite", "ledger.sqlite-journal")
    lake = re.fullmatch(r"lake/(mentions|messages|open_before)/.*\.parquet", one.file)
    return one.mark in marked.HIDDEN and bool(lake) and one.how in WORDS
