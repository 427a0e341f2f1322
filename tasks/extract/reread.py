"""Pages that an older parser looked at are looked at again, from what was landed: nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tasks.errors import SourceError
from tasks.extract import landing, sources
from tasks.extract.sources.table import Source
from tasks.settings import Institution


def pages(institution: Institution) -> list[landing.Page]:
    """Every page that counts, as today's parsers see it. A newer parser may find other items, of other times.

    What left its raw bytes stays as it was read.
    """
    named = {source.id: source for source in institution.source}
    return [
        page
        if page.raw is not None or sources.current(page.format) == page.format
        else _again(institution.slug, page, named)
        for page in landing.pages(institution.slug)
    ]


def _again(slug: str, page: landing.Page, named: Mapping[str, Source]) -> landing.Page:
    try:
        items = sources.items(page, landing.read(slug, page), named)
    except SourceError:  # damaged: staging says so where the page is needed
        return page
    moments = items.columns["created_at"]
    seen = replace(
        page,
        format=sources.current(page.format),
        lines=len(items.lines) + len(items.refused),
        first_at=min(moments).isoformat() if moments else page.first_at,
        last_at=max(moments).isoformat() if moments else page.last_at,
        days=landing.days(moments),
    )
    landing.relabel(slug, seen)
    return seen
