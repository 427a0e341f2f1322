"""An edition that says something wrong is withdrawn, never removed: a note beside it says so, and why.

var/reports/<slug>/<week>/r1.withdrawn.json
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks import durable
from tasks.errors import UsageError
from tasks.tables import one_paragraph

REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """``reason`` is for the readers; ``by`` is empty when nobody said who."""

    reason: str
    by: str
    at: datetime


def checked(reason: str) -> str:
    """A reason that can be printed and mailed; raises UsageError."""
    try:
        text = one_paragraph(reason)
    except ValueError as error:
        raise UsageError(f"The reason {error}.") from None
    if len(text) > REASON_LENGTH:
        raise UsageError(f"The reason has {len(text)} characters; its readers get at most {REASON_LENGTH}.")
    return text


def of(edition: Path) -> Withdrawal | None:
    """The withdrawal of an edition's folder, or None. A note that cannot be read withdraws it all the same."""
    try:
        told = json.loads(_note(edition).read_text(encoding="utf-8"))
        return Withdrawal(str(told["reason"]), str(told["by"]), datetime.fromisoformat(told["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Withdrawal(f"{_note(edition).name} cannot be read", "", datetime.fromtimestamp(0, UTC))


def record(edition: Path, withdrawal: Withdrawal) -> Withdrawal:
    """Write the note, unless there is one: the first one stays and is returned."""
    told = {"reason": withdrawal.reason, "by": withdrawal.by, "at": withdrawal.at.astimezone(UTC).isoformat()}
    durable.create_once(_note(edition), (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
    return of(edition) or withdrawal


def _note(edition: Path) -> Path:
    return edition.with_name(f"{edition.name}.withdrawn.json")
