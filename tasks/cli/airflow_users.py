"""The roles and the administrator of an Airflow whose people log in with FAB, as in production."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from tasks import home
from tasks.cli import airflow_home
from tasks.errors import WeerklankError

ROLES = home.ROOT / "config" / "roles.json"
ADMINISTRATOR = {
    "--username": airflow_home.USER,
    "--firstname": "Local",
    "--lastname": "Administrator",
    "--email": "admin@localhost.example",
    "--role": "Admin",
}


def prepare(environment: Mapping[str, str]) -> None:
    """Make what is not there yet; what an administrator has changed since stays so. Raises WeerklankError."""
    _airflow(environment, "roles", "import", str(ROLES))
    named = [word for pair in ADMINISTRATOR.items() for word in pair]
    _airflow(environment, "users", "create", *named, typed=f"{airflow_home.password()}\n" * 2)


def _airflow(environment: Mapping[str, str], *arguments: str, typed: str = "") -> None:
    """Run Airflow's own command, which asks for a password (not an argument: others can read those) where it has no
    terminal on its standard input; raises WeerklankError with where it says why it failed.
    """
    log = airflow_home.folder() / "users.log"
    command = [sys.executable, "-m", "airflow", *arguments]
    with log.open("a") as output:
        done = subprocess.run(
            command, env=environment, input=typed, text=True, stdout=output, stderr=output, start_new_session=True
        )
    if done.returncode:
        raise WeerklankError(f"Airflow's roles and users cannot be made; {log} says why.")
