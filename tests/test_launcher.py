"""./weerklank itself: what it says and does when it cannot go on, in a checkout of its own with made-up packages.

The real set-up, with the real packages, is what ran before these tests; ``.ci/run`` starts from nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks import home

#: Stands in for the command line: says that it was reached, and by which Python.
REACHED = """import sys
COMMANDS = {"demo": 0, "test": 0}
def main(arguments):
    print("reached", sys.prefix, *arguments)
    return 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the real launcher, no packages to install, and a command line that only says it was reached."""
    root = tmp_path / "check out"
    (root / "tasks").mkdir(parents=True)
    shutil.copy(home.ROOT / "weerklank", root)
    (root / "tasks" / "cli.py").write_text(REACHED)
    for name in ("requirements.txt", "requirements-test.txt"):
        (root / name).write_text("")
    return root


def start(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PIP_NO_INDEX": "1", "UV_OFFLINE": "1", **environment}
    command = [sys._base_executable, str(root / "weerklank"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=120)


def make_ready(root: Path) -> None:
    """A finished set-up, without running it."""
    subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    script = (
        "import runpy, sys; launcher = runpy.run_path(sys.argv[1]);"
        "open(launcher['stamp'](''), 'w').write(launcher['wanted'](''))"
    )
    subprocess.run([sys.executable, "-c", script, root / "weerklank"], check=True)


def test_when_ready_it_hands_over_at_once(checkout: Path) -> None:
    make_ready(checkout)
    began = time.monotonic()
    done = start(checkout, "demo", "--x", "a b")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"reached {checkout / '.venv'} demo --x a b\n"
    assert time.monotonic() - began < 5  # two starts of Python; a set-up takes longer


def test_help_and_typing_errors_need_no_set_up(checkout: Path) -> None:
    for arguments in ([], ["--help"], ["dmeo"], ["demo", "--help"]):
        assert start(checkout, *arguments).stdout.startswith("reached ")
    assert not (checkout / ".venv").exists()


def test_a_changed_lock_or_a_lost_python_means_set_up_again(checkout: Path) -> None:
    make_ready(checkout)
    (checkout / "requirements.txt").write_text("no-such-package==1 --hash=sha256:" + "0" * 64 + "\n")
    done = start(checkout, "demo")
    assert done.returncode == 2
    assert "Python packages failed" in done.stderr
    assert "reached" not in done.stdout
    assert start(checkout, "demo").returncode == 2  # half a set-up never counts as one


def test_a_failure_names_no_package_server(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("no-such-package==1 --hash=sha256:" + "0" * 64 + "\n")
    done = start(checkout, "demo", PIP_NO_INDEX="0", PIP_INDEX_URL="http://packages.example.org:9/x", PIP_RETRIES="0")
    assert done.returncode == 2
    assert "example.org" not in done.stderr


def test_it_waits_for_another_set_up(checkout: Path) -> None:
    make_ready(checkout)
    stamp = checkout / ".venv" / "ready"
    said = stamp.read_text()
    stamp.unlink()
    with (checkout / "weerklank").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        command = [sys._base_executable, str(checkout / "weerklank"), "demo"]
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr
        assert "waiting" in waiting.stderr.readline()
        stamp.write_text(said)  # the other one is done
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, err) == (0, "")
    assert out.startswith("reached")


@pytest.mark.parametrize("later_seconds", [0, 0.3, 1.5])
def test_ended_during_set_up_it_leaves_nothing_running(checkout: Path, later_seconds: float) -> None:
    command = [sys._base_executable, str(checkout / "weerklank"), "demo"]
    setting_up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert setting_up.stderr
    while "environment" not in setting_up.stderr.readline():
        pass
    time.sleep(later_seconds)
    setting_up.send_signal(signal.SIGTERM)
    setting_up.communicate(timeout=60)
    assert setting_up.returncode == 143
    assert not (checkout / ".venv" / "ready").exists()
    with (checkout / "weerklank").open() as free:
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a child that lived on would hold it


def test_without_root_it_prints_the_one_line_to_run(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import os, runpy, sys; launcher = runpy.run_path(sys.argv[1]); here = launcher['system_packages'].__globals__;"
        "here['LIBRARIES'] = {'libnot-there.so.9': 'libnot-there9'}; os.geteuid = lambda: 1000;"
        "launcher['system_packages']('', 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, checkout / "weerklank"], capture_output=True, text=True, check=False
    )
    if not shutil.which("apt-get"):
        assert "libnot-there9" in done.stderr
    else:
        line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnot-there9"
        assert f"\n  {line}" in done.stderr


def test_an_old_python_can_read_it(checkout: Path) -> None:
    import ast

    ast.parse((home.ROOT / "weerklank").read_text(), feature_version=(3, 6))
