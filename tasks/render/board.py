"""The weekly report itself: three pages for a board."""

from __future__ import annotations

from typing import Any

from tasks.checks import GAPS
from tasks.render import curves, departments, hours, quality, rows, steps, talk, topics, weeks
from tasks.render.page import Kind, Limits, Rows
from tasks.render.restated import restated
from tasks.render.voice import Voice

#: What stands between the two narrow charts of page 1, in CSS pixels.
BETWEEN = 78
#: Metrics of the method block, in reading order.
EXPLAINED = ("mention_volume", "sla_attainment", "first_response_time", "backlog", "net_sentiment", "loop_closure")


def context(voice: Voice, limits: Limits) -> dict[str, Any]:
    """What the template needs beside what every page shares."""
    contract = voice.facts.contract("sla_attainment")
    return {
        "restated": restated(voice, EXPLAINED),
        # One chart beside two of half its height with their own titles.
        "answers": curves.answers(voice, limits.chart_height + BETWEEN),
        "weekly": weeks.weekly(voice, limits.chart_height * 0.57),
        "waiting_weeks": weeks.waiting(voice, limits.chart_height * 0.43),
        "has_departments": bool(voice.institution.department),
        "departments": departments.table(voice),
        "promise_short": voice.promise_short,
        "clock": voice.clock,
        "sla": contract,
        "sla_target": voice.target(contract),
        "minimum": voice.formats.number(contract.min_count),
        "topics": topics.topics(voice, limits.rows.topics),
        "hours": hours.hours(voice),
        "talk": talk.talk(voice),
        "sentiment_checked": quality.checked(voice),
        "funnel": steps.from_heard_to_solved(voice),
        "coverage": rows.coverage(voice),
        "coverage_title": _coverage_title(voice),
        "method": [
            (voice.title(contract), contract.caveat[voice.language])
            for contract in map(voice.facts.contract, EXPLAINED)
        ],
    }


def _coverage_title(voice: Voice) -> str:
    sources = voice.facts.listing("coverage")
    gaps = sum(row["status"] in GAPS for row in sources)
    if not sources:
        return voice.say("coverage.title")
    if gaps:
        return voice.say("coverage.title_incomplete", count=gaps, n=gaps, total=len(sources))
    if any(row["status"] != "complete" for row in sources):
        return voice.say("coverage.title")
    return voice.say("coverage.title_complete", count=len(sources), n=len(sources))


BOARD = Kind("report.html.j2", context, 3, 205, 110, (Rows(3, 4, 8), Rows(2, 4, 7), Rows(1, 2, 5)))
