"""Everything that can go wrong on purpose.

WeerklankError
├── ConfigError      an institution file says something impossible (exit 2)
├── UsageError       a command was given something it cannot work with (exit 2)
├── SourceError      a source did not give what was asked for
├── MetricError      an analyst's SQL file is wrong
├── CheckFailed      the numbers contradict each other; a person must look
├── RenderError      the edition cannot be made as promised
└── DeliveryError    an edition did not reach everybody
    └── DeliveryInDoubt    nobody knows whether it did: a person must ask
"""

from __future__ import annotations

import unicodedata


class WeerklankError(Exception):
    """Base class; the message is written for the person who has to act on it."""

    exit_code = 1


class ConfigError(WeerklankError):
    """An institution file says something impossible."""

    exit_code = 2


class UsageError(WeerklankError):
    """A command was given something it cannot work with."""

    exit_code = 2


class SourceError(WeerklankError):
    """A source did not give what was asked for."""


class MetricError(WeerklankError):
    """An analyst's SQL file is wrong."""


class CheckFailed(WeerklankError):
    """The numbers contradict each other; a person must look."""


class RenderError(WeerklankError):
    """The edition cannot be made as promised."""


class DeliveryError(WeerklankError):
    """An edition did not reach everybody."""


class DeliveryInDoubt(DeliveryError):
    """Nobody knows whether it did: trying again changes nothing, a person must ask."""


class DeliveryRefused(DeliveryError):
    """A mail server will not have an address for good: trying again changes nothing, a person must give another."""


def printable(text: str) -> str:
    """A text that can do nothing to a terminal: no control characters, no turned-around writing."""
    return "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
