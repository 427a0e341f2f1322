"""Every edition of an institution, newest first, with its finding, its figures, what changed, and how far it came."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks import home, withdrawal
from tasks.deliver.ledger import Ledger
from tasks.period import PATTERN
from tasks.render.edition import revisions
from tasks.render.summary import summary
from tasks.settings import Institution
from tasks.withdrawal import Withdrawal

INTERIM = re.compile(r"interim-\d{8}T\d{4}Z", re.ASCII)
#: What may be looked at of an edition.
FILE = re.compile(r"(report|department-[a-z][a-z0-9_]{0,39})\.(nl|en)\.(pdf|html)", re.ASCII)
#: So many editions are kept in memory, as what is shown of them.
KEPT = 512


@dataclass(frozen=True, slots=True)
class Told:
    """What an edition says at its top; plain text. ``figures`` are label, value, and the change or the target."""

    headline: str
    period: str
    interim: str
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One edition in the archive; ``name`` is its path below the institution's, ``states`` counts its mails.

    ``told`` is None and ``broken`` says why when the folder is not an edition any more.
    """

    name: str
    week: str
    revision: int
    interim: bool
    as_of: datetime | None
    fingerprint: str
    changed: tuple[str, ...]
    files: tuple[str, ...]
    told: Told | None
    withdrawn: Withdrawal | None
    states: tuple[tuple[str, int], ...]
    broken: str = ""


def names(slug: str) -> list[str]:
    """``2026-W47/r2``, ``2026-W47/r1``, ``2026-W47/interim-20261119T1400Z/r1``, …: newest week first."""
    root = home.reports(slug)
    weeks = sorted((path.name for path in root.glob("*") if PATTERN.fullmatch(path.name)), reverse=True)
    return [name for week in weeks for name in _of_week(root, week)]


def shown(institution: Institution, name: str, language: str, ledger: Ledger) -> Shown:
    """One of `names`, whatever state it is in."""
    folder, parts = home.reports(institution.slug) / name, name.split("/")
    interim, revision = len(parts) == 3, int(parts[-1][1:])
    period = "/".join(parts[:-1])
    counted = Counter(one.state for one in ledger.entries(institution.slug, period) if one.key.revision == revision)
    states, gone = tuple(sorted(counted.items())), withdrawal.of(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        changes = manifest["changed"]
        numbers = [f"{one['metric']} {one['column']}: {one['from']} → {one['to']}" for one in changes["numbers"]]
        return Shown(
            name, parts[0], revision, interim, datetime.fromisoformat(manifest["as_of"]),
            str(manifest["fingerprint"])[:12], (*map(str, changes["parts"]), *numbers),
            tuple(sorted(one for one in manifest["files"] if FILE.fullmatch(one))),
            _told(institution, folder, str(manifest["files"]["metrics.json"]), language), gone, states,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"{type(error).__name__}: {error}"[:200]
        return Shown(name, parts[0], revision, interim, None, "", (), (), None, gone, states, why)


def file(slug: str, name: str, file_name: str) -> Path | None:
    """A file of an edition that may be looked at, or None: nothing else, and nothing outside the editions' folder."""
    if name not in names(slug) or not FILE.fullmatch(file_name):
        return None
    root, path = home.reports(slug).resolve(), home.reports(slug) / name / file_name
    return path if path.is_file() and path.resolve() == root / name / file_name else None


def _of_week(root: Path, week: str) -> Iterator[str]:
    for revision in reversed(revisions(root / week)):
        yield f"{week}/r{revision}"
    for moment in sorted((path.name for path in (root / week).glob("interim-*")), reverse=True):
        if INTERIM.fullmatch(moment):
            yield from (f"{week}/{moment}/r{revision}" for revision in reversed(revisions(root / week / moment)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is kept by: the institution's file, metrics.json and the language. The others only tell where to look."""

    configured: str
    digest: str
    language: str
    institution: Institution = field(compare=False)
    folder: Path = field(compare=False)


def _told(institution: Institution, folder: Path, digest: str, language: str) -> Told:
    configured = hashlib.sha256(institution.model_dump_json().encode()).hexdigest()
    return _kept(_Asked(configured, digest, language, institution, folder))


@lru_cache(KEPT)
def _kept(asked: _Asked) -> Told:
    """Kept: an edition never changes, and reading one takes tens of milliseconds."""
    document: dict[str, Any] = json.loads((asked.folder / "metrics.json").read_bytes())
    said = summary(document, asked.institution, asked.language)
    figures = tuple((one.label, one.value, f"{one.arrow} {one.change}".strip()) for one in said.tiles)
    return Told(said.headline, said.period, said.interim, figures)
