"""kill -9 at any moment: never a second mail, and never a mail that is silently missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks import home
from tasks.deliver.ledger import Ledger
from tests.deliver import world
from tests.deliver.servers import Mailbox

PLACES, SEED = 20, 47


def start(name: str, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", str(Path(__file__).with_name(name)), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(home.ROOT)})


@pytest.mark.slow
def test_killed_at_twenty_places_a_rerun_mails_nobody_twice_and_forgets_nobody(
    tmp_path: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    process = start("kill_harness.py", tmp_path, mailbox.server.port, PLACES, SEED)
    result: dict[str, Any] = json.loads(process.communicate(timeout=300)[0])
    assert result["status"] == 0
    assert [case["killed"] for case in result["cases"]] == [-9] * PLACES
    for case in result["cases"]:
        people = {f"{name}@{case['slug']}.example" for name in ("ann", "bob")}
        assert set(case["states"]) == people, case
        for who, state in case["states"].items():
            delivered = mailbox.count[who]
            assert (state, delivered) in {("sent", 1), ("unknown", 0), ("unknown", 1)}, case
            # Only who was being mailed at that very moment is in doubt.
            assert (state == "unknown") == (case["after_kill"].get(who) == "sending"), case
        assert case["ended"] == int("unknown" in case["states"].values()), case
    outcomes = {state for case in result["cases"] for state in case["states"].values()}
    assert outcomes == {"sent", "unknown"}, "the places were not spread well enough to mean anything"


def test_killed_after_the_server_took_the_mail_and_before_it_said_so(
    tmp_path: Path, mailbox: Mailbox, ledger_url: str
) -> None:
    place, who = world.edition(tmp_path / "editions"), "ann@x.example"
    processes: list[subprocess.Popen[bytes]] = []
    mailbox.after_accepting = lambda: processes[0].kill()
    processes.append(start("harness.py", place, mailbox.server.port, who))
    assert processes[0].wait(60) == -9
    processes[0].stdout.close()  # type: ignore[union-attr]
    mailbox.after_accepting = lambda: None
    for _ in range(2):
        again = start("harness.py", place, mailbox.server.port, who)
        again.communicate(timeout=60)
        assert again.returncode == 1
    (entry,) = Ledger(ledger_url, world.clock).entries("overbrugge", world.WEEK)
    assert (entry.state, entry.attempts, mailbox.count[who]) == ("unknown", 1, 1)
