"""The command line, as a person meets it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tasks import cli, home


def weerklank(*arguments: str, cwd: Path = home.ROOT) -> subprocess.CompletedProcess[str]:
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from tasks.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", start, str(home.ROOT), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_the_first_two_steps() -> None:
    done = weerklank("--help")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()] == list(
        cli.COMMANDS
    )
    assert "./weerklank demo" in done.stdout


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    module = cli.load(name)
    assert name == module.NAME
    done = weerklank(name, "--help")
    assert done.returncode == 0
    assert module.HELP.splitlines()[0] in done.stdout
    assert weerklank("help", name).stdout == done.stdout


def test_help_imports_nothing_heavy() -> None:
    start = f"import sys; sys.path.insert(0, {str(home.ROOT)!r}); from tasks.cli import overview; overview(); "
    done = subprocess.run(
        [sys.executable, "-c", start + "print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "duckdb", "pandas", "weasyprint", "airflow", "sqlalchemy"} & set(done.stdout.split())


@pytest.mark.parametrize(("typed", "meant"), [("dmeo", "demo"), ("rapport", "report"), ("airfow", "airflow")])
def test_a_mistyped_command_gets_its_nearest_match(typed: str, meant: str) -> None:
    done = weerklank(typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"weerklank: there is no command “{typed}”. Did you mean “{meant}”?\n"


def test_preview_goes_by_two_names() -> None:
    assert weerklank("report", "preview", "--help").stdout == weerklank("metric", "preview", "--help").stdout


def test_a_wrong_option_is_refused_with_the_usage() -> None:
    done = weerklank("demo", "--fast")
    assert done.returncode == 2
    assert "usage: weerklank demo" in done.stderr


def test_a_persons_mistake_gets_one_message_and_no_traceback(tmp_path: Path) -> None:
    done = weerklank("report", "nobody", "2026-W47", cwd=tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(r"weerklank: There is no institution “nobody”: .+\n", done.stderr)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    start = (
        f"import sys; sys.path.insert(0, {str(home.ROOT)!r}); from tasks.cli import main; sys.exit(main(['--help']))"
    )
    pipe = f'"{sys.executable}" -c "{start}" | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}
