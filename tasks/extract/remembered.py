"""What asking again needs to know of items whose answers left their raw bytes (decision 43).

    var/landing/<slug>/<source>/remembered.json     mode 600

Native ids are personal data. They are kept for as long as the source is asked for these items again, and no longer:
retention and erasure write this file (tasks/privacy/memory.py), a collection only reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tasks import durable, home
from tasks.errors import SourceError

FILE = "remembered.json"
ANYTHING, DIGEST = re.compile(".+", re.DOTALL), re.compile("[0-9a-f]{16}")


@dataclass(slots=True)
class Remembered:
    """When items were written: ``items`` by native id, ``said`` by the digest of each version that was landed."""

    items: dict[str, datetime] = field(default_factory=dict)
    said: dict[str, datetime] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items) + len(self.said)


def read(slug: str, source: str) -> Remembered:
    """What is remembered of a source; nothing where there is no file. Raises SourceError when it is damaged."""
    path = _path(slug, source)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        items, said = _moments(told["items"]), _moments(told["said"], DIGEST)
    except FileNotFoundError:
        return Remembered()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError(
            f"{path} is damaged. Put it back from a back-up; or remove it, and know that posts whose raw pages are gone"
            " are then not asked for again: that one of them is deleted later will not be seen."
        ) from None
    return Remembered(items, said)


def write(slug: str, source: str, remembered: Remembered) -> None:
    """Keep it; a file with nothing in it goes."""
    path = _path(slug, source)
    if not remembered:
        path.unlink(missing_ok=True)
        return
    told = {
        name: {key: at.isoformat() for key, at in sorted(moments.items())}
        for name, moments in (("items", remembered.items), ("said", remembered.said))
    }
    durable.write_bytes(path, json.dumps(told, indent=1).encode(), mode=0o600)


def sources(slug: str) -> list[str]:
    """The sources of which anything is remembered."""
    return sorted(path.parent.name for path in home.landing(slug, "").glob(f"*/{FILE}"))


def digests(columns: Mapping[str, list[Any]]) -> Iterable[str]:
    """What each item says, as a number that is the same in every process."""
    versions = zip(*(columns[key] for key in sorted(columns)), strict=True)
    return [blake2b(repr(version).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() for version in versions]


def _moments(told: Mapping[str, str], named: re.Pattern[str] = ANYTHING) -> dict[str, datetime]:
    moments = {str(key): datetime.fromisoformat(at) for key, at in told.items()}
    if not all(named.fullmatch(key) and at.tzinfo for key, at in moments.items()):
        raise ValueError
    return moments


def _path(slug: str, source: str) -> Path:
    return home.landing(slug, source) / FILE
