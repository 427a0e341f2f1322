"""The first week that still has rows: those before it are gone by policy, and what was measured of them stays.

var/privacy/<slug>/retained.json     {"rows_from": "2024-W10"}
"""

from __future__ import annotations

import json

from tasks import durable, home
from tasks.errors import SourceError, UsageError
from tasks.period import Week
from tasks.privacy.terms import LEAST_ROW_DAYS
from tasks.settings import Institution

FILE = "retained.json"
#: So many weeks before its own a report reads.
REACH_WEEKS = LEAST_ROW_DAYS // 7 - 2


def floor(institution: Institution) -> Week | None:
    """The first week that still has rows; None when none went."""
    path = home.privacy(institution.slug) / FILE
    try:
        return Week.parse(json.loads(path.read_text(encoding="utf-8"))["rows_from"], institution.zone)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        raise SourceError(f"{path} is damaged. Put it back from a back-up.") from None


def keep_from(institution: Institution, week: Week) -> None:
    """Write down that rows from this week on are kept, and none before it."""
    data = json.dumps({"rows_from": str(week)}).encode()
    durable.write_bytes(home.privacy(institution.slug) / FILE, data, mode=0o600)


def check(institution: Institution, week: Week) -> None:
    """Raise UsageError when a week, or what its figures rest on, is gone: a run would find less than there was."""
    first = floor(institution)
    if first is None or week.shift(-REACH_WEEKS).monday >= first.monday:
        return
    raise UsageError(
        f"{institution.slug} {week}: rows from before {first} are gone by [privacy] row_days, and a report on {week} "
        f"reads {REACH_WEEKS} weeks back. What was measured of that week and its editions stay as they are; nothing "
        "was changed."
    )
