"""What names an edition on its pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """What names this edition in its footer: revision, and the first twelve digits of its fingerprint."""

    revision: int
    fingerprint: str
