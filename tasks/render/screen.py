"""One language's HTML edition: for a screen or a phone, whole in one file, without scripts, always the same bytes."""

from __future__ import annotations

from typing import Any

from tasks.render.facts import Facts
from tasks.render.page import Limits, html
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tasks.settings import Institution

#: As much as the PDF shows when it has room: both must tell the same.
LIMITS = Limits(cases=3, open_items=4, topics=8, chart_height=205)


def render_html(document: dict[str, Any], institution: Institution, language: str, *, stamp: Stamp) -> bytes:
    """The finished file; it needs nothing beside it."""
    voice = Voice(Facts(document, institution), institution, language)
    return html(voice, stamp, LIMITS, "screen").encode()
