"""What a look at one thing found, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from tasks.errors import WeerklankError


@dataclass(frozen=True, slots=True)
class Finding:
    """``remedy`` is what to do, empty where all is well."""

    subject: str
    state: Literal["ok", "warn", "fail"]
    found: str
    remedy: str = ""


def look(subject: str, question: Callable[[], Finding]) -> Finding:
    """Ask; whatever goes wrong on purpose is a finding too, so that the other looks are still taken."""
    try:
        return question()
    except WeerklankError as error:
        return Finding(subject, "fail", str(error), "Do what the message says, and look again.")
    except SQLAlchemyError as error:
        return Finding(subject, "fail", f"the database does not answer ({_first_line(error)})", "Is it up, and right?")
    except OSError as error:
        return Finding(subject, "fail", f"cannot be read ({error})", "Give the account that runs Weerklank its rights.")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
