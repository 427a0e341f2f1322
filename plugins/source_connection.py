"""Airflow's connections as credentials of a source. Not a plugin: it lies here because every DAG can import it."""

from __future__ import annotations

from typing import Any


def credentials(connection: str | None) -> Any:
    """An Airflow connection as ``Credentials``; None, so that the environment decides, where there is no such one.

    Password: the token, or the password where there is a user too. Login: the user. Extra (JSON): ``token``,
    ``client_id``, ``client_secret``.
    """
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from tasks.extract.http.credentials import FIELDS, Credentials

    if connection is None:
        return None
    try:
        found = Connection.get(connection)
    except AirflowNotFoundException:
        return None
    extra = found.extra_dejson
    given = {name: str(extra[name]) for name in FIELDS if extra.get(name)}
    if found.login:
        given = {"user": found.login, "password": found.password or ""} | given
    elif found.password:
        given = {"token": found.password} | given
    return Credentials(given, named=f"The Airflow connection {connection}")
