"""Editions: folders that never change again. The same inputs find the same edition, changed inputs make the next one.

    var/reports/<slug>/<week>/r<N>/
        report.nl.pdf, report.en.pdf    one for each language of the institution
        report.nl.html, report.en.html  the same for a screen, whole in one file
        metrics.json                    the document they were made from
        sql/…, templates/…              what made the numbers and the pages
        manifest.json                   hashes of all inputs and all files, and what changed since r<N-1>
    var/reports/<slug>/<week>/r<N>.quoted.json     whom it quotes, by pseudonym; in no edition (tasks/quoted.py)
    var/reports/<slug>/<week>/interim-20261119T1400Z/r<N>/
        the same, as of a moment (UTC) before the week could be reported as a whole: never the week's newest edition

No moment of a run stands in an edition, so a second build gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks import durable, home, quoted
from tasks.errors import RenderError, UsageError
from tasks.period import PATTERN, Week
from tasks.render import fingerprint as prints
from tasks.render.job import Job
from tasks.render.process import draw
from tasks.render.stamp import Stamp
from tasks.settings import Institution
from tasks.tables import SLUG

MANIFEST = "manifest.json"
#: An edition as people name it.
NAMED = re.compile(
    rf"(?P<slug>{SLUG.pattern})/(?P<rest>{PATTERN.pattern}(?:/interim-\d{{8}}T\d{{4}}Z)?/r[1-9]\d*)", re.ASCII
)
#: So many times another process may be first before we give up; each time means a whole edition was made meanwhile.
TRIES = 5


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition; ``changed`` says in words what differs from the revision before, ``fingerprint`` has 12 digits."""

    path: Path
    revision: int
    new: bool
    changed: list[str]
    fingerprint: str


@dataclass(frozen=True)
class Inputs:
    """Everything an edition is made of."""

    institution: Institution
    document: dict[str, Any]
    sources: Mapping[str, Mapping[str, bytes]]
    parts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", prints.inputs(self.institution, self.document, self.sources))

    @property
    def fingerprint(self) -> str:
        return prints.fingerprint(self.parts)

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.document["as_of"])

    @property
    def interim(self) -> bool:
        return Week.parse(str(self.document["week"]), self.institution.zone).is_interim(self.as_of)

    @property
    def folder(self) -> Path:
        return folder(self.institution, str(self.document["week"]), self.as_of)


def build(
    institution: Institution,
    document: dict[str, Any],
    *,
    sources: Mapping[str, Mapping[str, bytes]],
    items: quoted.Quoted | None = None,
) -> Edition:
    """Keep the newest revision when it has the same inputs and is whole, mend it when damaged, else make the next.

    ``sources`` are files to store in it, ``{"sql": {"metrics/backlog.sql": b"…"}}``; which ``items`` it quotes is kept
    beside it. Safe beside other runs.
    """
    made = Inputs(institution, document, sources)
    for _ in range(TRIES):
        revision = max(revisions(made.folder), default=0)
        try:
            built = (_kept(made, revision) if revision else None) or _new(made, revision + 1)
            beside = quoted.of_edition(built.path)
            if items and not beside.exists():
                quoted.write(beside, items)
            return built
        except FileExistsError:  # another run was first: look whether it made what we want
            continue
    raise RenderError(f"{made.folder}: other runs keep making new editions of this week. Try again when they are done.")


def folder(institution: Institution, week: str, as_of: datetime) -> Path:
    """Where the revisions of a week's report are, or those of an interim one."""
    return home.reports(institution.slug) / period(institution, week, as_of)


def period(institution: Institution, week: str, as_of: datetime) -> str:
    """``2026-W47``, or of an interim report ``2026-W47/interim-20261119T1400Z``."""
    return f"{week}/{interim_name(as_of)}" if Week.parse(week, institution.zone).is_interim(as_of) else week


def interim_name(as_of: datetime) -> str:
    """``interim-20261119T1400Z``."""
    return f"interim-{as_of.astimezone(UTC):%Y%m%dT%H%MZ}"


def newest(slug: str, week: str) -> Path:
    """The folder of a week's newest edition; raises UsageError when there is none. Interim ones do not count."""
    found = newest_in(home.reports(slug) / week) if PATTERN.fullmatch(week) else None
    if found is None:
        raise UsageError(f"{slug} {week} has no edition yet: make it with ./weerklank report {slug} {week}.")
    return found


def newest_as_of(institution: Institution, week: str, as_of: datetime) -> Path:
    """The same, or of an interim report when ``as_of`` makes it one; raises UsageError when there is none."""
    found = newest_in(folder(institution, week, as_of))
    if found is None:
        raise UsageError(
            f"{institution.slug} {week} has no edition as of {as_of.isoformat()} yet: clear the task render."
        )
    return found


