"""Raw pages: written once under the hash of their content, never changed. A page counts once its manifest is there."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tasks import durable, home
from tasks.errors import SourceError
from tasks.extract import exchange


@dataclass(frozen=True, slots=True)
class Page:
    """What a manifest says of one raw page; times are ISO 8601 UTC, None when no line was readable."""

    sha256: str
    source: str
    origin: str
    lines: int
    first_at: str | None
    last_at: str | None
    fetched_at: str
    seen_from: str | None = None

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether any readable item of this page may be in [start, end)."""
        if self.first_at is None or self.last_at is None:
            return False
        return datetime.fromisoformat(self.first_at) < end and datetime.fromisoformat(self.last_at) >= start


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of time that was asked of a source, and whether it came. Coverage is made of these."""

    source: str
    start: str
    end: str
    status: str
    reason: str


def land(
    slug: str, source: str, origin: str, data: bytes, *, fetched_at: datetime, seen_from: datetime | None = None
) -> Page:
    """Keep ``data`` (JSON Lines) as a raw page; landing the same bytes again changes nothing."""
    sha = hashlib.sha256(data).hexdigest()
    folder = home.landing(slug, source)
    manifest = folder / f"{sha}.manifest.json"
    if _is_whole(manifest, data):
        return _read(manifest)
    moments = exchange.read(data).columns["created_at"]
    page = Page(
        sha256=sha,
        source=source,
        origin=origin,
        lines=data.count(b"\n") + (not data.endswith(b"\n")),
        first_at=min(moments).isoformat() if moments else None,
        last_at=max(moments).isoformat() if moments else None,
        fetched_at=fetched_at.isoformat(),
        seen_from=seen_from.isoformat() if seen_from else None,
    )
    durable.private_folder(folder, home.landed())
    durable.write_bytes(folder / f"{sha}.jsonl.gz", gzip.compress(data, mtime=0), mode=0o600)
    durable.write_bytes(manifest, json.dumps(asdict(page), indent=1).encode(), mode=0o600)
    return page


def pages(slug: str) -> list[Page]:
    """Every page that counts, in an order that does not depend on when it came."""
    found = home.landing(slug, "").glob("*/*.manifest.json")
    return sorted((_read(path) for path in found), key=lambda page: (page.source, page.sha256))


def read(slug: str, page: Page) -> bytes:
    """The bytes of a page as they were landed."""
    path = home.landing(slug, page.source) / f"{page.sha256}.jsonl.gz"
    try:
        data = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        data = b""
    if hashlib.sha256(data).hexdigest() != page.sha256:
        what = f"what {path.name.removesuffix('.jsonl.gz')}.manifest.json names as its origin"
        raise SourceError(f"{path} is damaged or gone. Hand in or fetch again {what}; that mends it.")
    return data


def note_window(slug: str, window: Window) -> None:
    """Remember that a stretch of time was asked for; asking again replaces what was known of that stretch."""
    name = window.start.replace(":", "").replace("+", "_")
    path = home.landing(slug, window.source) / "windows" / f"{name}.json"
    durable.write_bytes(path, json.dumps(asdict(window), indent=1).encode())


def windows(slug: str) -> list[Window]:
    """Every stretch asked for, by source and time."""
    found = home.landing(slug, "").glob("*/windows/*.json")
    read_all = (Window(**json.loads(path.read_text(encoding="utf-8"))) for path in found)
    return sorted(read_all, key=lambda window: (window.source, window.start))


def _is_whole(manifest: Path, data: bytes) -> bool:
    """Whether these bytes were landed before and are still there."""
    try:
        _read(manifest)
        return gzip.decompress(manifest.with_name(f"{hashlib.sha256(data).hexdigest()}.jsonl.gz").read_bytes()) == data
    except (OSError, EOFError, zlib.error, SourceError):
        return False


def _read(path: Path) -> Page:
    try:
        return Page(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise SourceError(f"{path} is damaged. Remove it and hand in or fetch the same data again.") from None
