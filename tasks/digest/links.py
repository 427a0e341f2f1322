"""Where an item can be answered: its address, which is in the raw answer of its source and nowhere in the lake."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tasks.errors import SourceError
from tasks.extract import landing, sources
from tasks.settings import Institution

ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!#-;=?-~]*)?")
LONGEST = 500
Place = tuple[str, int]


def links(institution: Institution, places: Iterable[Place]) -> dict[Place, str]:
    """The addresses of these (page, line); raw bytes that are gone or damaged have none."""
    wanted = set(places)
    pages = {page for page, _ in wanted}
    named = {source.id: source for source in institution.source}
    found: dict[Place, str] = {}
    for page in landing.pages(institution.slug):
        short = page.sha256[:16]
        if short not in pages:
            continue
        try:
            items = sources.items(page, landing.read(institution.slug, page), named)
        except SourceError:
            continue
        for line, url in zip(items.lines, items.columns["url"], strict=True):
            if (short, line) in wanted and url and len(url) <= LONGEST and ADDRESS.fullmatch(url):
                found[short, line] = url
    return found
