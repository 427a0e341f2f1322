"""One language's HTML edition: for a screen or a phone, whole in one file, without scripts, always the same bytes."""

from __future__ import annotations

from typing import Any

from tasks.render.facts import Facts
from tasks.render.kinds import kind_of
from tasks.render.page import Limits, html
from tasks.render.stamp import Stamp
from tasks.render.voice import Voice
from tasks.settings import Institution


def render_html(
    document: dict[str, Any],
    institution: Institution,
    language: str,
    *,
    stamp: Stamp,
    department: str | None = None,
) -> bytes:
    """The finished file; it needs nothing beside it. It shows as much as the PDF does when that has room."""
    voice, kind = Voice(Facts(document, institution, department), institution, language), kind_of(department)
    return html(kind, voice, stamp, Limits(kind.rows[0], kind.largest_chart), "screen").encode()
