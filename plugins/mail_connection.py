"""Airflow's connections as what our own code takes. Not a plugin: it lies here because every DAG can import it."""

from __future__ import annotations

from typing import Any


def mail_server(connection: str | None) -> Any:
    """An Airflow connection as our own ``Server``; None, so that WEERKLANK_SMTP decides, where there is no such one."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from tasks.deliver.smtp import Server

    if connection is None:
        return None
    try:
        found = Connection.get(connection)
    except AirflowNotFoundException:
        return None
    return Server.from_connection(found.host, found.port, found.extra_dejson, found.login or "", found.password or "")
