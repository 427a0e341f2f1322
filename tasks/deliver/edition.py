"""An edition as render left it: read from its folder and checked before anybody gets it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.errors import DeliveryError
from tasks.render.edition import interim_name
from tasks.render.job import file_name
from tasks.settings import Institution, Recipient


@dataclass(frozen=True, slots=True)
class Edition:
    """``document`` is metrics.json, ``files`` maps a file's name to the SHA-256 it must have."""

    folder: Path
    week: str
    revision: int
    as_of: datetime
    fingerprint: str
    files: dict[str, str]
    document: dict[str, Any]
    interim: bool = False

    @property
    def period(self) -> str:
        """What the ledger calls it: the week, or the week and the moment of an interim edition."""
        return f"{self.week}/{interim_name(self.as_of)}" if self.interim else self.week

    def pdf_sha256(self, language: str, department: str | None = None) -> str:
        """What the manifest promises about a PDF; raises DeliveryError when it promises nothing."""
        name = file_name(department, language, "pdf")
        try:
            return self.files[name]
        except KeyError:
            raise DeliveryError(f"{self.folder}: the manifest names no {name}. {_AGAIN}") from None

    def pdf(self, language: str, department: str | None = None) -> bytes:
        """The bytes of the report, or of a department's page; raises DeliveryError when render wrote others."""
        path = self.folder / file_name(department, language, "pdf")
        data = _read(path)
        if hashlib.sha256(data).hexdigest() != self.pdf_sha256(language, department):
            raise DeliveryError(f"{path} was changed after it was made: nothing was mailed. {_AGAIN}")
        return data

    def check(self, people: Iterable[Recipient]) -> None:
        """Raise DeliveryError when somebody's PDF is not there, or not what render wrote."""
        for person in people:
            self.pdf(person.language)
            if person.department:
                self.pdf(person.language, person.department)


_AGAIN = "Move the folder away and render the week again."


def read(folder: Path, institution: Institution) -> Edition:
    """Read an edition, but for its PDFs (`Edition.check`); raises DeliveryError with the file and what to do."""
    manifest_path = folder / "manifest.json"
    try:
        manifest = json.loads(_read(manifest_path))
        files = {str(name): str(digest) for name, digest in manifest["files"].items()}
        as_of = datetime.fromisoformat(manifest["as_of"])
        week, revision, fingerprint = str(manifest["week"]), int(manifest["revision"]), str(manifest["fingerprint"])
        owner, interim = manifest["institution"], manifest.get("interim") is True
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeliveryError(f"{manifest_path} is not an edition's manifest ({error!r}). {_AGAIN}") from None
    if owner != institution.slug:
        raise DeliveryError(f"{folder} is an edition of {owner}, not of {institution.slug}: nothing was mailed.")
    metrics = _read(folder / "metrics.json")
    if hashlib.sha256(metrics).hexdigest() != files.get("metrics.json"):
        raise DeliveryError(f"{folder / 'metrics.json'} was changed after it was made: nothing was mailed. {_AGAIN}")
    return Edition(folder, week, revision, as_of, fingerprint, files, json.loads(metrics), interim)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DeliveryError(f"{path} cannot be read ({error.strerror}). {_AGAIN}") from None
