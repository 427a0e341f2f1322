"""Our own Airflow, in one place: its folder, its settings, its secrets. For ``demo``, ``airflow`` and the tests.

Everything is an environment variable, so nothing depends on what stands in an ``airflow.cfg``, and nothing of another
Airflow on the same machine is touched.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from importlib.metadata import version
from pathlib import Path

from tasks import durable, home

USER = "admin"
BUNDLE = "weerklank"
#: LocalExecutor forks this many workers at once; each takes about 140 MB.
PARALLELISM = 4
#: A PYTHONPATH would defeat the pinning of code; without compiled files each task compiles Airflow anew, for 5 s.
NOT_OURS = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
#: How long a writer waits for another before Airflow says 503; SQLite's own default is 5 s.
LOCK_SECONDS = 60


def folder() -> Path:
    """AIRFLOW_HOME."""
    return home.state() / "airflow"


def environment(
    *, database: str = "airflow", port: int = 8080, smtp_port: int | None = None, url: str = "", users: bool = False
) -> dict[str, str]:
    """The environment of every Airflow process of ours.

    ``port`` is the UI's. With ``smtp_port`` all mail goes to the server on that port of this machine. The demo has a
    ``database`` of its own: a scheduler that runs at the same time would take up its run as well. With ``url`` that is
    a PostgreSQL and no file; with ``users`` people log in as FAB knows them, with their roles.
    """
    keys = _keys()
    address = f"http://127.0.0.1:{port}"
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(home.ROOT), "refresh_interval": 10},
    }
    settings = {
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "CORE__DAGS_FOLDER": str(home.ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(home.ROOT / "plugins"),
        "CORE__DAGBAG_IMPORT_ERROR_TRACEBACKS": "False",  # our messages say what to do; the log has the rest
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(PARALLELISM),
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__FERNET_KEY": keys["fernet"],
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder() / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": url or f"sqlite:///{database_file(database)}?timeout={LOCK_SECONDS}",
        "DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
        "DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(folder() / "bundles"),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",  # reading our files takes seconds of processor, each time
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": address,
        "API__WORKERS": "1",
        "API__SECRET_KEY": keys["api"],
        "API_AUTH__JWT_SECRET": keys["jwt"],
        "API_AUTH__JWT_ISSUER": "weerklank",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    if users:
        settings["CORE__AUTH_MANAGER"] = FAB
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW") and key not in NOT_OURS}
    result = {
        **kept,
        **{f"AIRFLOW__{key}": value for key, value in settings.items()},
        "AIRFLOW_HOME": str(folder()),
        "WEERKLANK_HOME": str(home.state()),
    }
    if smtp_port is not None:
        result["WEERKLANK_SMTP"] = f"smtp://127.0.0.1:{smtp_port}"
        result["AIRFLOW_CONN_SMTP_WEERKLANK"] = f"smtp://127.0.0.1:{smtp_port}/?disable_ssl=true&disable_tls=true"
    return result


def database_file(database: str) -> Path:
    """Airflow's own database: runs, task states, logins."""
    return folder() / f"{database}.db"


def password() -> str:
    """The administrator's, made at random for this state folder."""
    return _keys()["password"]


def needs_migration(database: str) -> bool:
    """Whether ``airflow db migrate`` has anything to do: none was made yet, or another Airflow made it."""
    done = _migrated(database)
    return not (
        done.exists() and done.read_text() == version("apache-airflow-core") and database_file(database).exists()
    )


def migrated(database: str) -> None:
    """Write down that ``airflow db migrate`` is done."""
    durable.write_bytes(_migrated(database), version("apache-airflow-core").encode())


def _migrated(database: str) -> Path:
    return folder() / f"{database}.version"


def _keys() -> dict[str, str]:
    """Secrets of this state folder, made once, readable to their owner only."""
    path = folder() / "keys.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(32) for name in ("api", "jwt")}
        made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        made["password"] = secrets.token_urlsafe(12)
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write_bytes(path, json.dumps(made).encode(), mode=0o600)
        durable.write_bytes(folder() / "passwords.json", json.dumps({USER: made["password"]}).encode(), mode=0o600)
    keys: dict[str, str] = json.loads(path.read_text())
    return keys
