"""The doctor finds what is broken, says what to do, and still looks at the rest."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks import home, period, settings
from tasks.cli import doctor_airflow, main
from tasks.deliver.smtp import Server
from tasks.doctor import institution, machine
from tasks.errors import UsageError
from tasks.extract.cursor import Cursor, Cursors
from tests import world
from tests.deliver.servers import Scripted, serving

NAMELESS = "libpango-of-nowhere.so.0"


def looked(slug: str, capsys: pytest.CaptureFixture[str], code: int) -> dict[str, dict[str, Any]]:
    """Run the command on one institution: its findings by subject."""
    assert main(["doctor", slug, "--format", "json"]) == code
    return {one["subject"]: one for one in json.loads(capsys.readouterr().out)}


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("AIRFLOW_HOME", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("WEERKLANK_SMTP", f"smtp://127.0.0.1:{free.getsockname()[1]}")
    return world.settle(monkeypatch, tmp_path)


def test_a_machine_without_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.libraries().state == "ok"
    monkeypatch.setattr(machine, "_needed", lambda: {NAMELESS: "libpango-1.0-0"})
    found = machine.libraries()
    assert (found.state, found.remedy) == ("fail", "As root: apt-get install libpango-1.0-0")


def test_a_dead_mail_server_is_named_and_the_rest_is_looked_at(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = looked(school, capsys, 1)
    assert found["mail server"]["state"] == "fail"
    assert "127.0.0.1" in found["mail server"]["found"]
    assert found["packages"]["state"] == found["calendar"]["state"] == "ok"
    assert found["lake"]["state"] == found["Airflow database"]["state"] == "warn"


NEWS = """
[[source]]
id   = "news"
type = "feed"
name = { nl = "Nieuws", en = "News" }
urls = ["https://news.example/feed"]
"""


def test_a_source_that_was_not_read_for_a_day(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "sources" not in looked(school, capsys, 1)  # nothing is listened to
    path = home.CONFIG / f"{school}.toml"
    path.write_text(path.read_text() + NEWS)
    assert looked(school, capsys, 1)["sources"]["found"] == "of 1 sources: news never"
    for hours, state in ((25, "warn"), (2, "ok")):
        read = period.now() - timedelta(hours=hours)
        Cursors(home.ledger_url(), period.now).move(school, "news", Cursor({}, read))
        found = looked(school, capsys, 1)["sources"]
        assert found["state"] == state
        assert (f"news not for {hours} h" in found["found"]) == (state == "warn")


def test_a_wrong_zone_and_a_damaged_partition(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    part = home.lake() / "mentions" / f"institution={school}" / "week=2026-W47" / "part-0.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"PAR1 and then the disk was full")
    found = looked(school, capsys, 1)["lake"]
    assert found["state"] == "fail"
    assert "week=2026-W47/part-0.parquet" in found["found"]
    path = home.CONFIG / f"{school}.toml"
    path.write_text(path.read_text().replace("Europe/Amsterdam", "Europe/Amsterdm"))
    assert main(["doctor", school]) == 1
    told = capsys.readouterr().out
    assert f"fail  {school}: institution file: " in told
    assert "line 4: [institution] timezone" in told


def test_nobody_on_duty(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = home.CONFIG / f"{school}.toml"
    path.write_text(path.read_text().replace("[[hours]]", "[[hours]]\nvalid_to = 2020-01-01"))
    assert looked(school, capsys, 1)["calendar"]["remedy"].startswith("Look at valid_from")


def test_a_server_that_answers_gets_no_mail() -> None:
    with serving() as box:
        assert institution.mail_server(box.server).state == "ok"
        assert box.messages == []


def test_a_password_that_no_longer_fits_is_found_before_monday() -> None:
    with Scripted([b"250-hi\r\n250 AUTH PLAIN LOGIN\r\n", b"535 no\r\n", b"535 no\r\n"]).running() as server:
        found = institution.mail_server(replace(server, user="weerklank", password="hunter2"))
    assert (found.state, "refuses user name, password or token" in found.found) == ("fail", True)
    assert "hunter2" not in f"{found}"


def test_airflows_tables_are_read_after_whatever_it_prints_first() -> None:
    printed = '2026-11-24 [warning ] no graphviz\n[1] odd\n[{"state": "failed"},\n {"state": "success"}]\n'
    assert doctor_airflow._records(printed) == [{"state": "failed"}, {"state": "success"}]
    assert doctor_airflow._records("No data found\n") == []


def test_a_time_out_as_airflows_form_has_it() -> None:
    switches = {"disable_ssl": True, "disable_tls": True}
    assert Server.from_connection("mx", 25, switches | {"timeout": "5"}).timeout_seconds == 5
    for wrong in ("soon", 0, -1, "inf", "nan", 301):
        with pytest.raises(UsageError, match="1 to 300 seconds"):
            Server.from_connection("mx", 25, switches | {"timeout": wrong})


def test_airflows_connection_becomes_a_server() -> None:
    assert Server.from_connection("mx", None, {"disable_ssl": True}) == Server("mx", 587, security="starttls")
    assert Server.from_connection("mx", 26, {"disable_ssl": "true", "disable_tls": "True"}) == Server("mx", 26)
    assert Server.from_connection("mx", None, {}) == Server("mx", 465, security="tls")


def test_a_connection_that_airflow_does_not_have(school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home.CONFIG / f"{school}.toml"
    path.write_text(path.read_text().replace("[deliver]", '[deliver]\nconnection = "post"'))
    monkeypatch.delenv("WEERKLANK_SMTP")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    (missing,) = doctor_airflow.mail(settings.load(school), os.environ)
    assert (missing.subject, missing.state) == ("mail connection", "fail")
    assert "add post of type SMTP" in missing.remedy
    with serving() as box:
        switches = "disable_ssl=true&disable_tls=true"
        monkeypatch.setenv("AIRFLOW_CONN_POST", f"smtp://127.0.0.1:{box.server.port}/?{switches}")
        found = list(doctor_airflow.mail(settings.load(school), os.environ))
    assert [(one.subject, one.state) for one in found] == [("mail connection", "ok"), ("mail server", "ok")]
