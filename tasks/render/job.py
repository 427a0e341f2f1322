"""One edition's work: what a process needs to draw it, and nothing about people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from tasks.render.stamp import Stamp
from tasks.settings import Institution

#: The process that draws writes to nobody, so no address goes to it.
NOBODY = "nobody@nowhere.invalid"


def file_name(department: str | None, language: str, ending: str) -> str:
    """``report.nl.pdf``, or ``department-exams.nl.pdf`` for a department's own page."""
    return f"{'report' if department is None else f'department-{department}'}.{language}.{ending}"


@dataclass(frozen=True, slots=True)
class Job:
    """What an edition's files are made of: the document, the institution, what names the edition, which languages."""

    document: dict[str, Any]
    institution: Institution
    stamp: Stamp
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """``overbrugge 2026-W47``."""
        return f"{self.institution.slug} {self.document['week']}"

    def files(self) -> dict[str, bytes]:
        """Draw it here and now: ``{"report.nl.pdf": b"%PDF…", "report.nl.html": …}``."""
        from tasks.render.pdf import render_pdf  # WeasyPrint and all that, only for who draws
        from tasks.render.screen import render_html

        files = {}
        for language in self.languages:
            for part in (None, *self.institution.pages):
                given = (self.document, self.institution, language)
                files[file_name(part, language, "pdf")] = render_pdf(*given, stamp=self.stamp, department=part)
                files[file_name(part, language, "html")] = render_html(*given, stamp=self.stamp, department=part)
        return files

    def packed(self) -> dict[str, Any]:
        """As JSON, without anybody's address."""
        institution = self.institution.model_dump(mode="json", by_alias=True, exclude={"urgent", "approval", "alerts"})
        for department in institution["department"]:
            del department["contact"]
        reader = {"email": NOBODY, "language": self.institution.institution.languages[0]}
        institution["deliver"] = {"sender": NOBODY, "recipients": [reader]}
        return {
            "document": self.document,
            "institution": institution,
            "stamp": asdict(self.stamp),
            "languages": list(self.languages),
        }

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> Job:
        """What ``packed`` made, after a journey as JSON."""
        institution = Institution.model_validate_json(json.dumps(packed["institution"]))
        return cls(packed["document"], institution, Stamp(**packed["stamp"]), tuple(packed["languages"]))


def drawn(packed: dict[str, Any]) -> tuple[None, dict[str, bytes]]:
    """The files of a packed job, as a confined process gives them (``tasks.confined``)."""
    return None, Job.unpacked(packed).files()
