"""An invented institution, its edition, and a moment; nothing here is clever."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tasks.settings import Institution

AS_OF = "2026-11-23T06:00:00+01:00"
MOMENT = datetime.fromisoformat("2026-11-23T06:05:00+01:00")
WEEK = "2026-W47"
PEOPLE = (("bestuur@overbrugge.example", "nl"), ("board@overbrugge.example", "en"))
PDF = b"%PDF-1.7\n% made up for a test\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


def clock() -> datetime:
    return MOMENT


def institution(people: tuple[tuple[str, str], ...] = PEOPLE, **about: Any) -> Institution:
    """Hogeschool Overbrugge with the recipients a test needs."""
    slug = about.pop("slug", "overbrugge")
    sender = about.pop("sender", "Weekrapport Overbrugge <weekrapport@overbrugge.example>")
    basics = {"name": "Hogeschool Overbrugge", "timezone": "Europe/Amsterdam", "languages": ["nl", "en"]}
    return Institution.model_validate(
        {
            "slug": slug,
            "institution": basics | about,
            "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30", "until": "17:30"}],
            "source": [
                {"id": "mastodon", "type": "demo", "name": {"nl": "Mastodon", "en": "Mastodon"}},
                {"id": "reviews", "type": "demo", "name": {"nl": "Recensies", "en": "Reviews"}},
            ],
            "department": [{"id": "exams", "name": {"nl": "Examenbureau", "en": "Exams Office"}}],
            "deliver": {"sender": sender, "recipients": [{"email": who, "language": lang} for who, lang in people]},
        }
    )


def edition(
    folder: Path,
    revision: int = 1,
    pdf: bytes = PDF,
    slug: str = "overbrugge",
    inputs: dict[str, str] | None = None,
    **changes: Any,
) -> Path:
    """An edition as render leaves it, in ``folder/r<revision>``."""
    place, inputs = folder / f"r{revision}", inputs or {}
    place.mkdir(parents=True)
    files = {"report.nl.pdf": pdf + b"% nl", "report.en.pdf": pdf + b"% en"}
    files |= {f"department-exams.{one}.pdf": pdf + f"% exams {one}".encode() for one in ("nl", "en")}
    files["metrics.json"] = json.dumps(document(**changes)).encode()
    for name, data in files.items():
        (place / name).write_bytes(data)
    manifest = {
        "institution": slug,
        "week": WEEK,
        "revision": revision,
        "as_of": AS_OF,
        "fingerprint": hashlib.sha256(f"inputs {revision}".encode()).hexdigest(),
        "inputs": {part: str(revision if part == "editor" else 1) for part in ("data", "editor", "config")} | inputs,
        "changed": {"parts": ["editor"] if revision > 1 else [], "numbers": []},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


def document(title: str = "Netto sentiment", as_of: str = AS_OF, **lists: Any) -> dict[str, Any]:
    """``metrics.json`` of a week with five figures; ``title`` renames one of them."""
    every_week = {"planned_hours": 168, "late_items": 2, "deleted": 0, "edited": 1}
    gap = {"missing_from": "2026-11-21T00:00:00+01:00", "missing_until": "2026-11-23T00:00:00+01:00"}
    coverage = [
        {
            "source": "mastodon",
            "items": 300,
            "quarantined": 0,
            "covered_hours": 168,
            "status": "complete",
            **every_week,
        },
        {
            "source": "reviews",
            "items": 98,
            "quarantined": 3,
            "covered_hours": 120,
            "status": "partial",
            **every_week,
            **gap,
        },
    ]
    steps = {"heard": 398, "asked": 214, "answered": 190, "cause_known": 60, "solved": 41}
    return {
        "institution": "overbrugge", "week": WEEK, "as_of": as_of, "weeks": ["2026-W46", WEEK],
        "base": {"from": "2026-W43", "to": "2026-W46"},
        "metrics": {
            "mention_volume": _metric("Vermeldingen", "n", "count", "none", {"n": 398, "authors": 251}, {"n": 1510}),
            "sla_attainment": _metric("Op tijd beantwoord", "on_time_pct", "pct", "up",
                {"n": 214, "on_time": 188, "on_time_pct": 87.9, "low_pct": 82.8, "high_pct": 91.6, "pending": 4,
                 "verdict": "better"},
                {"n": 800, "on_time": 610, "on_time_pct": 76.3, "low_pct": 73.2, "high_pct": 79.1, "pending": 0}, 85),
            "first_response_time": _metric("Mediane reactietijd", "median_open_seconds", "seconds", "down",
                _times(4140) | {"verdict": "better"}, _times(5640), 7200),
            "net_sentiment": _metric(title, "net_score", "score", "up",
                {"n": 340, "positive": 90, "neutral": 140, "negative": 110, "unknown": 5, "net_score": -5.9,
                 "low_score": -14.1, "high_score": 2.4, "authors": 220,
                 "verdict": "no_reliable_change"},
                {"n": 1300, "positive": 350, "neutral": 520, "negative": 430, "unknown": 9, "net_score": -6.2,
                 "low_score": -10.3, "high_score": -2.0, "authors": 700}, 0),
            "loop_closure": _metric("Vragen opgelost", "closed_pct", "pct", "up",
                {"n": 52, "closed": 41, "with_cause": 45, "with_action": 44, "with_feedback": 40, "closed_pct": 78.8,
                 "low_pct": 65.9, "high_pct": 87.8, "pending": 3,
                 "verdict": "no_reliable_change"},
                {"n": 190, "closed": 139, "with_cause": 160, "with_action": 150, "with_feedback": 141,
                 "closed_pct": 73.2, "low_pct": 66.4, "high_pct": 79.0, "pending": 0}, 70),
            "backlog": _metric("Wacht nog", "n", "count", "down",
                {"n": 24, "overdue": 7, "oldest_open_seconds": 50000, "oldest_calendar_seconds": 200000}, {"n": 20}),
        },
        "lists": {"open_items": [], "solved_cases": [], "coverage": coverage,
                  "funnel": [{"step": step, "n": n} for step, n in steps.items()], **lists},
    }  # fmt: skip


def _metric(title: str, headline: str, unit: str, good: str, now: Any, base: Any, target: float | None = None) -> Any:
    ends = {"pct": ("low_pct", "high_pct"), "score": ("low_score", "high_score")}
    low, high = ends.get(
        unit, ("median_open_low_seconds", "median_open_high_seconds") if unit == "seconds" else (None, None)
    )
    both = {"nl": title, "en": title}
    contract = {"title": both, "question": both, "caveat": both, "unit": unit, "good": good, "headline": headline,
                "low": low, "high": high, "target": target, "min_count": 0 if unit == "count" else 10}  # fmt: skip
    rows = [{"week": week, "dimension": "all", "group": "all", **row} for week, row in ((WEEK, now), ("base", base))]
    return {"contract": contract, "fingerprint": "0" * 64, "rows": rows}


def _times(median: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "n": 214,
        "answered": 190,
        "followed_open_seconds": 150000,
        "followed_calendar_seconds": 540000,
    }
    for name, factor in (("open", 1), ("calendar", 3)):
        row[f"median_{name}_seconds"] = median * factor
        row[f"median_{name}_low_seconds"] = median * factor - 600
        row[f"median_{name}_high_seconds"] = median * factor + 700
        row[f"p90_{name}_seconds"] = median * factor * 5
    return row


def parsed(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found
