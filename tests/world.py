"""A small institution in a folder of its own, for tests that need the whole state on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tasks import home

INSTITUTION = """
[institution]
name      = "Test School"
timezone  = "Europe/Amsterdam"
country   = "NL"
languages = ["en"]

[[hours]]
days  = ["mon", "tue", "wed", "thu", "fri"]
from  = "09:00"
until = "17:00"

[[source]]
id   = "mastodon"
type = "files"
name = { nl = "Mastodon", en = "Mastodon" }

[[department]]
id       = "exams"
name     = { nl = "Toetsing", en = "Exams" }
keywords = ["tentamen", "exam"]

[deliver]
sender     = "Report <report@school.example>"
recipients = [{ email = "board@school.example", language = "en" }]

[sentiment]
engine = "lexicon"
"""


def settle(monkeypatch: Any, folder: Path, institution: str = INSTITUTION, slug: str = "school") -> str:
    """Point state and configuration at ``folder``; returns the slug of the institution that lives there."""
    config = folder / "institutions"
    config.mkdir(exist_ok=True)
    (config / f"{slug}.toml").write_text(institution, encoding="utf-8")
    monkeypatch.setattr(home, "CONFIG", config)
    monkeypatch.setenv("WEERKLANK_HOME", str(folder / "state"))
    return slug


def item(id: str, created_at: str, **more: Any) -> dict[str, Any]:  # noqa: A002 the format's own word
    """One row of the exchange format; ``created_at`` in UTC like ``2026-09-08T10:00``."""
    return {
        "id": id,
        "source": "mastodon",
        "created_at": f"{created_at}:00Z",
        "author": f"a_{id}",
        "text": "Hoi",
    } | more


def jsonl(path: Path, *rows: Any) -> Path:
    """Write rows (or raw lines) as JSON Lines."""
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
