"""Credentials out of a real Airflow connection, and out of the environment."""

from __future__ import annotations

import json

import pytest
from source_connection import credentials  # plugins/source_connection.py

from tasks.errors import ConfigError
from tasks.extract.http.credentials import from_environment


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ({"conn_type": "http", "password": "a-token"}, {"token": "a-token"}),
        ({"conn_type": "http", "login": "us", "password": "word"}, {"user": "us", "password": "word"}),
        (
            {"conn_type": "http", "extra": {"client_id": "i", "client_secret": "s"}},
            {"client_id": "i", "client_secret": "s"},
        ),
        ({"conn_type": "http", "password": "old", "extra": {"token": "newer"}}, {"token": "newer"}),
    ],
)
def test_an_airflow_connection(
    connection: dict[str, object], expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LISTENING", json.dumps(connection))
    found = credentials("listening")
    assert {name: found.get(name) for name in ("token", "user", "password", "client_id", "client_secret")} == {
        name: expected.get(name) for name in ("token", "user", "password", "client_id", "client_secret")
    }
    with pytest.raises(ConfigError, match="The Airflow connection listening has no nothing"):
        found.need("nothing")


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEERKLANK_SCHOOL_MASTO_TOKEN", "from-here")
    found = from_environment("school", "masto")
    assert found.need("token") == "from-here"
    assert repr(found) == "Credentials(token)"
    with pytest.raises(ConfigError, match=r"WEERKLANK_SCHOOL_MASTO_TOKEN.* has no client_id"):
        found.need("client_id")
    assert credentials(None) is None
