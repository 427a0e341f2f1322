"""The linters, with their settings in pyproject.toml: a finding is a failing test."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tasks import home

COMMANDS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy", "tasks"],
    "sqlfluff": ["sqlfluff", "lint", "--disable-progress-bar", "sql"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_linter_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=home.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_tasks_never_import_airflow() -> None:
    for path in (home.ROOT / "tasks").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [line for line in lines if line.strip().startswith(("import airflow", "from airflow"))]
        assert not found, f"{path}: {found}"
