"""The report as HTML: every block's content, put into the template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from tasks import home
from tasks.errors import RenderError
from tasks.render import curves, departments, hours, quality, rows, steps, talk, topics, weeks
from tasks.render.charts.sparkline import sparkline
from tasks.render.dress import Dress, Medium, policy
from tasks.render.formats import parse_moment
from tasks.render.notes import GAPS
from tasks.render.restated import restated
from tasks.render.stamp import Stamp
from tasks.render.summary import summarize
from tasks.render.tiles import Tile
from tasks.render.trace import traced
from tasks.render.voice import Voice

#: What a line must not break inside of: ``75–91%``, ``95%-interval``.
RANGE = re.compile(r"(\S*\d–\S+|\d+%-\w+)")
TEMPLATE = "report.html.j2"
#: What stands between the two narrow charts of page 1, in CSS pixels.
BETWEEN = 78
#: Metrics of the method block, in reading order.
EXPLAINED = ("mention_volume", "sla_attainment", "first_response_time", "backlog", "net_sentiment", "loop_closure")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the lists and charts may take, so that three pages are enough; the height is in CSS pixels."""

    cases: int
    open_items: int
    topics: int
    chart_height: float


def html(voice: Voice, stamp: Stamp, limits: Limits, medium: Medium = "paper") -> str:
    """The whole page; raises RenderError when the template asks for something that is not there."""
    voice.formats.printed.clear()  # what an earlier, larger try had printed is not on this page
    dress = Dress.of(voice.institution)
    try:
        page = _environment().get_template(TEMPLATE).render(_context(voice, stamp, limits) | _worn(dress, medium))
    except TemplateError as error:
        raise RenderError(f"report_templates/{TEMPLATE}: {error}.") from None
    return dress.painted(page, medium)


def _worn(dress: Dress, medium: Medium) -> dict[str, Any]:
    style = dress.style(medium)
    screen = medium == "screen"
    return {"style": style, "policy": policy(style), "on_screen": screen, "logo": dress.logo_address(medium)}


@cache
def _environment() -> Environment:
    """Kept, so that a template is compiled once for all pages that a process draws."""
    environment = Environment(
        loader=FileSystemLoader(home.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = _whole
    return environment


def _context(voice: Voice, stamp: Stamp, limits: Limits) -> dict[str, Any]:
    say, told = voice.say, summarize(voice)
    return {
        "t": say,
        "lang": voice.language,
        "institution": voice.institution.name,
        "title": say("report.title", institution=voice.institution.name, number=voice.number),
        "description": say("report.description", institution=voice.institution.name, number=voice.number),
        "keywords": say("report.keywords", week=voice.facts.week),
        "created": voice.facts.document["as_of"],
        "footer": footer(voice, stamp),
        "summary": told,
        "editor": told.editor,
        "sparks": [_spark(voice, tile) for tile in told.tiles],
        "tiles_note": _tiles_note(voice),
        "restated": restated(voice, EXPLAINED),
        # One chart beside two of half its height with their own titles.
        "answers": curves.answers(voice, limits.chart_height + BETWEEN),
        "weekly": weeks.weekly(voice, limits.chart_height * 0.57),
        "waiting_weeks": weeks.waiting(voice, limits.chart_height * 0.43),
        "has_departments": bool(voice.institution.department),
        "departments": departments.table(voice),
        "promise_short": voice.promise_short,
        "clock": voice.clock,
        "sla": voice.facts.contract("sla_attainment"),
        "sla_target": voice.target(voice.facts.contract("sla_attainment")),
        "minimum": voice.formats.number(voice.facts.contract("sla_attainment").min_count),
        "topics": topics.topics(voice, limits.topics),
        "hours": hours.hours(voice),
        "talk": talk.talk(voice),
        "sentiment_checked": quality.checked(voice),
        "funnel": steps.from_heard_to_solved(voice),
        "cases": rows.cases(voice, limits.cases),
        "open_items": rows.open_items(voice, limits.open_items),
        **_open_words(voice, limits.open_items),
        "waiting": voice.facts.count("backlog"),
        "coverage": rows.coverage(voice),
        "coverage_title": _coverage_title(voice),
        "method": [
            (voice.title(contract), contract.caveat[voice.language])
            for contract in map(voice.facts.contract, EXPLAINED)
        ],
    }


def footer(voice: Voice, stamp: Stamp) -> str:
    """``Intern · 2026-W47 · r1 · 0123456789ab · gegevens tot ma 23 nov 06:00``."""
    cutoff = voice.say("report.cutoff", moment=voice.formats.moment(parse_moment(voice.facts.document["as_of"])))
    kind = voice.named(voice.institution.institution.classification)
    return f"{kind} · {voice.facts.week} · r{stamp.revision} · {stamp.fingerprint} · {cutoff}"


def _whole(words: str) -> Markup:
    """A line in which no number range is torn apart at its dash."""
    pieces = (
        Markup('<span class="whole">{}</span>').format(one) if i % 2 else escape(one)
        for i, one in enumerate(RANGE.split(words))
    )
    return Markup().join(pieces)


def _spark(voice: Voice, tile: Tile) -> Markup | None:
    known = [(value, text) for value, text in zip(tile.series, tile.series_values, strict=True) if value is not None]
    if not known:
        return None
    judged = tile.target_value is not None
    title = voice.say(
        "tile.spark_target" if judged else "tile.spark",
        label=tile.label,
        weeks=voice.weeks,
        first=known[0][1],
        last=known[-1][1],
        high=max(known)[1],
        low=min(known)[1],
        target=voice.target(voice.facts.contract(tile.metric)),
    )
    return sparkline(tile.series, title, tile.target_value, 112 if judged else 88)


def _tiles_note(voice: Voice) -> str:
    if not voice.facts.base:
        return voice.say("note.tiles_first")
    return voice.say("note.tiles", weeks=voice.base, n=len(voice.facts.weeks))


def _open_words(voice: Voice, most: int) -> dict[str, str]:
    """Title and caption of the open items; counts come from the metric, not from how many rows are shown."""
    say, number = voice.say, voice.formats.number
    waiting, overdue = (voice.facts.count("backlog", column) for column in ("recent", "overdue_recent"))
    if overdue:
        title = say("open.title", count=overdue, n=number(overdue), promise=voice.promise)
    elif waiting:
        title = say("open.title_on_time", count=waiting, n=number(waiting), promise=voice.promise)
    else:
        title = say("open.title_plain")
    listed = len(voice.facts.listing("open_items"))
    hidden = traced(max(waiting, listed) - min(most, listed), "backlog.recent, not listed")
    caption = say("open.caption_more", count=hidden, n=number(hidden)) if hidden > 0 else say("open.caption")
    return {"open_title": title, "open_caption": caption}


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
