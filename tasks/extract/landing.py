"""Raw pages: written once under the hash of their content. A page counts once its manifest is there.

Only the end of their time changes them (tasks/privacy): lines then leave the raw bytes and live on as rows, beside the
manifest, without a native id, handle or address (tasks/stage/settled.py). A line is in one of the two, never in both.

    <sha256>.jsonl.gz                      as it was landed
    <sha256>.<of what is left>.jsonl.gz    with blank lines where lines left
    <sha256>.<of the rows>.rows.parquet    the lines that left
    <sha256>.manifest.json                 names what counts of these; written last, so that it is one moment's truth
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks import durable, holding, home
from tasks.errors import SourceError
from tasks.extract import exchange

#: How hard bytes are packed: the hardest (9) takes three times as long for 2 % less.
PACKED = 6
#: What a manifest holds only since lines left the page.
LATER = frozenset({"raw", "rows", "edited"})


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
    #: How its bytes are to be read, and the days (UTC) of which it has items where these are few.
    format: str = exchange.FORMAT
    days: tuple[str, ...] = ()
    headers: dict[str, str] | None = None
    #: SHA-256 of the raw bytes that are left, empty when none are; None: all of them, as they were landed.
    raw: str | None = None
    #: SHA-256 of the file with the rows of the lines that left.
    rows: str | None = None
    #: What it is since something in it was erased; None: it still says what was landed.
    edited: str | None = None

    @property
    def content(self) -> str:
        """What staging depends on: it stays the same when lines only move from raw bytes to rows."""
        return self.edited or self.sha256

    @property
    def raw_name(self) -> str | None:
        """The file with the raw bytes, or None when they are gone."""
        if self.raw is None:
            return f"{self.sha256}.jsonl.gz"
        return f"{self.sha256}.{self.raw[:16]}.jsonl.gz" if self.raw else None

    @property
    def rows_name(self) -> str | None:
        """The file with the rows, or None when no line has left yet."""
        return f"{self.sha256}.{self.rows[:16]}.rows.parquet" if self.rows else None

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
    """Keep ``data`` as a raw page; the same bytes again change nothing, and bring nothing back.

    It is JSON Lines, or an envelope of another ``format`` with the ``items`` that were read from it. With ``together``
    it counts once that is committed.
    """
    with holding.shared(slug):
        return _land(slug, source, origin, data, fetched_at, seen_from, format, items, headers, together)


def _land(
    slug: str,
    source: str,
    origin: str,
    data: bytes,
    fetched_at: datetime,
    seen_from: datetime | None,
    format: str,  # noqa: A002
    items: exchange.Items | None,
    headers: dict[str, str] | None,
    together: durable.Together | None,
) -> Page:
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
    durable.private_folder(folder, home.landed())
    raw, packed = folder / f"{sha}.jsonl.gz", gzip.compress(data, PACKED, mtime=0)
    if together is None:
        durable.write_bytes(raw, packed, mode=0o600)
        _describe(folder, page)
    else:
        together.write(raw, packed, mode=0o600)
        together.write(manifest, _told(page), mode=0o600, last=True)
    return page


def _describe(folder: Path, page: Page) -> None:
    durable.write_bytes(folder / f"{page.sha256}.manifest.json", _told(page), mode=0o600)


def _told(page: Page) -> bytes:
    told = {name: value for name, value in asdict(page).items() if value is not None or name not in LATER}
    return json.dumps(told, indent=1).encode()


def relabel(slug: str, page: Page) -> None:
    """Replace what a manifest says of a page whose bytes stay as they are: its parser became another."""
    _describe(home.landing(slug, page.source), page)


def moment(text: str) -> datetime:
    """A time as a manifest says it."""
    return datetime.fromisoformat(text)


def days(moments: Iterable[datetime]) -> tuple[str, ...]:
    """The days (UTC) of some moments, in order."""
    return tuple(sorted({moment.astimezone(UTC).date().isoformat() for moment in moments}))


def _touches(day: str, start: datetime, end: datetime) -> bool:
    begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return begins < end and begins + timedelta(days=1) > start


def pages(slug: str) -> list[Page]:
    """Every page that counts, in an order that does not depend on when it came."""
    found = map(_there, home.landing(slug, "").glob("*/*.manifest.json"))
    return sorted((page for page in found if page), key=lambda page: (page.source, page.sha256))


def read(slug: str, page: Page) -> bytes:
    """The bytes of a page as they were landed, or what is left of them."""
    if page.raw_name is None:
        return b""
    path = home.landing(slug, page.source) / page.raw_name
    try:
        data = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        data = b""
    if hashlib.sha256(data).hexdigest() != (page.raw or page.sha256):
        what = f"what {path.name.removesuffix('.jsonl.gz')}.manifest.json names as its origin"
        remedy = f"Hand in or fetch again {what}; that mends it."
        if page.raw:
            remedy = "Put it back from a back-up."
        elif page.format != exchange.FORMAT:
            remedy = (
                "Put it back from a back-up; or remove it, its manifest and the files of its days in windows/, and run "
                "the week again: what the source still has is then asked for anew."
            )
        raise SourceError(f"{path} is damaged or gone. {remedy}")
    return data


def read_rows(slug: str, page: Page) -> bytes | None:
    """The file with the rows of the lines that left, checked; None when none did."""
    if page.rows_name is None:
        return None
    path = home.landing(slug, page.source) / page.rows_name
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != page.rows:
        raise SourceError(f"{path} is damaged or gone. Put it back from a back-up: its raw lines are no more.")
    return data


def replace(slug: str, page: Page, raw: bytes | None, rows: bytes, *, edited: str | None, origin: str) -> Page:
    """Let a page be these raw bytes (None: no more) and this file of rows from now on. Needs ``holding.alone``.

    Killed in between, it is still the old one: the manifest is written after the new files and before the old ones go.
    """
    now = dataclasses.replace(
        page,
        raw="" if raw is None else page.raw if raw == read(slug, page) else hashlib.sha256(raw).hexdigest(),
        rows=hashlib.sha256(rows).hexdigest(),
        edited=edited,
        origin=origin,
    )
    folder = home.landing(slug, page.source)
    if raw is not None and now.raw_name and now.raw_name != page.raw_name:
        durable.write_bytes(folder / now.raw_name, gzip.compress(raw, mtime=0), mode=0o600)
    durable.write_bytes(folder / str(now.rows_name), rows, mode=0o600)
    _describe(folder, now)
    clear(slug, now)
    return now


def land_rows(slug: str, source: str, origin: str, name: str, rows: bytes, moments: Sequence[datetime]) -> Page:
    """Keep a file of rows that never were raw bytes as the page of this ``name`` (a SHA-256), whatever it was before.

    The same rows again change nothing.
    """
    sha = hashlib.sha256(rows).hexdigest()
    page = Page(
        sha256=name,
        source=source,
        origin=origin,
        lines=len(moments),
        first_at=min(moments).isoformat(),
        last_at=max(moments).isoformat(),
        fetched_at=max(moments).isoformat(),
        days=days(moments),
        raw="",
        rows=sha,
        edited=sha,
    )
    folder = home.landing(slug, source)
    durable.private_folder(folder, home.landed())
    durable.write_bytes(folder / str(page.rows_name), rows, mode=0o600)
    _describe(folder, page)
    clear(slug, page)
    return page


def clear(slug: str, page: Page) -> None:
    """Remove the files of a page that its manifest does not name: a process was killed before it could."""
    for path in home.landing(slug, page.source).glob(f"{page.sha256}.*"):
        if path.name not in {f"{page.sha256}.manifest.json", page.raw_name, page.rows_name}:
            path.unlink()


def remove(slug: str, page: Page) -> None:
    """Take a whole page away, its manifest first. Needs ``holding.alone``."""
    folder = home.landing(slug, page.source)
    (folder / f"{page.sha256}.manifest.json").unlink(missing_ok=True)
    for path in folder.glob(f"{page.sha256}.*"):
        path.unlink()


def strays(slug: str) -> list[Path]:
    """Raw bytes and rows that no manifest names: nothing reads them, and somebody may be in them."""
    found = []
    named: dict[Path, set[str | None]] = {}
    for page in pages(slug):
        named.setdefault(home.landing(slug, page.source), set()).update((page.raw_name, page.rows_name))
    for kind in ("*/*.jsonl.gz", "*/*.rows.parquet"):
        for path in home.landing(slug, "").glob(kind):
            if path.name not in named.get(path.parent, ()) and not path.name.startswith(durable.PREFIX):
                found.append(path)
    return sorted(found)


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
    """Whether these bytes were landed before and are still there, or left for good."""
    try:
        page = _read(manifest)
        if page.raw is not None:
            return True
        return gzip.decompress(manifest.with_name(str(page.raw_name)).read_bytes()) == data
    except (OSError, EOFError, zlib.error, SourceError):
        return False


def _there(path: Path) -> Page | None:
    """What a manifest says; None when the page went since it was listed."""
    try:
        return _read(path)
    except FileNotFoundError:
        return None


def _read(path: Path) -> Page:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Page(**told | {"days": tuple(told.get("days", ()))})
    except (ValueError, TypeError):
        raise SourceError(f"{path} is damaged. Remove it and hand in or fetch the same data again.") from None
