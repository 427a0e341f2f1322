"""A sign of life for somebody outside: an alarm cannot live inside what died.

``WEERKLANK_HEARTBEAT`` is a file, which gets the moment, or a URL, which is asked for. See docs/alerts.md for the cron
line that looks at it.
"""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tasks import durable
from tasks.deliver.oauth import LOOPBACK
from tasks.errors import UsageError

TIMEOUT_SECONDS = 10
log = logging.getLogger(__name__)


def give(where: str | None, moment: datetime) -> str:
    """``none`` (nobody asked for it), ``given`` or ``failed``, which the log explains: it is the outside that is away.

    Raises UsageError for an address that must not be used.
    """
    if not where:
        return "none"
    if "://" not in where:
        durable.write_bytes(Path(where), f"{moment.astimezone(UTC).isoformat(timespec='seconds')}\n".encode())
        return "given"
    parts = urlsplit(where)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise UsageError("WEERKLANK_HEARTBEAT is neither a file nor an https:// address.")
    try:
        request = urllib.request.Request(where, headers={"User-Agent": "weerklank"})  # noqa: S310 (checked above)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
            return "given"
    except (OSError, urllib.error.URLError) as error:  # the address itself may be a secret
        log.warning("The heartbeat did not reach %s: %s", parts.hostname, type(error).__name__)
        return "failed"
