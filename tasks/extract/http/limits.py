"""When a source may be asked again: Retry-After and the three dialects of *-Reset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

NUMBER = re.compile(r"\d{1,15}(\.\d+)?")
#: The names under which sources say how many requests are left, and when there are new ones.
REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
#: A number above this is a moment (seconds since 1970), below it a stretch; above the second one, in milliseconds.
EPOCH_SECONDS, EPOCH_MILLISECONDS = 1e9, 1e11
#: Nobody is made to wait longer by a header, however wrong its clock is.
LONGEST = timedelta(days=1)


def moment(value: str, now: datetime) -> datetime | None:
    """A header's value as a moment: ISO time, HTTP date, seconds since 1970, seconds from now; None if unreadable."""
    value = value.strip()
    try:
        if NUMBER.fullmatch(value):
            number = float(value)
            if number > EPOCH_MILLISECONDS:
                number /= 1000
            then = datetime.fromtimestamp(number, UTC) if number > EPOCH_SECONDS else now + timedelta(seconds=number)
        elif value[:4].isdigit():
            then = datetime.fromisoformat(value)
        else:
            then = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, OSError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return min(then, now + LONGEST)


def remaining(headers: Mapping[str, str]) -> float | None:
    """How many requests are left, where the source says so."""
    for name in REMAINING:
        if NUMBER.fullmatch(headers.get(name, "").strip()):
            return float(headers[name])
    return None


def refused_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When to come back after "too many requests": Retry-After, or else the reset."""
    told = [headers[name] for name in ("retry-after", *RESET) if name in headers]
    return next((then for value in told if (then := moment(value, now))), None)


def next_allowed(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the next request may go, after an answer that was the last one allowed; None: at once."""
    left = remaining(headers)
    if left is None or left >= 1:
        return None
    told = [headers[name] for name in RESET if name in headers]
    return next((then for value in told if (then := moment(value, now))), None)
