"""One language's PDF: built for PDF/A-3a and PDF/UA-1, the same bytes for the same document on every run."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from tasks.render import attachments
from tasks.render.dress import Dress
from tasks.render.engine import Attached, Laid
from tasks.render.facts import Facts
from tasks.render.page import Limits, Stamp, html
from tasks.render.voice import Voice
from tasks.settings import Institution

__all__ = ["Stamp", "render_pdf"]

MOST_PAGES = 3
OTHER = {"nl": "en", "en": "nl"}
#: A board gets three pages, whatever a week was like: what does not fit is tried smaller.
CHART_HEIGHTS = (205, 170, 140, 110)
#: Cases, open items and topics.
ROWS = ((3, 6, 8), (3, 5, 8), (3, 4, 8), (2, 4, 7), (1, 2, 5))


def render_pdf(document: dict[str, Any], institution: Institution, language: str, *, stamp: Stamp) -> bytes:
    """The finished file; raises RenderError when the page asks for anything outside templates and fonts."""
    from tasks.render.repair import UA_METADATA, repair  # pikepdf and lxml, only for who renders

    voice = Voice(Facts(document, institution), institution, language)
    page, laid = _fitted(voice, stamp)
    files = _attached(voice)
    identity = hashlib.sha256("\0".join([page, *(one.text for one in files)]).encode()).digest()[:16]
    raw = laid.write(files, UA_METADATA, datetime.fromisoformat(document["as_of"]))
    return repair(raw, identity, OTHER[language])


def _fitted(voice: Voice, stamp: Stamp) -> tuple[str, Laid]:
    """The page and its layout, with charts and lists as large as three pages allow."""
    chart, rows, own = 0, 0, Dress.of(voice.institution).files()
    while True:
        page = html(voice, stamp, Limits(*ROWS[rows], CHART_HEIGHTS[chart]))
        laid = Laid(page, own)
        if not laid.begins_with("charts") and chart + 1 < len(CHART_HEIGHTS):
            chart += 1
        elif laid.pages > MOST_PAGES and rows + 1 < len(ROWS):
            rows += 1
        else:
            return page, laid


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
