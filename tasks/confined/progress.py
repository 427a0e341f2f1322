"""What a confined process is busy with, so that whoever waits for it knows what to blame, and how long to wait."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int], None]


def _nobody(what: str, seconds: int) -> None:
    """Outside a confined process nobody listens."""


_tell: Tell = _nobody


def to(tell: Tell) -> None:
    """Say it here from now on."""
    global _tell
    _tell = tell


def doing(what: str, seconds: int) -> None:
    """From now on ``what``, which may take so many seconds before the process is ended."""
    _tell(what, seconds)
