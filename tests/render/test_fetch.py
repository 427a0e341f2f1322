"""The PDF engine reads our templates and fonts, and nothing else on this machine or beyond it."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime

import pikepdf
import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from tasks import home
from tasks.errors import RenderError
from tasks.render import fonts
from tasks.render.engine import Laid
from tasks.render.fetch import OnlyOurs
from tasks.render.repair import UA_METADATA

MADE = datetime.fromisoformat("2026-11-23T06:00:00+01:00")
#: The one thing that is not even asked for: what is attached is ours to say.
ATTACHMENT = '<link rel=attachment href="file:///etc/passwd">'
ELSEWHERE = [
    '<img src="file:///etc/passwd">',
    '<img src="http://169.254.169.254/latest/">',
    ATTACHMENT,
    "<style>@import url(file:///etc/hostname)</style>",
    "<style>@font-face{font-family:x;src:url(http://127.0.0.1:9/x)}p{font-family:x}</style><p>x",
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    '<image xlink:href="file:///etc/passwd" width="5" height="5"/></svg>',
    '<img src="text/../../../../../../etc/passwd">',
    '<img src="font:../../etc/passwd">',
    '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
    '<img src="file://elsewhere/report.css">',
]


@pytest.mark.parametrize("page", ELSEWHERE)
def test_refused_and_remembered(page: str) -> None:
    fetcher = OnlyOurs(home.TEMPLATES, fonts.files())
    with suppress(FatalURLFetchingError):
        HTML(string=f"<title>x</title>{page}", base_url=home.TEMPLATES.as_uri() + "/", url_fetcher=fetcher).write_pdf()
    assert len(fetcher.refused) == 1


@pytest.mark.parametrize("page", [page for page in ELSEWHERE if page != ATTACHMENT])
def test_the_render_fails_with_a_message(page: str) -> None:
    with pytest.raises(RenderError, match=r"The report asked for .* Nothing was fetched"):
        Laid(f"<html lang=nl><title>x</title>{page}", "", {}).write([], UA_METADATA, MADE)


def test_a_page_cannot_attach_a_file() -> None:
    data = Laid(f"<html lang=nl><title>x</title>{ATTACHMENT}<p>x", "", {}).write([], UA_METADATA, MADE)
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert not opened.attachments


def test_our_own_files_are_served() -> None:
    fetcher = OnlyOurs(home.TEMPLATES, fonts.files())
    assert b"@page" in fetcher.fetch((home.TEMPLATES / "report.css").as_uri()).read()
    assert fetcher.fetch("font:SourceSans3-Regular.ttf").read()[:4] == b"\x00\x01\x00\x00"
    assert fetcher.refused == []
