"""One language's PDF: built for PDF/A-3a and PDF/UA-1, the same bytes for the same document on every run."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from tasks import home
from tasks.errors import RenderError
from tasks.render import attachments, fonts
from tasks.render.facts import Facts
from tasks.render.page import Limits, Stamp, html
from tasks.render.voice import Voice
from tasks.settings import Institution

__all__ = ["Stamp", "render_pdf"]

MOST_PAGES = 3
#: A board gets three pages, whatever a week was like: what does not fit is tried smaller, this many times at most.
TRIES = 4
CHART_HEIGHTS = (256, 210, 165, 125)
ROWS = ((3, 6), (3, 5), (2, 4), (1, 2))


def render_pdf(document: dict[str, Any], institution: Institution, language: str, *, stamp: Stamp) -> bytes:
    """The finished file; raises RenderError when the page asks for anything outside templates and fonts."""
    voice = Voice(Facts(document, institution), institution, language)
    chart = rows = 0
    for _ in range(2 * TRIES - 1):
        cases, open_items = ROWS[rows]
        page = html(voice, stamp, Limits(cases, open_items, CHART_HEIGHTS[chart]))
        rendered, options = _lay_out(page)
        if "charts" not in rendered.pages[0].anchors and chart + 1 < TRIES:
            chart += 1
        elif len(rendered.pages) > MOST_PAGES and rows + 1 < TRIES:
            rows += 1
        else:
            break
    return _write(rendered, options, voice, page)


def _lay_out(page: str) -> tuple[Any, dict[str, Any]]:
    from weasyprint import CSS, HTML  # two seconds of import, only for who renders
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    from tasks.render.fetch import OnlyOurs

    available = fonts.files()
    fetcher = OnlyOurs(home.TEMPLATES, available)
    options: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}
    configuration = FontConfiguration()
    sheets = []
    if "NotoColorEmoji.ttf" in available:
        face = '@font-face { font-family: "Emoji"; src: url("font:NotoColorEmoji.ttf") }'
        sheets = [CSS(string=face, url_fetcher=fetcher, font_config=configuration, base_url="font:")]
    base = home.TEMPLATES.as_uri() + "/"
    try:
        source = HTML(string=page, base_url=base, url_fetcher=fetcher)
        rendered = source.render(stylesheets=sheets, font_config=configuration, **options)
    except FatalURLFetchingError:
        rendered = None
    if fetcher.refused:
        raise RenderError(
            f"The report asked for {fetcher.refused[0]!r}, which is neither a template nor one of its fonts. "
            "Nothing was fetched. If report_templates/ does not ask for it, a text got into the page unescaped."
        )
    return rendered, options


def _write(rendered: Any, options: dict[str, Any], voice: Voice, page: str) -> bytes:
    from weasyprint import Attachment

    from tasks.render.repair import UA_METADATA, repair

    document, week = voice.facts.document, voice.facts.week
    made = datetime.fromisoformat(document["as_of"])
    files = {
        f"metrics_{week}.json": (attachments.as_json(document), voice.say("method.metrics_json", number=voice.number)),
        f"metrics_{week}.csv": (attachments.as_csv(document), voice.say("method.metrics_csv", number=voice.number)),
    }
    rendered.metadata.attachments = [
        Attachment(string=text, name=name, description=about, relationship="Data", created=made, modified=made)
        for name, (text, about) in files.items()
    ]
    rendered.metadata.xmp_metadata = [UA_METADATA]
    identity = hashlib.sha256("\0".join([page, *(text for text, _ in files.values())]).encode()).digest()[:16]
    return repair(rendered.write_pdf(**options), identity)
