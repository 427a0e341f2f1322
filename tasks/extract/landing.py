"""Raw pages: written once under the hash of their content, never changed. A page counts once its manifest is there."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks import durable, home
from tasks.errors import SourceError
from tasks.extract import exchange


@dataclass(frozen=True, slots=True)
class Page:
    """What a manifest says of one raw page; times are ISO 8601 UTC, None when no line was readable.

    ``format``: "exchange" (JSON Lines), or source and parser version of an answer that was landed as it came, like
    "mastodon/1" (tasks/extract/envelope.py). Such a page may reach over years and hold two days of them: ``days``.
    ``headers`` are those of the answer; two answers that only differ in them are one page.
    """

    sha256: str
    source: str
    origin: str
    lines: int
    first_at: str | None
    last_at: str | None
    fetched_at: str
    seen_from: str | None = None
    format: str = exchange.FORMAT
    days: tuple[str, ...] = ()
    headers: dict[str, str] | None = None

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether any readable item of this page may be in [start, end)."""
        if self.first_at is None or self.last_at is None:
            return False
        if self.days and not any(_touches(day, start, end) for day in self.days):
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
    slug: str,
    source: str,
    origin: str,
    data: bytes,
    *,
    fetched_at: datetime,
    seen_from: datetime | None = None,
    format: str = exchange.FORMAT,  # noqa: A002 the manifest's own word
    items: exchange.Items | None = None,
    headers: dict[str, str] | None = None,
    together: durable.Together | None = None,
) -> Page:
    """Keep ``data`` as a raw page; landing the same bytes again changes nothing.

    It is JSON Lines, or an envelope of another ``format`` with the ``items`` that were read from it. With ``together``
    it counts once that is committed.
    """
    sha = hashlib.sha256(data).hexdigest()
    folder = home.landing(slug, source)
    manifest = folder / f"{sha}.manifest.json"
    if _is_whole(manifest, data):
        return _read(manifest)
    read = exchange.read(data) if items is None else items
    moments = read.columns["created_at"]
    if items is not None and not moments and seen_from:
        moments = [seen_from]  # an answer of which nothing can be used belongs to when it came
    page = Page(
        sha256=sha,
        source=source,
        origin=origin,
        lines=data.count(b"\n") + (not data.endswith(b"\n")) if items is None else len(read.lines) + len(read.refused),
        first_at=min(moments).isoformat() if moments else None,
        last_at=max(moments).isoformat() if moments else None,
        fetched_at=fetched_at.isoformat(),
        seen_from=seen_from.isoformat() if seen_from else None,
        format=format,
        days=() if items is None else days(moments),
        headers=headers,
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    packed, told = gzip.compress(data, mtime=0), json.dumps(asdict(page), indent=1).encode()
    if together is None:
        durable.write_bytes(folder / f"{sha}.jsonl.gz", packed, mode=0o600)
        durable.write_bytes(manifest, told, mode=0o600)
    else:
        together.write(folder / f"{sha}.jsonl.gz", packed, mode=0o600)
        together.write(manifest, told, mode=0o600, last=True)
    return page


def relabel(slug: str, page: Page) -> None:
    """Replace what a manifest says of a page whose bytes stay as they are: its parser became another."""
    manifest = home.landing(slug, page.source) / f"{page.sha256}.manifest.json"
    durable.write_bytes(manifest, json.dumps(asdict(page), indent=1).encode(), mode=0o600)


def days(moments: Iterable[datetime]) -> tuple[str, ...]:
    """The days (UTC) of some moments, in order."""
    return tuple(sorted({moment.astimezone(UTC).date().isoformat() for moment in moments}))


def _touches(day: str, start: datetime, end: datetime) -> bool:
    begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return begins < end and begins + timedelta(days=1) > start


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
        remedy = f"Hand in or fetch {page.origin} again; that mends it."
        if page.format != exchange.FORMAT:
            remedy = (
                "Put it back from a back-up; or remove it, its manifest and the files of its days in windows/, and run "
                "the week again: what the source still has is then asked for anew."
            )
        raise SourceError(f"{path} is damaged or gone. {remedy}")
    return data


def note_window(slug: str, window: Window) -> None:
    """Remember that a stretch of time was asked for; asking again replaces what was known of that stretch."""
    durable.write_bytes(_window(slug, window), json.dumps(asdict(window), indent=1).encode())


def forget_window(slug: str, window: Window) -> None:
    """Another window tells of that stretch now."""
    _window(slug, window).unlink(missing_ok=True)


def _window(slug: str, window: Window) -> Path:
    name = window.start.replace(":", "").replace("+", "_")
    return home.landing(slug, window.source) / "windows" / f"{name}.json"


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
        told = json.loads(path.read_text(encoding="utf-8"))
        return Page(**told | {"days": tuple(told.get("days", ()))})
    except (ValueError, TypeError):
        raise SourceError(f"{path} is damaged. Remove it and hand in or fetch the same data again.") from None
