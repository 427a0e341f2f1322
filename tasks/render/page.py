"""A page as HTML: what every kind of page shares, put into its template. The kinds are in board and department."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from tasks import home
from tasks.errors import RenderError
from tasks.render import gone, redefined, rows
from tasks.render.charts.sparkline import sparkline
from tasks.render.dress import Dress, Medium, policy
from tasks.render.formats import parse_moment
from tasks.render.stamp import Stamp
from tasks.render.summary import summarize
from tasks.render.tiles import Tile
from tasks.render.trace import traced
from tasks.render.voice import Voice

T = TypeVar("T")
#: What a line must not break inside of: ``75–91%``, ``95%-interval``, ``n = 10``, ``was 75%``.
WHOLE = re.compile(r"(\S*\d–\S+|\d+%-\w+|\bn = \S+|\bwas [−+]?\d\S*)")


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows the lists of a page may have."""

    cases: int
    open_items: int
    topics: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the lists and charts may take; the height is in CSS pixels."""

    rows: Rows
    chart_height: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: its template, what that needs beside what all need, and what may fit, most first."""

    template: str
    context: Callable[[Voice, Limits, Medium], dict[str, Any]]
    most_pages: int
    #: In CSS pixels.
    largest_chart: int
    smallest_chart: int
    rows: tuple[Rows, ...]


def html(kind: Kind, voice: Voice, stamp: Stamp, limits: Limits, medium: Medium = "paper") -> str:
    """The whole page; raises RenderError when the template asks for something that is not there."""
    voice.formats.printed.clear()  # what an earlier, larger try had printed is not on this page
    dress = Dress.of(voice.institution)
    given = _shared(voice, stamp, limits) | kind.context(voice, limits, medium) | _worn(dress, medium)
    try:
        page = _environment().get_template(kind.template).render(given)
    except TemplateError as error:
        raise RenderError(f"report_templates/{kind.template}: {error}.") from None
    return dress.painted(page, medium)


def _worn(dress: Dress, medium: Medium) -> dict[str, Any]:
    screen = medium == "screen"
    style = dress.style(medium) if screen else ""  # on paper it is no part of the page: it is read once for many
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


def _shared(voice: Voice, stamp: Stamp, limits: Limits) -> dict[str, Any]:
    say, told = voice.say, summarize(voice)
    names: dict[str, Any] = {"institution": voice.institution.name, "name": voice.subject, "number": voice.number}
    title = say(f"{voice.part}.title", **names)
    return {
        "t": say,
        "lang": voice.language,
        "institution": voice.institution.name,
        "title": say("interim.title", title=title) if voice.facts.interim else title,
        "description": say(f"{voice.part}.description", **names),
        "keywords": say("report.keywords", week=voice.facts.week),
        "created": voice.facts.document["as_of"],
        "footer": footer(voice, stamp),
        "summary": told,
        "editor": told.editor,
        "sparks": [spark(voice, tile) for tile in told.tiles],
        "tiles_note": _tiles_note(voice),
        "redefined": list(redefined.told(voice)),
        **listed(voice, "cases", lambda: rows.cases(voice, limits.rows.cases)),
        **listed(voice, "open_items", lambda: rows.open_items(voice, limits.rows.open_items)),
        **_open_words(voice, limits.rows.open_items),
        "open_nothing": gone.either(lambda: _nothing_open(voice), lambda lost: gone.told(voice, lost)),
        "own_page": voice.facts.department is not None,
    }


def _nothing_open(voice: Voice) -> str:
    return voice.say("open.only_older" if voice.facts.count("backlog") else "open.nothing")


def listed(voice: Voice, name: str, make: Callable[[], list[T]]) -> dict[str, Any]:
    """A list, and the line that stands for it when it could not be had."""
    lost = f"{name}_gone"
    return gone.either(lambda: {name: make(), lost: ""}, lambda one: {name: [], lost: gone.told(voice, one)})


def footer(voice: Voice, stamp: Stamp) -> str:
    """``Intern · 2026-W47 · r1 · 0123456789ab · gegevens tot ma 23 nov 06:00``."""
    cutoff = voice.say("report.cutoff", moment=voice.formats.moment(parse_moment(voice.facts.document["as_of"])))
    kind = voice.named(voice.institution.institution.classification)
    revision = f"{voice.say('interim.stamp')} r{stamp.revision}" if voice.facts.interim else f"r{stamp.revision}"
    return f"{kind} · {voice.facts.week} · {revision} · {stamp.fingerprint} · {cutoff}"


def _whole(words: str) -> Markup:
    """A line in which no figure is torn apart."""
    pieces = (
        Markup('<span class="whole">{}</span>').format(one) if i % 2 else escape(one)
        for i, one in enumerate(WHOLE.split(words))
    )
    return Markup().join(pieces)


def spark(voice: Voice, tile: Tile, width: float | None = None) -> Markup | None:
    """The weeks of a figure as a line; None when there is nothing to draw."""
    known = [(value, text) for value, text in zip(tile.series, tile.series_values, strict=True) if value is not None]
    if not known:
        return None
    judged, changed = tile.target_value is not None, voice.facts.earlier(tile.metric)
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
    mark = None
    if changed and changed[0] in voice.facts.weeks:
        mark = voice.facts.weeks.index(changed[0])
        title += " " + voice.say("redefined.mark", number=int(changed[0][6:]))
    return sparkline(tile.series, title, tile.target_value, width or (112 if judged else 88), mark)


def _tiles_note(voice: Voice) -> str:
    if not voice.facts.base:
        return voice.say("note.tiles_first")
    return voice.say(
        "note.tiles" if voice.facts.department is None else "department.tiles",
        weeks=voice.base,
        n=len(voice.facts.weeks),
    )


def _open_words(voice: Voice, most: int) -> dict[str, str]:
    """Title and caption of the open items; without counts, only what they are."""
    plain = {"open_title": voice.say("open.title_plain"), "open_caption": ""}
    return gone.either(lambda: _counted_open_words(voice, most), lambda _: plain)


def _counted_open_words(voice: Voice, most: int) -> dict[str, str]:
    """The counts come from the metric, not from how many rows are shown."""
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
    part = "open" if voice.facts.department is None else "department.open"
    caption = say(f"{part}.caption_more", count=hidden, n=number(hidden)) if hidden > 0 else say(f"{part}.caption")
    return {"open_title": title, "open_caption": caption}
