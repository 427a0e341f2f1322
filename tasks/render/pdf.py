"""One language's PDF: built for PDF/A-3a and PDF/UA-1, the same bytes for the same document on every run."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from tasks.render import attachments
from tasks.render.engine import Attached
from tasks.render.facts import Facts
from tasks.render.fit import fitted
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tasks.settings import Institution

OTHER = {"nl": "en", "en": "nl"}


def render_pdf(document: dict[str, Any], institution: Institution, language: str, *, stamp: Stamp) -> bytes:
    """The finished file; raises RenderError when the page asks for anything outside templates and fonts."""
    from tasks.render.repair import UA_METADATA, repair  # pikepdf and lxml, only for who renders

    voice = Voice(Facts(document, institution), institution, language)
    page, laid = fitted(voice, stamp)
    files = _attached(voice)
    identity = hashlib.sha256("\0".join([page, *(one.text for one in files)]).encode()).digest()[:16]
    raw = laid.write(files, UA_METADATA, datetime.fromisoformat(document["as_of"]))
    return repair(raw, identity, OTHER[language])


def _attached(voice: Voice) -> list[Attached]:
    document, week, say = voice.facts.document, voice.facts.week, voice.say
    return [
        Attached(
            f"metrics_{week}.json",
            attachments.as_json(document, voice.formats.printed),
            say("method.metrics_json", number=voice.number),
        ),
        Attached(f"metrics_{week}.csv", attachments.as_csv(document), say("method.metrics_csv", number=voice.number)),
    ]
