"""RSS and Atom feeds, Google Alerts among them: what the press writes.

feedparser only ever gets a stream of bytes: anything else it might take for an address or the name of a file. A
document type or an entity is refused before it is parsed: a few hundred bytes of them can become megabytes.
docs/sources/feed.md tells how to get an alert.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from tasks.extract import envelope, html
from tasks.extract.asking import Ask, Item, Position, Reached
from tasks.extract.fields import BadLine
from tasks.extract.sources.table import Address, Listened

if TYPE_CHECKING:
    from tasks.errors import SourceError
    from tasks.extract.envelope import Envelope
    from tasks.extract.http.client import Client

VERSION = 1
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
#: XML takes these only from before the first element.
BEFORE_ELEMENTS = re.compile(rb".*?(?=<\w|\Z)", re.DOTALL)
DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: RSS 0.91 of Netscape has a document type by its own rules: with a public name, and nothing declared inside.
HARMLESS = re.compile(
    rb'<!DOCTYPE\s+rss\s+PUBLIC\s+"-//Netscape Communications//DTD RSS 0\.91//EN"\s+"[^"<>\[\]]*"\s*>', re.IGNORECASE
)
MARKUP = re.compile(r"</?b>", re.IGNORECASE)
LONGEST_SUMMARY = 5_000


class Table(Listened):
    """``type = "feed"``."""

    HISTORY: ClassVar[bool] = False

    type: Literal["feed"]
    urls: Annotated[tuple[Address, ...], Field(min_length=1)]


def handle(account: str, source: Any) -> str:
    return account.strip().lower().removeprefix("www.")


def weekly_cost(source: Any) -> str:
    runs = 7 * 24 * 60 // source.every_minutes
    return f"nothing; {runs * len(source.urls):,} requests, most of which are answered by “not changed”"


def fetch(ask: Ask, client: Client) -> Iterator[Envelope | Reached]:
    """Each feed, if it changed. One that fails keeps nothing from the others, and is told in the end."""
    from tasks.errors import SourceError

    states: Position = dict(ask.position.get("urls", {}))
    failed: list[SourceError] = []
    for number, url in enumerate(ask.source.urls, 1):
        state = states.get(url, {})
        try:
            answer = client.get(url, headers={"Accept": ACCEPT}, **state)
        except SourceError as error:
            failed.append(error)
            continue
        if answer.status == 304:
            continue
        yield envelope.of(answer, f"feed:{number}", type=answer.headers.get("content-type", ""))
        states[url] = {
            name: answer.headers[header]
            for name, header in (("etag", "etag"), ("last_modified", "last-modified"))
            if header in answer.headers
        }
        yield Reached({"urls": {one: states[one] for one in ask.source.urls if one in states}})
    if failed:
        raise failed[0]


def parse(answer: Envelope) -> Iterator[Item]:
    """The entries of a feed."""
    data = _utf8(answer.body, str(answer.about.get("type") or "application/xml"))
    head = BEFORE_ELEMENTS.match(data)
    if head and DECLARED.search(HARMLESS.sub(b"", head[0].replace(b"\0", b""))):
        yield BadLine("the feed declares a document type or an entity, which is refused before it is read")
        return
    alerts = urlsplit(answer.url).netloc in ("www.google.com", "google.com")
    found = _feed(data)
    if not found.get("version"):
        yield BadLine("this is no RSS or Atom feed")
        return
    for entry in found.entries:
        yield _item(entry, alerts)


def _utf8(body: bytes, content_type: str) -> bytes:
    """The feed in the one encoding that everything after this sees."""
    from feedparser.encodings import convert_to_utf8

    found: bytes = convert_to_utf8({"content-type": content_type}, body, {})
    return found


def _feed(data: bytes) -> Any:
    import feedparser

    return feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _item(entry: Any, alerts: bool) -> Item:
    link = unwrapped(str(entry.get("link") or ""))
    # An alert names its find anew for each alert, and the address is the same.
    native = (link if alerts else None) or entry.get("id") or link
    written = _moment(entry, "published_parsed") or _moment(entry, "updated_parsed")
    if not native:
        return BadLine("an entry has no id and no link")
    if written is None:
        return BadLine("an entry has no time, or one that cannot be read")
    changed = _moment(entry, "updated_parsed")
    texts = [content.get("value") for content in entry.get("content") or ()] or [entry.get("summary")]
    item = {
        "id": str(native)[:1000],
        "kind": "article",
        # Who is answered is the medium; the name of a journalist is not needed.
        "author": (urlsplit(link).netloc.lower().removeprefix("www.") or None) if link else None,
        "created_at": written.isoformat(),
        "edited_at": changed.isoformat() if changed and changed > written else None,
        "title": html.text(MARKUP.sub("", str(entry.get("title") or ""))),
        "text": (html.text(MARKUP.sub("", str(texts[0] or ""))) or "")[:LONGEST_SUMMARY] or None,
        "language": None,
        "url": link or None,
    }
    return {key: value for key, value in item.items() if value is not None}


def unwrapped(link: str) -> str:
    """Where a link of Google's leads in the end."""
    parts = urlsplit(link) if link.startswith(("http://", "https://")) else None
    if parts is None:
        return ""
    if parts.netloc in ("www.google.com", "google.com") and parts.path == "/url":
        asked = parse_qs(parts.query)
        target = (asked.get("url") or asked.get("q") or [""])[0]
        return target if target.startswith(("http://", "https://")) else ""
    return link


def _moment(entry: Any, key: str) -> datetime | None:
    told = entry[key] if key in entry.keys() else None  # noqa: SIM118 its own "in" and get() guess
    try:
        return datetime.fromtimestamp(calendar.timegm(told), UTC) if told else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
