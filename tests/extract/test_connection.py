"""Credentials out of a real Airflow connection, and out of the environment."""

from __future__ import annotations

import json

import pytest
from source_connection import credentials  # plugins/source_connection.py

from tasks.errors import ConfigError, UsageError
from tasks.extract import connect
from tasks.extract.http.credentials import from_environment
from tasks.extract.http.faults import Forbidden


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


def test_13_an_admin_allows_addresses_of_their_own_network_by_number_and_port() -> None:
    assert connect.allowed(" 10.1.2.3:443, [fd00::7]:8443 ,") == ["10.1.2.3:443", "fd00::7:8443"]
    assert connect.allowed("") == []
    with pytest.raises(Forbidden):
        connect.guard().addresses("10.1.2.3", 443)


@pytest.mark.parametrize(
    "told", ["helpdesk.school.example:443", "10.1.2.3", "10.1.2.3:0", "10.1.2.3:https", "10.0.0.0/8:443"]
)
def test_13_what_is_no_address_with_a_port_is_refused_with_what_to_write(told: str) -> None:
    with pytest.raises(UsageError, match="is no address with a port"):
        connect.allowed(told)


def test_13_only_what_is_allowed_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(connect.ALLOWED, "10.1.2.3:443")
    assert connect.guard().addresses("10.1.2.3", 443) == ["10.1.2.3"]
    for host, port in (("10.1.2.3", 80), ("10.1.2.4", 443)):
        with pytest.raises(Forbidden):
            connect.guard().addresses(host, port)
