"""The weekly report itself: three pages for a board."""

from __future__ import annotations

from functools import partial
from typing import Any

from tasks.checks import GAPS
from tasks.render import also, curves, departments, gone, hours, quality, rows, steps, talk, tested, topics, weeks
from tasks.render.dress import Medium
from tasks.render.facts import Unavailable
from tasks.render.page import Kind, Limits, Rows, listed
from tasks.render.restated import Restated, restated
from tasks.render.voice import Voice

#: What stands between the two narrow charts of page 1, in CSS pixels.
BETWEEN = 78
#: Metrics of the method block, in reading order.
EXPLAINED = ("mention_volume", "sla_attainment", "first_response_time", "backlog", "net_sentiment", "loop_closure")


def context(voice: Voice, limits: Limits, medium: Medium) -> dict[str, Any]:
    """What the template needs beside what every page shares."""
    lost: list[Unavailable] = []
    names = (*EXPLAINED, *also.explained(voice))
    contracts = [*gone.each((partial(voice.facts.contract, name) for name in names), lost)]
    height = limits.chart_height
    return {
        "restated": gone.either(lambda: restated(voice, [one.name for one in contracts]), lambda _: Restated()),
        # One chart beside two of half its height with their own titles.
        "answers": gone.figure(voice, "response.title_few", lambda: curves.answers(voice, height + BETWEEN)),
        "weekly": gone.figure(voice, "trend.plain", lambda: weeks.weekly(voice, height * 0.57)),
        "waiting_weeks": gone.figure(voice, "gone.waiting", lambda: weeks.waiting(voice, height * 0.43)),
        "public": voice.facts.public,
        "has_departments": bool(voice.institution.department),
        "departments": departments.table(voice),
        "promise_short": voice.promise_short,
        "clock": voice.clock,
        **gone.either(lambda: _promised(voice), lambda _: {"sla_target": "", "minimum": ""}),
        "topics": gone.figure(voice, "topics.title_plain", lambda: topics.topics(voice, limits.rows.topics)),
        "hours": gone.figure(voice, "hours.title", lambda: hours.hours(voice)),
        "talk": gone.either(
            lambda: talk.talk(voice), lambda lost: talk.Talk(voice.say("talk.title"), gone.told(voice, lost))
        ),
        "tested": tested.tested(voice),
        "sentiment_checked": quality.checked(voice),
        "funnel": gone.figure(voice, "funnel.title", lambda: steps.from_heard_to_solved(voice)),
        "repeated": steps.repeated(voice),
        **listed(voice, "coverage", lambda: rows.coverage(voice)),
        "coverage_title": gone.either(lambda: _coverage_title(voice), lambda _: voice.say("coverage.title")),
        **also.context(voice, on_screen=medium == "screen"),
        "method": [(voice.title(contract), contract.caveat[voice.language]) for contract in contracts],
    }


def _promised(voice: Voice) -> dict[str, Any]:
    """What the department table says of the share in time."""
    contract = voice.facts.contract("sla_attainment")
    minimum = voice.formats.number(contract.min_count)
    return {"sla_target": voice.target(contract), "minimum": minimum}


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
