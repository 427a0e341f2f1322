"""The demo's sources: a made-up history lands whole and once, and a newer make replaces it whole."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

from tasks import durable, home
from tasks.extract import landing
from tasks.extract.alone import alone
from tasks.extract.sources import Source
from tasks.settings import Institution

#: Written last: the make that a source's pages are from, and how many items they hold.
MARK = "made.json"


def fetch(institution: Institution, source: Source, *, fetched_at: datetime) -> dict[str, int]:
    """Land every window of a demo source, unless this very make is there; {"pages": n, "items": n}."""
    folder = home.landing(institution.slug, source.id)
    make = _make(institution)
    with alone(folder):
        if not (there := _mark(folder)) or there.pop("make") != make:
            for old in folder.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
                elif old.name != ".lock":
                    old.unlink()
            there = _land(institution, source, fetched_at)
            durable.write_bytes(folder / MARK, json.dumps({"make": make, **there}).encode())
    return {name: int(n) for name, n in there.items()}


def _land(institution: Institution, source: Source, fetched_at: datetime) -> dict[str, str | int]:
    from tasks import demo

    slug, pages = institution.slug, []
    for window in demo.windows(institution, source.id):
        start, end = window.start.isoformat(), window.end.isoformat()
        if window.items:
            data = "".join(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n" for item in window.items)
            origin = f"demo:{source.id}:{window.start:%Y-%m-%d}"
            pages.append(
                landing.land(slug, source.id, origin, data.encode(), fetched_at=fetched_at, seen_from=window.start)
            )
        landing.note_window(slug, landing.Window(source.id, start, end, window.status, window.reason))
    return {"pages": len(pages), "items": sum(page.lines for page in pages)}


def _make(institution: Institution) -> str:
    """What the made-up world depends on: its code, its texts, and the institution's hours and departments."""
    folder = home.ROOT / "tasks" / "demo"
    parts = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".toml", ".txt")]
    told = {"institution", "hours", "closed", "department", "source"}
    parts.append(institution.model_dump_json(include=told).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _mark(folder: Path) -> dict[str, str | int]:
    try:
        mark: dict[str, str | int] = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return mark
