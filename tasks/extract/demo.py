"""The demo's sources: its whole history lands at once, since a made-up source forgets nothing."""

from __future__ import annotations

import json
from datetime import datetime

from tasks import demo
from tasks.extract import landing
from tasks.settings import Institution, Source


def fetch(institution: Institution, source: Source, *, fetched_at: datetime) -> list[landing.Page]:
    """Land every window of a demo source; doing it again changes nothing."""
    pages = []
    for window in demo.windows(institution, source.id):
        if window.items:
            data = "".join(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n" for item in window.items)
            origin = f"demo:{source.id}:{window.start:%Y-%m-%d}"
            pages.append(
                landing.land(
                    institution.slug, source.id, origin, data.encode(), fetched_at=fetched_at, seen_from=window.start
                )
            )
        landing.note_window(
            institution.slug,
            landing.Window(source.id, window.start.isoformat(), window.end.isoformat(), window.status, window.reason),
        )
    return pages
