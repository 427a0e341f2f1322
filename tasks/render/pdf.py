"""One language's PDF: built for PDF/A-3a and PDF/UA-1, the same bytes for the same document on every run."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from tasks.render import attachments
from tasks.render.engine import Attached
from tasks.render.facts import Facts
from tasks.render.fit import fitted
from tasks.render.kinds import kind_of
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tasks.settings import Institution

OTHER = {"nl": "en", "en": "nl"}


def render_pdf(
    document: dict[str, Any],
    institution: Institution,
    language: str,
    *,
    stamp: Stamp,
    department: str | None = None,
) -> bytes:
    """The finished file, of all or of one department.

    Raises RenderError when the page asks for anything outside templates and fonts.
    """
    from tasks.render.repair import UA_METADATA, repair  # pikepdf and lxml, only for who renders

    voice = Voice(Facts(document, institution, department), institution, language)
    laid = fitted(kind_of(department), voice, stamp)
    files = _attached(voice)
    identity = hashlib.sha256("\0".join([laid.page, laid.style, *(one.text for one in files)]).encode()).digest()[:16]
    raw = laid.write(files, UA_METADATA, datetime.fromisoformat(document["as_of"]))
    return repair(raw, identity, OTHER[language])


def _attached(voice: Voice) -> list[Attached]:
    facts, say, number = voice.facts, voice.say, voice.number
    document, name = attachments.part_of(facts.document, facts.department), f"metrics_{facts.week}"
    name += f"_{facts.department}" if facts.department else ""
    return [
        Attached(
            f"{name}.json",
            attachments.as_json(document, voice.formats.printed),
            say("method.metrics_json", number=number),
        ),
        Attached(f"{name}.csv", attachments.as_csv(document), say("method.metrics_csv", number=number)),
    ]
