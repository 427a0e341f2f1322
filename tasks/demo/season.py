"""What makes one week differ from another: how much is said, about what, and how fast we are.

The weeks are those of the demo only: 2026-W22 up to and including 2026-W47, a spike in W41 (a new timetable that was
published with mistakes), a source that was down for two days in W45.
"""

from __future__ import annotations

from datetime import date

FIRST_MONDAY = date.fromisocalendar(2026, 22, 1)
WEEKS = 26
SPIKE_WEEK = 41
LAST_WEEK = 47
#: Instagram gave nothing between these local days (the second one not included).
GAP_SOURCE = "instagram"
GAP = (date.fromisocalendar(2026, 45, 2), date.fromisocalendar(2026, 45, 4))
GAP_REASON = "HTTP 503 from the platform for two days; the API does not give these posts afterwards"

SOURCES = ("mastodon", "instagram", "reddit", "google_reviews", "news", "topdesk")

#: Volume in per cent of an ordinary week: holidays are quiet, September and the exam weeks are not.
VOLUME_PCT = {
    22: 92, 23: 98, 24: 101, 25: 103, 26: 101, 27: 98, 28: 92, 29: 88, 30: 86, 31: 85, 32: 87, 33: 90, 34: 96, 35: 103,
    36: 106, 37: 104, 38: 102, 39: 100, 40: 101, 41: 102, 42: 98, 43: 96, 44: 99, 45: 104, 46: 101, 47: 102,
}  # fmt: skip

#: Waiting times in per cent of the usual: worse around the spike, better lately.
SLOWNESS_PCT = {
    22: 104, 23: 96, 24: 108, 25: 112, 26: 103, 27: 94, 28: 90, 29: 97, 30: 105, 31: 101, 32: 92, 33: 95, 34: 107,
    35: 118, 36: 115, 37: 102, 38: 96, 39: 93, 40: 110, 41: 185, 42: 150, 43: 118, 44: 106, 45: 98, 46: 104, 47: 90,
}  # fmt: skip

#: Median open seconds until the first answer of a person, by who has to know the answer.
ANSWER_MEDIAN_SECONDS = {
    "student_affairs": 7600,
    "exams": 3300,
    "timetabling": 3200,
    "it": 2200,
    "facilities": 2600,
    "programmes": 3700,
    "information": 2300,
    "press": 3000,
}

#: Share of complaints among what needs an answer; the rest are questions.
COMPLAINTS_PCT = {
    "student_affairs": 80,
    "exams": 48,
    "timetabling": 50,
    "it": 42,
    "facilities": 54,
    "programmes": 48,
    "information": 16,
    "press": 10,
}

_USUAL = {
    "student_affairs": 17,
    "exams": 17,
    "timetabling": 14,
    "it": 16,
    "facilities": 13,
    "programmes": 13,
    "information": 9,
    "press": 2,
}
_EXAM_WEEKS = {24, 25, 26, 27, 45, 46}
_START_WEEKS = {34, 35, 36, 37}


def subjects(week: int) -> list[tuple[str, int]]:
    """Departments with their weight in what people ask, for a week number."""
    weights = dict(_USUAL)
    if week in _EXAM_WEEKS:
        weights["exams"] += 7
    if week in _START_WEEKS:
        weights["student_affairs"] += 4
        weights["information"] += 4
        weights["it"] += 3
    return list(weights.items())


#: Where a question lands.
CHANNELS = [("mastodon", 15), ("instagram", 31), ("reddit", 24), ("topdesk", 30)]
LANGUAGES = [("nl", 70), ("en", 30)]

#: Local weekday (Monday first) and hour weights of people outside: afternoons, evenings and weekends.
WEEKDAY_WEIGHTS = [(0, 17), (1, 16), (2, 15), (3, 15), (4, 11), (5, 11), (6, 15)]
HOUR_WEIGHTS = [
    (0, 9), (1, 5), (2, 3), (3, 2), (4, 1), (5, 1), (6, 4), (7, 10), (8, 20), (9, 28), (10, 32), (11, 34), (12, 40),
    (13, 42), (14, 44), (15, 46), (16, 48), (17, 44), (18, 38), (19, 42), (20, 46), (21, 44), (22, 32), (23, 19),
]  # fmt: skip
