"""The school that is measured: an institution made in code, and the weeks it has behind it."""

from __future__ import annotations

from typing import Any

from tasks.period import Week
from tasks.settings import Institution

SLUG = "bench"
#: Ten million mentions in ten years.
ITEMS_A_WEEK = 19_231
#: The last week of every lake, however long its history.
LAST = "2025-W51"
SOURCES = ("instagram", "topdesk", "mastodon", "reddit", "google_reviews", "news")
DEPARTMENTS = ("it", "exams", "timetabling", "student_affairs", "programmes", "facilities", "information", "press")
ALL_DEPARTMENTS = (*DEPARTMENTS, "nobody")
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
HOURS: list[dict[str, Any]] = [
    {"days": WORKDAYS, "from": "08:30", "until": "17:30"},
    {"days": ["mon", "tue", "wed", "thu", "sun"], "from": "19:00", "until": "22:00"},
    {"days": WORKDAYS, "from": "08:00", "until": "12:30", "departments": ["exams", "press"]},
    {"days": WORKDAYS, "from": "13:00", "until": "17:00", "departments": ["exams", "press"]},
    {"days": [*WORKDAYS, "sat"], "from": "07:00", "until": "23:00", "departments": ["it"]},
]


def institution() -> Institution:
    """Nine departments (one of them nobody's), six sources, three sets of opening hours, Dutch holidays."""
    return Institution.model_validate(
        {
            "slug": SLUG,
            "institution": {"name": "Bench", "timezone": "Europe/Amsterdam", "country": "NL", "languages": ["en"]},
            "hours": HOURS,
            "source": [{"id": one, "type": "files", "name": {"nl": one, "en": one}} for one in SOURCES],
            "department": [{"id": one, "name": {"nl": one, "en": one}} for one in DEPARTMENTS],
            "sentiment": {"engine": "lexicon"},
            "deliver": {"sender": "a@b.example", "recipients": [{"email": "c@d.example", "language": "en"}]},
        }
    )


def weeks(count: int) -> list[Week]:
    """So many weeks, the newest last."""
    last = Week.parse(LAST, institution().zone)
    return list(last.shift(1 - count).until(last))