def named(text: str) -> tuple[str, Path]:
    """Institution and folder of ``overbrugge/2026-W47/r1`` or ``…/2026-W47/interim-20261119T1400Z/r1``.

    Raises UsageError when that is no edition, or none that is there.
    """
    found = NAMED.fullmatch(text)
    folder = home.reports(found["slug"]) / found["rest"] if found else None
    if found is None or folder is None or not folder.is_dir():
        raise UsageError(
            f"There is no edition “{text}”. Write institution, week and revision, like overbrugge/2026-W47/r1."
        )
    return found["slug"], folder


def newest_in(folder: Path) -> Path | None:
    """The newest revision there, or None."""
    found = max(revisions(folder), default=0)
    return folder / f"r{found}" if found else None


def revisions(folder: Path) -> list[int]:
    """The revisions there are, in order."""
    matches = (re.fullmatch(r"r([1-9]\d*)", path.name) for path in folder.glob("r*"))
    return sorted(int(match[1]) for match in matches if match)


def _kept(made: Inputs, revision: int) -> Edition | None:
    """The newest revision, whole or made whole again; None when it has other inputs or cannot be made the same."""
    path = made.folder / f"r{revision}"
    manifest = _manifest(path)
    if manifest is not None and manifest["fingerprint"] != made.fingerprint:
        return None
    promised: dict[str, str] = {} if manifest is None else manifest["files"]
    damaged = [name for name, digest in promised.items() if _digest(path / name) != digest]
    if manifest is None or damaged:
        files = _files(made, revision)
        if not _fits(path, files, promised, damaged):
            return None
        for name in damaged if manifest else [*promised, *files]:
            durable.write_bytes(path / name, files[name])
    return Edition(path, revision, False, [], made.fingerprint[:12])


def _fits(path: Path, files: dict[str, bytes], promised: Mapping[str, str], damaged: list[str]) -> bool:
    """Whether the rebuilt files are the edition's own. Without a manifest every file still there must be the same."""
    if promised:
        return all(name in files and prints.sha256(files[name]) == promised[name] for name in damaged)
    there = (name for name in files if name != MANIFEST and (path / name).exists())
    return all((path / name).read_bytes() == files[name] for name in there)


def _new(made: Inputs, revision: int) -> Edition:
    files = _files(made, revision)
    path = made.folder / f"r{revision}"
    with durable.new_folder(path) as aside:
        for name, data in files.items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_bytes(data)
    return Edition(path, revision, True, _in_words(json.loads(files[MANIFEST])["changed"]), made.fingerprint[:12])


def _files(made: Inputs, revision: int) -> dict[str, bytes]:
    """Every file of the edition by name, the manifest last."""
    stamp = Stamp(revision, made.fingerprint[:12])
    files = draw(Job(made.document, made.institution, stamp, made.institution.institution.languages))
    files["metrics.json"] = prints.canonical(made.document)
    for part, stored in {**made.sources, "templates": prints.templates()}.items():
        files |= {f"{part}/{name}": data for name, data in stored.items()}
    return {**files, MANIFEST: prints.canonical(_described(made, revision, files))}


def _described(made: Inputs, revision: int, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "institution": made.institution.slug,
        "week": made.document["week"],
        "revision": revision,
        "as_of": made.document["as_of"],
        "interim": made.interim,
        "fingerprint": made.fingerprint,
        "inputs": made.parts,
        "changed": _changes(made, revision),
        "code": prints.code(),
        "lock": prints.lock(),
        "files": {name: prints.sha256(data) for name, data in sorted(files.items())},
    }


def _changes(made: Inputs, revision: int) -> dict[str, Any]:
    """Parts and headline figures that differ from the revision before; a first edition changes nothing."""
    if revision == 1:
        return {"parts": [], "numbers": []}
    before = made.folder / f"r{revision - 1}"
    manifest = _manifest(before)
    if manifest is None:
        return {"parts": ["manifest"], "numbers": []}
    parts = prints.changed_parts(made.parts, manifest["inputs"])
    # The same inputs and yet another revision: files were damaged and today's program draws them otherwise.
    return {
        "parts": parts or ["rendering"],
        "numbers": prints.changed_numbers(made.document, _json(before / "metrics.json") or {}),
    }


def _in_words(changes: dict[str, Any]) -> list[str]:
    """``data``, ``sla_attainment on_time_pct: 84.9 → 86.1``."""
    numbers = (f"{one['metric']} {one['column']}: {one['from']} → {one['to']}" for one in changes["numbers"])
    return [*changes["parts"], *numbers]


def _manifest(path: Path) -> dict[str, Any] | None:
    """The manifest, or None when it is gone or is none."""
    found = _json(path / MANIFEST)
    whole = found is not None and isinstance(found.get("files"), dict) and isinstance(found.get("inputs"), dict)
    return found if whole and found is not None and found.get("fingerprint") and found["files"] else None


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _digest(path: Path) -> str:
    try:
        return prints.sha256(path.read_bytes())
    except OSError:
        return ""
