"""A school that listens, with a server of faults behind every name it asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks import home, settings, steps
from tasks.extract import collect, connect, landing
from tasks.extract.cursor import Cursors
from tasks.extract.http.address import Guard
from tasks.extract.http.credentials import Credentials
from tasks.extract.sources import reddit, x
from tests.extract import certificates
from tests.extract.asking import MadeUpTime
from tests.extract.server import Faults
from tests.world import INSTITUTION, settle

SLUG = "school"
TABLES = """
[[source]]
id        = "masto"
type      = "mastodon"
name      = { nl = "Mastodon", en = "Mastodon" }
instance  = "https://social.example:PORT"
tags      = ["school"]
accounts  = ["@school"]

[[source]]
id   = "news"
type = "feed"
name = { nl = "Nieuws", en = "News" }
urls = ["https://news.example:PORT/feed"]

[[source]]
id         = "reddit"
type       = "reddit"
name       = { nl = "Reddit", en = "Reddit" }
connection = "reddit"
subreddits = ["school"]
accounts   = ["u/school_care"]
"""


@dataclass
class School:
    """What tests do with it; moments are in UTC like ``2026-09-08T10:00``."""

    faults: Faults
    credentials: Credentials

    @property
    def institution(self) -> settings.Institution:
        return settings.load(SLUG)

    def listen(self, table: str) -> None:
        """One more source, or another text of it."""
        config = home.CONFIG / f"{SLUG}.toml"
        text = table.replace("PORT", str(self.faults.port))
        config.write_text(config.read_text().replace("[[department]]", f"{text}\n[[department]]", 1))

    def source(self, name: str, **more: Any) -> Any:
        return next(one for one in self.institution.source if one.id == name).model_copy(update=more)

    def collect(self, name: str, at: str, **more: Any) -> collect.Outcome:
        """A live collection at a moment."""
        timing, source = MadeUpTime(moment(at)), self.source(name, **more)
        with connect.client(source, self.credentials, timing=timing) as client:
            return collect.live(SLUG, source, client, self.cursors, until=moment(at))

    def past(self, name: str, start: str, end: str, at: str = "2026-11-16T12:00") -> collect.Outcome:
        source = self.source(name)
        with connect.client(source, self.credentials, timing=MadeUpTime(moment(at))) as client:
            return collect.past(SLUG, source, client, start=moment(start), end=moment(end))

    @property
    def cursors(self) -> Cursors:
        return Cursors(home.ledger_url(), lambda: datetime(2026, 11, 16, tzinfo=UTC))

    def stage(self, week: str = "2026-W37") -> list[dict[str, Any]]:
        """The week's mentions, in order of writing."""
        steps.stage(SLUG, week)
        return self.mentions(week)

    def mentions(self, week: str = "2026-W37") -> list[dict[str, Any]]:
        path = home.lake() / "mentions" / f"institution={SLUG}" / f"week={week}" / "part-0.parquet"
        return pq.ParquetFile(path).read().to_pylist() if path.exists() else []

    def quarantine(self, week: str = "2026-W37") -> list[dict[str, Any]]:
        path = home.lake() / "quarantine" / f"institution={SLUG}" / f"week={week}" / "part-0.parquet"
        return pq.ParquetFile(path).read().to_pylist() if path.exists() else []

    def windows(self, name: str) -> list[tuple[str, str, str]]:
        return [(one.start[:16], one.end[:16], one.status) for one in landing.windows(SLUG) if one.source == name]

    def lake(self) -> dict[str, str]:
        """Every file of the lake by its hash."""
        return {
            str(path.relative_to(home.lake())): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(home.lake().rglob("*.parquet"))
        }


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(mentions: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """When who said what, in order; in UTC like ``08 10:00``."""
    return [(f"{one['created_at'].astimezone(UTC):%d %H:%M}", one["direction"], one["text"] or "-") for one in mentions]


def sides(mentions: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who said what, in order: they or we."""
    return [(one["direction"], one["text"] or "-") for one in mentions]


def listening(monkeypatch: pytest.MonkeyPatch, folder: Path, faults: Faults) -> School:
    """A school in a folder of its own, with sources that may talk to the server of faults."""
    tables = TABLES.replace("PORT", str(faults.port))
    settle(monkeypatch, folder, INSTITUTION.replace("[[department]]", tables + "\n[[department]]", 1), SLUG)
    guard = Guard(allowed=[faults.address], resolve=lambda host, port: ["127.0.0.1"], trusted=certificates.trusting())
    monkeypatch.setattr(connect, "guard", lambda: guard)
    for name in ("LOGIN", "API"):
        monkeypatch.setattr(reddit, name, f"https://reddit.example:{faults.port}")
    monkeypatch.setattr(x, "API", f"https://x.example:{faults.port}/2")
    (home.state() / "keys").mkdir(parents=True, exist_ok=True)
    home.key_file(SLUG).write_bytes(b"the same key in every folder of a test")
    return School(faults, Credentials({"token": "a-token-of-the-school"}))
