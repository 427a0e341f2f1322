"""The ledger's database: is it whole, and without the room of rows that are no more."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tasks.deliver.schema import address, connect
from tasks.maintenance.found import Damage, Round

#: Somebody else is busy with it, or it does not answer: that says nothing about what is in it.
OUT_OF_REACH = (sqlite3.OperationalError, psycopg2.OperationalError)


def tidy(found: Round, url: str, *, really: bool) -> None:
    """Check it and vacuum it, beside whoever writes. One that is not whole is told, and left alone."""
    place = address(url)
    sqlite = place.get_backend_name() == "sqlite"
    if sqlite and not Path(str(place.database)).exists():
        found.ledger = "there is none yet"
        return
    name = str(place.database) if sqlite else place.render_as_string()  # without its password
    try:
        engine = connect(url)
        said = _tidied(engine, really) if sqlite else _vacuumed(engine, really)
    except (DBAPIError, sqlite3.Error, psycopg2.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        why = str(cause).partition("\n")[0]
        if isinstance(cause, OUT_OF_REACH):
            found.ledger = "not looked at"
            found.damaged.append(
                Damage(name, f"is it up, and nobody busy with it? Then again ({why})", "not looked at")
            )
            return
        said = why
    found.ledger = "damaged" if said else "whole and vacuumed" if really else "whole"
    if said:
        found.damaged.append(Damage(name, f"put the newest back-up back ({said})"))


def _tidied(engine: Engine, really: bool) -> str:
    """What SQLite finds wrong with it, empty when nothing is. Raises SQLite's errors."""
    raw = engine.raw_connection()  # no transaction around it: neither database vacuums inside one
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA integrity_check(1)")
        said = str((cursor.fetchone() or ("",))[0])
        if said == "ok" and really:
            cursor.execute("VACUUM")
        return "" if said == "ok" else said.partition("\n")[0]
    finally:
        raw.close()


def _vacuumed(engine: Engine, really: bool) -> str:
    """PostgreSQL looks after its pages by itself. Raises its errors."""
    raw: Any = engine.raw_connection()
    try:
        raw.dbapi_connection.autocommit = True
        raw.cursor().execute("VACUUM (ANALYZE) delivery" if really else "SELECT 1")
        return ""
    finally:
        raw.close()
