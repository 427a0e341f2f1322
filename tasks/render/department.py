"""A department's own page: the same figures, sentences and lists, of what it has to answer. One A4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tasks.render import gone, weeks
from tasks.render.dress import Medium
from tasks.render.page import Kind, Limits, Rows, listed
from tasks.render.trace import CONFIG, traced
from tasks.render.verdict import SMALLEST_GROUP
from tasks.render.voice import Voice

#: Three columns, in CSS pixels.
CHART_WIDTH = 213


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and how many messages there were, already in words."""

    name: str
    messages: str
    negative: str
    positive: str


def context(voice: Voice, limits: Limits, medium: Medium) -> dict[str, Any]:
    """What the template needs beside what every page shares."""
    height = limits.chart_height
    return {
        "weekly": gone.figure(voice, "trend.plain", lambda: weeks.weekly(voice, height, CHART_WIDTH)),
        "waiting_weeks": gone.figure(voice, "gone.waiting", lambda: weeks.waiting(voice, height, CHART_WIDTH)),
        **listed(voice, "topics", lambda: _topics(voice, limits.rows.topics)),
        "fewest": voice.formats.number(traced(SMALLEST_GROUP, CONFIG)),
    }


def _topics(voice: Voice, most: int) -> list[Topic]:
    number = voice.formats.number
    return [
        Topic(voice.topic(row["topic"]), *(number(row[name]) for name in ("messages", "negative", "positive")))
        for row in voice.facts.listing("department_topics")[:most]
    ]


DEPARTMENT = Kind(
    "department.html.j2",
    context,
    1,
    100,
    80,
    (Rows(2, 6, 5), Rows(2, 4, 5), Rows(2, 3, 4), Rows(1, 4, 4), Rows(1, 3, 4), Rows(1, 2, 4), Rows(1, 1, 3)),
)
