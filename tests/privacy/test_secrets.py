"""No secret lies in the configuration, and one that somebody writes there is refused without being repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import home, settings
from tasks.errors import ConfigError
from tasks.privacy import secrets
from tests import world

FILES = sorted((home.ROOT / "config").rglob("*.*")) + sorted((home.ROOT / "docs" / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(home.ROOT)))
def test_nothing_in_the_repository_looks_like_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not secrets.lines(text), "this line looks like a password or token: put it in an Airflow connection"


@pytest.mark.parametrize(
    "line",
    [
        'connection = "smtp://report:hunter2forever@mail.school.example:587"',
        'smtp_password = "hunter2forever"',
        'client_secret = "hunter2forever"',
        'wachtwoord = "hunter2forever"',
        'api_key = "hunter2forever',  # not even TOML
        '# ledger: "postgresql+psycopg2://weerklank:hunter2forever@db/ledger"',
        'archive_url = "https://:hunter2forever@airflow.school.example/"',
    ],
)
def test_a_password_in_an_institutions_file_is_refused_and_not_repeated(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = world.settle(monkeypatch, tmp_path, world.INSTITUTION.replace("[deliver]\n", f"[deliver]\n{line}\n"))
    with pytest.raises(ConfigError) as told:
        settings.load(slug)
    assert "Airflow make a connection" in str(told.value)
    assert f", line {world.INSTITUTION.splitlines().index('[deliver]') + 2}:" in str(told.value)
    assert "hunter2forever" not in str(told.value)
