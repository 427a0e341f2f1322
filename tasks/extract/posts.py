"""Public posts that a ticket names: by their address, or by source and native id, among the pages that were landed.

A ticket is tied to its post when it is fetched, since raw pages are where addresses and native ids are (decision 46).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from tasks.errors import SourceError
from tasks.extract import landing, sources
from tasks.extract.asking import Post
from tasks.extract.exchange import FORMAT, Items

#: How long before a ticket its post may be.
LONGEST = timedelta(days=60)
URL = re.compile(r"https://[^\s<>\"'()\[\]]{4,500}", re.IGNORECASE)
NAMED = re.compile(r"([a-z][a-z0-9_]{0,39}):(\S{1,300})")
#: What an address cannot be without, and what is only about who passed it on.
TOKEN = re.compile(r"[A-Za-z0-9_-]{5,}")
PASSED_ON = re.compile(r"utm_\w+|s|t|ref|ref_src|igsh|fbclid|share_id|context|si|feature")
PREFIX = re.compile(r"^(?:www|m|mobile|old)\.")
ALIAS = {"twitter.com": "x.com", "youtu.be": "youtube.com"}
#: One post has as many addresses as there are ways to it: what is left of those of some sites.
SHORTER = (
    (re.compile(r"x\.com/(?:[^/?]+/)*status/(\d+).*"), r"x.com/status/\1"),
    (re.compile(r"bsky\.app/profile/[^/?]+/post/([a-z0-9]+).*"), r"bsky.app/post/\1"),
    (re.compile(r"reddit\.com/(?:r/[^/?]+/)?comments/(\w+)(?:/[^/?]*)?(/\w+)?.*"), r"reddit.com/comments/\1\2"),
)
#: Where public posts are; a table names more of them, like a Mastodon server.
HOSTS = frozenset(
    ("x.com", "bsky.app", "reddit.com", "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "tiktok.com",
     "trustpilot.com")
)  # fmt: skip


def host(address: str) -> str:
    """The site of an address, whatever door of it is used."""
    try:
        name = PREFIX.sub("", (urlsplit(address).hostname or "").lower())
    except ValueError:
        return ""
    return ALIAS.get(name, name)


def plain(address: str) -> str:
    """An address without what differs between two copies of it."""
    try:
        parts = urlsplit(address.strip().rstrip(".,;:!?"))
    except ValueError:
        return ""
    asked = [(name, value) for name, value in parse_qsl(parts.query) if not PASSED_ON.fullmatch(name)]
    found = f"{host(address)}{parts.path.rstrip('/')}?{urlencode(sorted(asked))}".rstrip("?")
    for pattern, shorter in SHORTER:
        found = pattern.sub(shorter, found) if pattern.fullmatch(found) else found
    return found


class Posts:
    """What was landed for an institution, for a source that is not one of them: ``own``."""

    def __init__(self, slug: str, own: str) -> None:
        self._slug, self._own = slug, own

    def find(self, told: str, near: datetime) -> Post | None:
        """The post of an address, or of ``source:id``, written in the weeks before ``near``."""
        if told[:8].lower().startswith("https://"):
            wanted, source = plain(told), None
            tokens = TOKEN.findall(wanted.partition("/")[2])
            sign = tokens[-1] if tokens else ""
        else:
            named = NAMED.fullmatch(told.strip())
            source, wanted = (named[1], named[2]) if named else (None, "")
            sign = wanted
        if not sign:
            return None
        for items in self._pages(sign, source, near):
            if found := self._among(items, wanted, source):
                return found
        return None

    def _pages(self, sign: str, source: str | None, near: datetime) -> Iterator[Items]:
        """The items of pages that may have it: only those are read whole."""
        for page in landing.pages(self._slug):
            if page.source == self._own or not page.overlaps(near - LONGEST, near + timedelta(days=1)):
                continue
            if source and page.format != FORMAT and page.source != source:
                continue
            try:
                data = landing.read(self._slug, page)
                if sign.encode() in data:
                    yield sources.items(page, data, {})
            except SourceError:  # damaged: staging says so
                continue

    def _among(self, items: Items, wanted: str, source: str | None) -> Post | None:
        columns = items.columns
        names = ("id", "source", "created_at", "url", "deleted", "kind")
        for native, of, at, url, deleted, kind in zip(*(columns[name] for name in names), strict=True):
            if deleted or kind == "case" or of == self._own:
                continue
            if (of == source and native == wanted) if source else (url and plain(url) == wanted):
                return {"source": of, "id": native, "created_at": at.isoformat()}
        return None
