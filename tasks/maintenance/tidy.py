"""The ledger's database: is it whole, and without the room of rows that are no more."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from tasks.deliver.schema import connect
from tasks.maintenance.found import Damage, Round


def tidy(found: Round, url: str, *, really: bool) -> None:
    """Check it and vacuum it, beside whoever writes; a SQLite file that is not whole is told, and left alone."""
    engine = connect(url)
    sqlite = engine.dialect.name == "sqlite"
    raw = engine.raw_connection()  # no transaction around it: neither database vacuums inside one
    try:
        if not sqlite:
            raw.dbapi_connection.autocommit = True  # type: ignore[union-attr]
        cursor = raw.cursor()
        if sqlite:
            cursor.execute("PRAGMA integrity_check(1)")
            if (said := str((cursor.fetchone() or ("",))[0])) != "ok":
                raise DatabaseError(said, None, Exception(said))
        if really:
            cursor.execute("VACUUM" if sqlite else "VACUUM (ANALYZE) delivery")
    except (DatabaseError, sqlite3.DatabaseError) as error:
        found.ledger = "damaged"
        found.damaged.append(Damage(url_of(engine), f"put the newest back-up back ({type(error).__name__})"))
        return
    finally:
        raw.close()
    found.ledger = "whole and vacuumed" if really else "whole"


def url_of(engine: Engine) -> str:
    """The address without its password."""
    return str(engine.url.database) if engine.dialect.name == "sqlite" else engine.url.render_as_string()
