"""Drawing in a process of its own: the same bytes, within limits, and nothing left of it."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.confined.process import Limits
from tasks.errors import RenderError, UsageError
from tasks.render import process
from tasks.render.job import Job
from tasks.render.process import Drawing
from tasks.render.stamp import Stamp
from tests.render import sample

STAMP = Stamp(1, "0123456789ab")
CHATTY = "tests.render.chatty:drawn"
#: Draws a monstrous week, after saying which process does.
PROGRAM = """
import threading, time
from tasks.render.process import Drawing
from tests.render import test_process as t

def tell():
    while drawing.pid is None:
        time.sleep(0.01)
    print(drawing.pid, flush=True)

with Drawing() as drawing:
    threading.Thread(target=tell, daemon=True).start()
    drawing.draw(t.job(t.monstrous()))
"""


def job(document: dict[str, Any], *languages: str) -> Job:
    return Job(document, sample.institution(), STAMP, languages or ("nl",))


def says(week: str) -> Job:
    return job({"week": week})


def monstrous() -> dict[str, Any]:
    """An ordinary week in which 60,000 sources were read."""
    document = sample.normal()
    document["lists"]["coverage"] *= 20_000
    return document


def enormous() -> dict[str, Any]:
    """An ordinary week with a response curve of 120,000 steps."""
    document = sample.normal()
    document["metrics"]["answer_curve"]["rows"] *= 500
    return document


def test_the_same_bytes_as_here(pdf: Callable[[str, str], Path]) -> None:
    with Drawing() as drawing:
        drawn = drawing.draw(job(sample.quiet(), "nl", "en"))
        again = drawing.draw(job(sample.quiet(), "en"))
    for one in ("nl", "en"):
        assert drawn.files[f"report.{one}.pdf"] == pdf("quiet", one).read_bytes()
    assert again.files == {name: data for name, data in drawn.files.items() if ".en." in name}
    assert again.cpu_seconds > drawn.cpu_seconds
    assert drawn.peak_mb > 20


@pytest.mark.parametrize(
    ("document", "limits", "told"),
    [
        (
            "monstrous",
            Limits(1, 512, 600),
            r"W47 cannot be drawn: it takes more than 1 s of processor\. .* metrics",
        ),
        (
            "enormous",
            Limits(60, 100, 600),
            r"W47 cannot be drawn: it takes more than 100 MB of memory\. .* metrics",
        ),
        ("monstrous", Limits(60, 512, 1), r"voorbeeld 2026-W47 cannot be drawn: nothing came for 1 s"),
    ],
)
def test_a_monstrous_week_is_stopped_and_told_why(document: str, limits: Limits, told: str) -> None:
    made = {"monstrous": monstrous, "enormous": enormous}[document]()
    with Drawing(limits) as drawing, pytest.raises(RenderError, match=told):
        drawing.draw(job(made))
    assert drawing.pid is None


def test_after_one_that_was_stopped_the_next_is_drawn() -> None:
    with Drawing(Limits(60, 100, 600), CHATTY) as drawing:
        with pytest.raises(RenderError, match="100 MB"):
            drawing.draw(says("eats"))
        assert drawing.draw(says("fine")).files


def test_what_our_own_checks_say_comes_through() -> None:
    document = sample.quiet()
    del document["metrics"]["backlog"]
    with Drawing() as drawing, pytest.raises(RenderError, match=r"needs the metric backlog, but sql/metrics/backlog"):
        drawing.draw(job(document))


def test_its_messages_reach_our_log(caplog: pytest.LogCaptureFixture) -> None:
    with Drawing(function=CHATTY) as drawing:
        drawing.draw(says("talks"))
    told = {(record.name, record.levelname): record.getMessage() for record in caplog.records}
    assert told["weasyprint", "WARNING"] == "Ignored x"
    printed = told["tasks.confined.process", "WARNING"]
    assert "to standard output" in printed
    assert "a library's own words" in printed


def test_a_fault_of_the_program_has_its_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with Drawing(function=CHATTY) as drawing:
        with pytest.raises(RenderError, match=r"fails cannot be drawn: ZeroDivisionError: no such font size\."):
            drawing.draw(says("fails"))
        assert drawing.draw(says("fine")).files  # it lives on
    assert "Traceback" in caplog.text


def test_a_library_that_aborts_for_want_of_memory(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    with Drawing(function=CHATTY) as drawing, pytest.raises(RenderError, match=r"more than 512 MB of memory"):
        drawing.draw(says("aborts"))


def test_it_is_replaced_after_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "EDITIONS_EACH", 2)
    with Drawing(function=CHATTY) as drawing:
        pids = [(drawing.draw(says("fine")), drawing.pid)[1] for _ in range(5)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert len(set(pids)) == 3


def test_it_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEERKLANK_SMTP", "smtp://somebody:secret@mail.example")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "secret")
    with Drawing(function=CHATTY) as drawing:
        names = drawing.draw(says("fine")).files["secrets.txt"].decode()
    assert "WEERKLANK_CACHE" in names
    assert not any(word in names for word in ("AIRFLOW", "SMTP", "PATH'", "TOKEN"))
    institution = sample.institution(
        department=[{"id": "it", "name": {"nl": "IT", "en": "IT"}, "contact": "p@voorbeeld.example"}]
    )
    packed = json.dumps(Job(sample.quiet(), institution, STAMP, ("nl",)).packed())
    assert "@voorbeeld.example" not in packed
    assert "Hogeschool Voorbeeld" in packed


def test_it_has_no_network() -> None:
    """Where the kernel lets a process leave its networks: not even this machine's own is there."""
    program = (
        "import socket, sys\n"
        "from tasks.confined.limits import without_network\n"
        "left = without_network()\n"
        "print(left)\n"
        "socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", program, str(server.getsockname()[1])]
        done = subprocess.run(command, cwd=home.ROOT, capture_output=True, text=True, check=False)
    if done.stdout.strip() == "False":
        pytest.skip("this kernel lets nobody leave its networks")
    assert done.returncode != 0
    assert "unreachable" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_it_when_we_are_ended(number: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=home.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout
        drawing = Path("/proc", parent.stdout.readline().strip())
        assert b"tasks.confined.worker" in (drawing / "cmdline").read_bytes()
        parent.send_signal(number)
    for _ in range(1000):
        if not drawing.exists():
            break
        time.sleep(0.01)
    assert not drawing.exists()
    assert (list(tmp_path.iterdir()) == []) is (number == signal.SIGINT)  # what is killed cannot tidy up


def test_limits_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEERKLANK_RENDER_SECONDS", "120")
    monkeypatch.setenv("WEERKLANK_RENDER_MB", "1024")
    assert process.limits() == Limits(120, 1024, 1200)
    monkeypatch.setenv("WEERKLANK_RENDER_MB", "1 GB")
    with pytest.raises(UsageError, match="WEERKLANK_RENDER_MB is “1 GB”"):
        process.limits()
